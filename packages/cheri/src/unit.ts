/**
 * CHERI with time. A thread reaches what its compartment's DDC covers, the shared runtime, and the exchange objects
 * to which it holds a capability: in a register, or in a memory slot of its compartment from which it can load one.
 *
 *   CHERI6   private memory is under its owner's DDC, the shared runtime under a capability that all hold
 *   CHERI10  a register copy survives its revocation until its thread passes a gate, or is the one that revokes
 */
import { OpenRegions } from "@isolde/core/isolation/open-regions"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts, ProtectionUnit, RightsHolder } from "@isolde/core/isolation/unit"
import { callback } from "@isolde/core/kernel/callback"
import { LINES_PER_PAGE } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import { Handle, type HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Open } from "@isolde/core/processor/open-pages"
import type { Program } from "@isolde/core/processor/program"
import { Act } from "./acts.ts"
import { CapabilityChanges } from "./capability-changes.ts"
import type { CheriConfig } from "./config.ts"
import { ExchangeObjects } from "./exchange-objects.ts"
import { Gate } from "./gate.ts"
import { GovernedMemory } from "./governed-memory.ts"
import { boundsOf, clearFrom, forget, Handles, handleOf, objectOf, rightsOf } from "./handles.ts"
import { NamedCapabilities } from "./named-capabilities.ts"
import { Reach } from "./reach.ts"
import { ddcOf, executive, isExecutive, Registers, restricted } from "./registers.ts"
import { TrackedStores } from "./revocation.ts"
import { NONE, type StoredCapabilities } from "./stored-capabilities.ts"
import { Sweep } from "./sweep.ts"
import { ThreadStacks } from "./thread-stacks.ts"

