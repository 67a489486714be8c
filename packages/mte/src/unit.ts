/**
 * MTE with time. Which domain a thread is in lives in its reserved register, whose tag goes into every address
 * (`authority`); whose memory a granule is lives in its allocation tag. The rule is in tag-check.ts.
 */
import { OpenRegions } from "@isolde/core/isolation/open-regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import {
  type Instrumentation,
  type MachineParts,
  type ProtectionUnit,
  type RightsHolder
} from "@isolde/core/isolation/unit"
import { callback } from "@isolde/core/kernel/callback"
import { leastWayToTile } from "@isolde/core/machines/latencies"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import { Handle, type HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault } from "@isolde/core/processor/memory-port"
import { Open } from "@isolde/core/processor/open-pages"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { Act } from "./acts.ts"
import { AllocationTags } from "./allocation-tags.ts"
import type { MteConfig } from "./config.ts"
import { FoundTags, ONE_RETAG, retagsOf, TAG, TCO } from "./found-tags.ts"
import { Gate } from "./gate.ts"
import { inexpressible } from "./inexpressible.ts"
import { tagMemory } from "./initial-tags.ts"
import { PendingRetags } from "./pending-retags.ts"
import { Pointers } from "./pointers.ts"
import { appendTagStores, countTagStores, type TagStores, tagStoresOf } from "./retag.ts"
import { GRANULE, tagOf } from "./tag-check.ts"
import { TagHolders } from "./tag-holders.ts"

/** Holder of memory that no domain holds, and its tag (MTE3). */
const [NOBODY, NOBODYS] = [-1, 0]