export class CheriUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly openPages: OpenRegions
  readonly stored: StoredCapabilities
  readonly #config: CheriConfig
  readonly #parts: MachineParts
  readonly #memory: GovernedMemory
  readonly #objects: ExchangeObjects
  readonly #tracked: TrackedStores
  readonly #gate: Gate
  #threads: ReadonlyArray<HardwareThread> = []
  readonly #kind: Uint8Array // [region] RegionKind
  readonly #registers: Registers
  readonly #handles: Handles
  readonly #reach: Reach
  readonly #changes: CapabilityChanges
  readonly #sweep: Sweep | undefined
  readonly #stacks: ThreadStacks | undefined
  readonly free?: NonNullable<ProtectionUnit["free"]>
  readonly allocate?: NonNullable<ProtectionUnit["allocate"]>
  readonly #named: NamedCapabilities
  #revokingDomain = NONE // what the sweep under way revokes: there is one at a time, under its lock
  #revokingObject = NONE

  constructor(chosen: CheriConfig, parts: MachineParts) {
    const bound = chosen.revocation === "thread"
    const config = bound ? { ...chosen, storesPerObject: 0 } : chosen
    this.copyChunk = config.copyBytes
    this.#config = config
    this.#parts = parts
    this.#kind = parts.regions.kind
    this.openPages = new OpenRegions(parts.pages, parts.regions, Open.ungoverned, ({ authority }) => ddcOf(authority))
    this.#memory = new GovernedMemory(parts.pages, parts.regions)
    this.#objects = new ExchangeObjects(parts.regions, parts.pages)
    this.#handles = new Handles(this.#objects, parts.pages)
    this.#tracked = new TrackedStores(config, parts, this.#memory, this.#objects.regions, Act.keep)
    this.#gate = new Gate(config, parts, this.#memory, Act.executive, Act.restricted)
    this.stored = this.#tracked.stored
    this.#registers = new Registers(parts.softwareThreads, parts.domains, this.#objects.count)
    this.#changes = new CapabilityChanges(parts, this.#objects, this.#registers, this.stored)
    this.#reach = new Reach(parts, this.#memory, this.#objects, this.#registers, this.#handles, this.#changes)
    if (bound) this.#stacks = new ThreadStacks(config, parts, this.#memory)
    this.#named = new NamedCapabilities(config, this.#objects, this.#tracked, this.#handles, this.#reach, Act)
    this.#hand()
    if (config.tagLines > 0) {
      const tagged = new Uint8Array(parts.pages.lines / LINES_PER_PAGE).fill(1)
      parts.memory.keepTags(tagged, config.tagLines, config.tagCache)
    }
    if (config.revocation !== "sweep") return
    const sweep = new Sweep(config, parts, this.#memory, this.#objects, this.#tracked, Act)
    this.#sweep = sweep
    this.free = callback((program, _thread, domain, region) => sweep.free(program, domain, this.#objects.named(region)))
    this.allocate = callback((program, thread, domain, region) => {
      sweep.reuse(program, this.#objects.named(region))
      this.#give(program, thread, domain, this.#objects.named(region), Right.readWrite)
    })
  }

  /** Before the run: who owns an object has its capability; under `share` everybody has. */
  #begins(domain: number, object: number): boolean {
    return this.#parts.exchange === "share" || this.#parts.regions.owner[this.#objects.regions[object]] === domain
  }

  /** … stored, in as many places as it stores what it is given. */
  #hand(): void {
    for (let object = 0; object < this.#objects.count; object++) {
      for (let domain = 0; domain < this.#parts.domains; domain++) {
        if (!this.#begins(domain, object)) continue
        for (let copy = 0; copy < this.#config.storesPerObject; copy++)
          this.stored.keep(this.#tracked.home(domain, object, copy), object, Right.readWrite, 0, -0x4000_0000)
      }
    }
    this.stored.kept = 0
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.#threads = threads
  }

  start(thread: HardwareThread, domain: number): void {
    thread.authority = restricted(domain)
    if (this.#config.storesPerObject > 0) return
    for (let object = 0; object < this.#objects.count; object++)
      if (this.#begins(domain, object)) this.#registers.hold(thread.software, domain, object, Right.readWrite)
  }

  /** CHERI16: the kernel loads a thread's saved registers through the load barrier. */
  restore(thread: HardwareThread): void {
    const domain = ddcOf(thread.authority)
    for (let object = 0; object < this.#objects.count; object++)
      if (this.#reach.isBarred(thread, domain, object)) this.#strip(thread, domain, object, thread.tick)
  }

  enter(program: Program, { authority, software }: HardwareThread, from: number, to: number): void {
    this.#gate.enter(program, software, from, to, isExecutive(authority))
  }

  leave(program: Program, { authority, software }: HardwareThread, _from: number, to: number): void {
    this.#gate.leave(program, software, to, isExecutive(authority))
  }

  openBoth(program: Program, { authority, software }: HardwareThread, from: number, to: number): void {
    this.#gate.open(program, software, from, to, ddcOf(authority) === to ? from : to, isExecutive(authority))
  }

  grant(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    const object = this.#objects.named(region)
    if ((this.#reach.rights(thread, domain, object) & ~rights) !== 0) this.#take(program, thread, domain, object)
    this.#give(program, thread, domain, object, rights)
  }

  revoke(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    const object = this.#objects.named(region)
    this.#take(program, thread, domain, object)
    if (rights !== Right.none) this.#give(program, thread, domain, object, rights)
  }

  move(program: Program, thread: HardwareThread, region: number, from: number, to: number): void {
    const object = this.#objects.named(region)
    this.#take(program, thread, from, object)
    this.#give(program, thread, to, object, Right.readWrite)
  }

  keep(program: Program, thread: HardwareThread, region: number, slot: number, handle: number): void {
    this.#named.keep(program, thread, region, slot, handle)
  }

  recall(program: Program, thread: HardwareThread, slot: number, handle: number): void {
    this.#named.recall(program, thread, slot, handle)
  }

  drop(program: Program, thread: HardwareThread, region: number, handle: number): void {
    this.#named.drop(program, thread, region, handle)
  }

  derive(
    program: Program,
    thread: HardwareThread,
    region: number,
    from: number,
    to: number,
    rights: Rights,
    offset: number,
    bytes: number
  ): void {
    this.#named.derive(program, thread, region, from, to, rights, offset, bytes)
  }

  instruction(program: Program, thread: HardwareThread, code: number, a: number, b: number): void {
    this.#named.instruction(program, thread, code, a, b)
  }

  act(thread: HardwareThread, code: number, a: number, b: number, tick: number): void {
    const { authority } = thread
    switch (code) {
      case Act.executive:
        thread.authority = executive(ddcOf(authority), a - 1)
        return
      case Act.restricted:
        // CHERI18: what is bound to the thread waits on its stack.
        if (this.#stacks === undefined) this.#changes.leave(thread, ddcOf(authority), tick)
        clearFrom(thread.handles, b)
        thread.authority = restricted(a)
        return
      case Act.take:
        return this.#changes.hold(thread, a >> 2, b, a & 3, tick)
      case Act.drop:
        if (a === ddcOf(authority)) forget(thread.handles, b)
        return this.#changes.hold(thread, a, b, Right.none, tick)
      case Act.keep:
        return this.#keep(thread, ddcOf(authority), a, b, tick)
      case Act.recall:
        return this.#recall(thread, ddcOf(authority), a, b - 1, tick)
      case Act.revoking:
        this.#revokingDomain = a
        this.#revokingObject = b
        return this.#changes.bar(thread, a, b, tick)
      case Act.scan:
        return this.#strip(thread, this.#revokingDomain, this.#revokingObject, tick)
      case Act.sweep:
        return this.#sweep?.sweep(thread, a, b)
      case Act.quarantine:
        return this.#sweep?.quarantined(thread, a, b)
      case Act.reuse:
        return this.#sweep?.reused(thread, a)
      case Act.setHandle:
        thread.handles[a] = b
        return
      case Act.keepUntracked: {
        if (a < 0) return this.#changes.clear(thread, b, tick)
        return this.#changes.keep(thread, b, objectOf(a), rightsOf(a), tick, boundsOf(a), 1)
      }
    }
  }

  /** CHERI9: the effect of one clearing store. */
  cleared(thread: HardwareThread, slot: number, tick: number): void {
    this.#changes.clear(thread, slot, tick)
  }

  checkAccess(number: number, page: number, offset: number, bytes: number, store: boolean, tick: number): number {
    return this.#reach.check(this.#threads[number], page, offset, bytes, store, tick)
  }

  allows(thread: RightsHolder, region: number, tick?: number): Rights {
    return this.#reach.allows(thread, region, tick)
  }

  holds(thread: RightsHolder, region: number, tick: number): Rights {
    return this.#reach.holds(thread, region, tick)
  }

  copies(domain: number, region: number, right: Rights): number {
    return this.#kind[region] === RegionKind.exchange ? this.#changes.copies(domain, region, right) : 0
  }

  /** A named capability is told by no number. */
  readonly registers = ({ authority, handles }: RightsHolder): number =>
    this.#objects.count > 0 && handles.some((handle) => handle !== Handle.empty) ? -1 : authority

  /** CHERI3: what the bounds of the capabilities that it could use cover beside their objects. */
  ungovernedBytes(thread: HardwareThread): number {
    return this.#reach.slack(thread)
  }

  /** Revoke: the stored copies in `domain`'s memory, and the registers of this thread. */
  #take(program: Program, thread: HardwareThread, domain: number, object: number): void {
    if (this.#sweep !== undefined) return this.#sweep.revoke(program, thread, domain, object)
    if (this.#stacks !== undefined) return this.#stacks.revoke(program, thread.software, domain, object, Act.drop)
    this.#tracked.revoke(program, domain, object)
    program.as(Cause.sweep).compute(1).act(Act.drop, domain, object)
  }

  /** Derive from the exchange heap's capability, hand over in a register, and let the receiver store it. */
  #give(program: Program, thread: HardwareThread, domain: number, object: number, rights: Rights): void {
    program
      .as(Cause.gate)
      .compute(this.#config.derive * this.#objects.runs[object])
      .act(Act.take, (domain << 2) | rights, object)
    this.#stacks?.spill(program, thread.software, domain, object)
    for (let copy = 0; copy < this.#config.storesPerObject; copy++)
      this.#tracked.keep(program, this.#tracked.home(domain, object, copy), object, rights)
  }

  /** CHERI16: the registers of `thread`, in its interrupt or as the kernel loads them. */
  #strip(thread: HardwareThread, domain: number, object: number, tick: number): void {
    this.#changes.hold(thread, domain, object, Right.none, tick)
    if (ddcOf(thread.authority) === domain) forget(thread.handles, object)
  }

  #keep(thread: RightsHolder, domain: number, packed: number, slot: number, tick: number): void {
    const object = (packed >>> 2) & 0x7fff
    const rights = packed & 3 || this.#reach.whole(thread, domain, object, tick)
    this.#changes.keep(thread, slot, object, rights, tick, packed >>> 17)
  }

  /** Into handle register `handle`, or, without one, into whatever register. */
  #recall(thread: HardwareThread, domain: number, slot: number, handle: number, tick: number): void {
    const object = this.stored.object[slot]
    if (handle >= 0) thread.handles[handle] = Handle.empty
    if (object === NONE) return
    const visible = this.#reach.loadable(thread, domain, object, tick)
    // CHERI20: without a name it would be taken for all of its object.
    if (handle < 0 && this.stored.bounds[slot] !== 0) return
    if (handle < 0) return this.#changes.hold(thread, domain, object, this.stored.rights[slot] & visible, tick)
    thread.handles[handle] = handleOf(object, this.stored.rights[slot] & visible, this.stored.bounds[slot])
  }
}