export class MteUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly instrumentation: Instrumentation
  readonly openPages: OpenRegions
  readonly tags: AllocationTags
  readonly storeHolds?: (thread: number, page: number) => number
  readonly #config: MteConfig
  readonly #parts: MachineParts
  readonly #gate: Gate
  readonly #barrier: number
  readonly #stores: TagStores
  readonly #clearing: TagStores
  readonly #loadFault: number
  readonly #storeFault: number
  #threads: ReadonlyArray<HardwareThread> = []
  readonly #pending: PendingRetags
  readonly #found: FoundTags
  readonly #pointers: Pointers
  readonly #inserts: boolean
  readonly #holders: TagHolders
  readonly #governed: Uint8Array // [region] 1 when its pages are tagged; there is no empty region among them

  constructor(config: MteConfig, parts: MachineParts) {
    const travel = leastWayToTile(parts.numbers)
    this.#config = config
    this.#parts = parts
    this.copyChunk = config.copyChunk
    // MTE10
    this.instrumentation = {
      instructions: config.insertInstructions,
      latency: config.tagInsert,
      sparesStack: true,
      branches: config.cfi === "bundles" ? config.cfiInstructions : 0
    }
    this.#stores = tagStoresOf(config)
    this.#clearing = tagStoresOf(config, true)
    this.#loadFault = config.mode === "asynchronous" ? Fault.detected : Fault.mechanism
    this.#storeFault = config.mode === "synchronous" ? Fault.mechanism : Fault.detected
    // MTE14
    if (config.mode === "synchronous")
      this.storeHolds = callback((_thread, page) => (this.tags.isTagged(page) ? config.syncStore - 1 : 0))
    // MTE9
    this.#barrier = Math.max(config.barrier, travel)
    this.tags = new AllocationTags(parts.pages, travel)
    this.#pending = new PendingRetags(parts.threads, parts.regions, travel)
    this.#governed = tagMemory(parts, this.tags)
    this.openPages = new OpenRegions(
      parts.pages,
      parts.regions,
      Open.ungoverned,
      ({ authority }) => authority & TAG,
      tagOf
    )
    this.#found = new FoundTags(parts.regions, this.tags, this.#pending, this.#governed)
    this.#holders = new TagHolders(parts, this.tags, travel, this.#governed)
    // MTE11
    if (config.tagLines > 0) parts.memory.keepTags(this.tags.frames(), config.tagLines, config.tagCache)
    this.#gate = new Gate(config, parts, Act.setTag)
    this.#pointers = new Pointers(config, parts, Act)
    this.#inserts = config.insertInstructions > 0
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.#threads = threads
  }

  start(thread: HardwareThread, domain: number): void {
    thread.authority = tagOf(domain)
  }

  enter(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.#checkAgain(program, thread)
    this.#gate.enter(program, thread.software, from, to)
  }

  leave(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.#checkAgain(program, thread)
    this.#gate.leave(program, thread.software, from, to)
  }

  /** MTE8: trusted code reaches everything between MSR TCO, #1 and the next gate. */
  openBoth(program: Program): void {
    program.as(Cause.copy).serialise(Serialise.hold, this.#config.tco).act(Act.override)
  }

  /** MTE12: throws InvalidInput for rights that one tag can't express. */
  grant(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    const tag = this.#found.tagOf(thread, region)
    if (rights !== Right.readWrite || (tag !== NOBODYS && tag !== tagOf(domain)))
      inexpressible(`grant of ${this.#parts.regions.names[region]}`, rights, tag)
    if (tag === NOBODYS) this.#retag(program, thread, region, domain, this.#stores)
  }

  /** MTE12: throws InvalidInput when a part of the right is to be left. */
  revoke(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    if (this.#found.tagOf(thread, region) !== tagOf(domain) || rights === Right.readWrite) return
    if (rights !== Right.none) inexpressible(`revoke of ${this.#parts.regions.names[region]}`, rights, tagOf(domain))
    this.#retag(program, thread, region, NOBODY, this.#stores)
  }

  move(program: Program, thread: HardwareThread, region: number, from: number, to: number): void {
    this.#retag(program, thread, region, to, this.#stores)
  }

  /** Tagged for its owner and cleared at once: STZG, STZ2G, DC GZVA. */
  allocate(program: Program, thread: HardwareThread, domain: number, region: number): void {
    this.#retag(program, thread, region, domain, this.#clearing)
  }

  /** MTE17: tagged as nobody's: who still has a pointer finds another tag. */
  free(program: Program, thread: HardwareThread, domain: number, region: number): void {
    this.#retag(program, thread, region, NOBODY, this.#stores)
  }

  keep(program: Program, thread: HardwareThread, _region: number, slot: number, handle: number): void {
    this.#pointers.keep(program, thread, slot, handle, thread.authority & TAG)
  }

  recall(program: Program, thread: HardwareThread, slot: number, handle: number): void {
    this.#pointers.recall(program, thread, slot, handle)
  }

  drop(program: Program, _thread: HardwareThread, _region: number, handle: number): void {
    this.#pointers.drop(program, handle)
  }

  derive(
    program: Program,
    thread: HardwareThread,
    _region: number,
    from: number,
    to: number,
    rights: Rights,
    offset: number,
    bytes: number
  ): void {
    this.#pointers.derive(program, thread, from, to, rights, offset, bytes, thread.authority & TAG)
  }

  instruction(program: Program, thread: HardwareThread, code: number, a: number, b: number): void {
    const hasRoom = this.#pending.free(thread.number, thread.tick)
    this.#pointers.instruction(program, thread, code, a, b, thread.authority & TAG, hasRoom)
  }

  act(thread: HardwareThread, code: number, a: number, b: number, tick: number): void {
    switch (code) {
      case Act.setTag:
        thread.authority = (thread.authority & ~TAG) | tagOf(a)
        return
      case Act.override:
        thread.authority |= TCO
        return
      case Act.check:
        thread.authority &= ~TCO
        return
      case Act.setHandle:
        thread.handles[a] = b
        return
      case Act.loadHandle:
        thread.handles[a] = thread.value - 1
        return
      case Act.loadTag:
        thread.handles[0] = this.#found.tagAt(thread.number, a, b, retagsOf(thread.authority), tick)
        return
      case Act.forge:
        thread.authority = (thread.authority & ~TAG) | a
        return
      case Act.unpublished:
        thread.authority += ONE_RETAG
        this.openPages.closeRegion(a)
        return this.#pending.add(thread.number, a, b & TAG, retagsOf(thread.authority), b >>> 4)
      case Act.unpublishedStore:
        thread.authority += ONE_RETAG
        this.openPages.close(a)
        this.#pending.addStore(thread.number, a, b & 0xfff, b >>> 16, (b >>> 12) & TAG, retagsOf(thread.authority))
    }
  }

  tagged(thread: HardwareThread, page: number, offset: number, bytes: number, tag: number, tick: number): void {
    this.#holders.storing(thread.number, page, offset, bytes, tag, tick)
    this.tags.store(page, offset, bytes, tag, tick)
    this.openPages.close(page)
    if (this.#pending.count[thread.number] > 0) this.#pending.performed(thread.number, page, offset, tick)
  }

  /** MTE1, MTE2: every granule that the access touches has the tag of its address, or the check fails (MTE13). */
  checkAccess(thread: number, page: number, offset: number, bytes: number, store: boolean, tick: number): number {
    const tags = this.tags
    if (!tags.isTagged(page)) return Fault.none
    const { authority, handle } = this.#threads[thread]
    if (handle === Handle.empty) return Fault.mechanism
    if ((authority & TCO) !== 0) return Fault.none
    const address = handle < 0 || this.#inserts ? authority & TAG : handle
    const end = offset + bytes < PAGE_BYTES ? offset + bytes : PAGE_BYTES
    const own = this.#pending.count[thread] > 0
    const retags = retagsOf(authority)
    for (let at = offset & ~(GRANULE - 1); at < end; at += GRANULE) {
      const tag = own ? this.#found.tagAt(thread, page, at, retags, tick) : tags.at(page, at, tick)
      if (tag !== address) return store ? this.#storeFault : this.#loadFault
    }
    return Fault.none
  }

  allows(thread: RightsHolder, region: number, tick?: number): Rights {
    return this.#found.allows(thread, region, tick)
  }

  /** The register's tag opens what lies in memory; by itself, nothing but what isn't checked, or another's tag. */
  holds(thread: RightsHolder, region: number, tick: number): Rights {
    const { authority, domain } = thread
    const own = this.#governed[region] !== 0 && (authority & TCO) === 0 && (authority & TAG) === tagOf(domain)
    return own ? Right.none : this.allows(thread, region, tick)
  }

  registers({ authority, domain }: RightsHolder): number {
    return domain * 2 * TCO + (authority & (TCO | TAG))
  }

  copies(domain: number, region: number): number {
    return this.#holders.copies(domain, region)
  }

  #checkAgain(program: Program, thread: HardwareThread): void {
    if ((thread.authority & TCO) === 0) return
    program.as(Cause.gate).serialise(Serialise.hold, this.#config.tco).act(Act.check)
  }

  /**
   * MTE6: the tag stores of every extent. Behind a barrier everybody finds the new tags (MTE9); without one, what this
   * thread executes next does (MTE15).
   */
  #retag(program: Program, thread: HardwareThread, region: number, to: number, stores: TagStores): void {
    const { extentBytes, extentOffset, extentPage, extentStart } = this.#parts.regions
    const tag = tagOf(to)
    program.as(Cause.retag)
    const [from, end] = [extentStart[region], extentStart[region + 1]]
    const { loopInstructions } = this.#config
    const unpublished = this.#config.publish === "none" && this.#pending.free(thread.number, thread.tick)
    if (unpublished) {
      let count = 0
      for (let at = from; at < end; at++) count += countTagStores(extentOffset[at], extentBytes[at], stores)
      program.act(Act.unpublished, region, tag | (count << 4))
    }
    for (let at = from; at < end; at++) {
      const goesOn = at > from && extentPage[at] === extentPage[at - 1] + 1 && extentOffset[at] === 0
      if (!goesOn) this.#call(program, at > from)
      appendTagStores(program, extentPage[at], extentOffset[at], extentBytes[at], tag, stores, loopInstructions)
    }
    program.jumpIndirect() // return
    if (!unpublished) program.serialise(Serialise.drainStores, this.#barrier)
  }

  /** The routine that retags a run of bytes is called, again if it has returned: base and size are checked first. */
  #call(program: Program, again: boolean): void {
    if (again) program.jumpIndirect()
    program.compute(this.#config.retagInstructions).jump().jump().jump() // call; aligned base; whole granules
  }
}
