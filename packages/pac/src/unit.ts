/**
 * PAC with time. Whose an object is lies in the numbers of its table entries, one for each domain that has a pointer
 * to it; which domain runs, in the thread's authority. The rule is in signed-pointer.ts.
 */
import { EntryTable, MOST_ENTRIES } from "@isolde/core/isolation/entry-table"
import { OpenRegions } from "@isolde/core/isolation/open-regions"
import { authorityOf, domainOf, isTrusted, restOf, TRUSTED } from "@isolde/core/isolation/packed-authority"
import { RegionLookup } from "@isolde/core/isolation/region-lookup"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { StoredRights } from "@isolde/core/isolation/stored-rights"
import {
  type Instrumentation,
  type MachineParts,
  Place,
  type ProtectionUnit,
  type RightsHolder
} from "@isolde/core/isolation/unit"
import { leastWayToTile } from "@isolde/core/machines/latencies"
import { Cause } from "@isolde/core/processor/cause"
import { Handle, type HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault } from "@isolde/core/processor/memory-port"
import { Open } from "@isolde/core/processor/open-pages"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { PacConfig } from "./config.ts"
import { Gate } from "./gate.ts"
import { sign } from "./initial-pointers.ts"
import { Numbers } from "./numbers.ts"
import { isAuthenticated, type PointerRegisters, pointerRegisters, regionOf, signatureIn } from "./pointer-registers.ts"
import { narrowed, oneRight } from "./refusals.ts"

/** Faults of the check: the pointer doesn't authenticate; the access leaves its object. */
export const PointerFault = { authentication: Fault.mechanism, bounds: Fault.mechanism + 1 } as const

/** Actions of its own. Those of handles are in pointer-registers.ts, from Act.handles on. */
const Act = { pass: 0, trust: 1, change: 2, handles: 8 } as const

/** Ticks after all others. */
const Ever = 0x7fff_ffff

export class PacUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly instrumentation: Instrumentation
  tableOffset = 0
  readonly tables = [this]
  readonly openPages: OpenRegions
  /** Numbers that had to be drawn again (PAC4). */
  redraws = 0
  readonly #config: PacConfig
  readonly #parts: MachineParts
  readonly #gate: Gate
  readonly #table: EntryTable
  readonly #lookup: RegionLookup
  readonly #rights: StoredRights
  readonly #registers: PointerRegisters
  readonly #kind: Uint8Array // [region] RegionKind
  readonly #regions: number
  readonly #barrier: number
  #threads: ReadonlyArray<HardwareThread> = []
  readonly #numbers: Numbers // [domain][region]
  readonly #lock: number // word: the lock of rand()

  constructor(config: PacConfig, parts: MachineParts) {
    const { domains, numbers, pages, regions, seed, softwareThreads, threads, words } = parts
    const travel = leastWayToTile(numbers)
    this.#config = config
    this.#parts = parts
    this.copyChunk = config.copyChunk
    // PAC5
    this.instrumentation = {
      instructions: config.checkInstructions,
      latency: config.index + config.authenticate,
      sparesStack: true
    }
    this.#barrier = Math.max(config.barrier, travel)
    this.#lookup = new RegionLookup(pages, regions)
    this.#kind = regions.kind
    // Entries of shared memory are read as well.
    this.openPages = new OpenRegions(pages, regions, Open.nobody, ({ authority }) =>
      isTrusted(authority) ? Open.none : domainOf(authority)
    )
    this.#regions = regions.count
    this.#rights = new StoredRights(domains, regions.count, threads, softwareThreads, travel)
    this.#numbers = new Numbers(seed, domains * regions.count)
    this.#table = new EntryTable({ ...config, entries: MOST_ENTRIES }, parts)
    this.#gate = new Gate(config, parts, Act.pass)
    this.#registers = pointerRegisters(config, parts, Act.handles, {
      pointer: (t, region) => this.#pointer(t, region),
      forged: (region) => this.#numbers.guessed(region),
      authenticates: (t, region, signature, tick) => this.#authenticates(t, region, signature, tick),
      load: (program, domain, region) => this.#table.load(program, domain, region)
    })
    this.#lock = words.allocate(1)
    sign(parts, this.#numbers, this.#rights)
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.#threads = threads
  }

  start(thread: HardwareThread, domain: number): void {
    thread.authority = authorityOf(domain, this.#rights.issued(thread.software))
  }

  enter(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.#gate.enter(program, thread.software, from, to)
  }

  leave(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.#gate.leave(program, thread.software, from, to)
  }

  /** PAC8: trusted code strips pointers and goes by addresses until the next gate. */
  openBoth(program: Program): void {
    program.as(Cause.copy).compute(2, this.#config.strip).act(Act.trust)
  }

  /** PAC10: throws InvalidInput for rights to read alone. */
  grant(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    oneRight(this.#parts.regions.names[region], rights)
    this.#change(program, domain, region, Right.readWrite)
    this.#publish(program, thread, region)
  }

  /** PAC10: throws InvalidInput when a part of the right is to be left. */
  revoke(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    if (rights === Right.readWrite) return
    if (rights !== Right.none) oneRight(this.#parts.regions.names[region], rights)
    this.#change(program, domain, region, Right.none)
    this.#publish(program, thread, region)
  }

  move(program: Program, thread: HardwareThread, region: number, from: number, to: number): void {
    this.#change(program, from, region, Right.none)
    this.#change(program, to, region, Right.readWrite)
    this.#publish(program, thread, region)
  }

  keep(program: Program, t: HardwareThread, region: number, slot: number, handle: number): void {
    this.#registers.keep(program, domainOf(t.authority), region, slot, handle)
  }

  recall(program: Program, t: HardwareThread, slot: number, handle: number): void {
    this.#registers.recall(program, domainOf(t.authority), slot, handle)
  }

  drop(program: Program, _t: HardwareThread, region: number, handle: number): void {
    this.#registers.drop(program, region, handle)
  }

  /** PAC9: the authority of `from`, authenticated. Throws InvalidInput for less than the whole object. */
  derive(
    program: Program,
    t: HardwareThread,
    region: number,
    from: number,
    to: number,
    rights: Rights,
    offset: number,
    bytes: number
  ): void {
    const { names, bytes: sizes } = this.#parts.regions
    narrowed(names[region], sizes[region], rights, offset, bytes)
    this.#registers.authenticate(program, domainOf(t.authority), region, from, to)
  }

  /** PACDA, AUTDA or XPACD of register `b`, as a domain executes it by itself; `a` is the region for PACDA. */
  instruction(program: Program, t: HardwareThread, code: number, a: number, b: number): void {
    this.#registers.instruction(program, domainOf(t.authority), code, a, b)
  }

  act(t: HardwareThread, code: number, a: number, b: number, tick: number): void {
    if (code >= Act.handles) return this.#registers.act(t, code - Act.handles, a, b, tick)
    if (code === Act.change) return this.#issue(t, a, b, tick)
    if (code === Act.trust) t.authority |= TRUSTED
    else t.authority = authorityOf(a, this.#rights.issued(t.software))
  }

  /** PAC6: the store of an entry performs. */
  tagged(t: HardwareThread, page: number, _offset: number, _bytes: number, change: number, tick: number): void {
    if (!this.#table.covers(page)) return
    const rights = this.#rights
    rights.perform(t.number, t.software, change, tick)
    const { after, before, domain, region } = rights
    if ((before & 3) !== (after & 3))
      this.#parts.enforced(t.number, Place.table, domain, region, before & 3, after & 3, tick)
  }

  /** PAC5: where the entry of what is accessed lies. */
  tablePage(thread: number, page: number, offset: number): number {
    const region = this.#lookup.at(page, offset)
    if (region < 0) return -1
    const t = this.#threads[thread]
    if (isTrusted(t.authority) || (t.handle !== Handle.implicit && isAuthenticated(t.handle))) return -1
    const table = this.#table
    table.find(domainOf(t.authority), this.#kind[region] === RegionKind.exchange ? region : -1, page, offset)
    this.tableOffset = table.offset
    return table.page
  }

  checkAccess(thread: number, page: number, offset: number, bytes: number, _store: boolean, tick: number): number {
    const region = this.#lookup.at(page, offset)
    const t = this.#threads[thread]
    if (isTrusted(t.authority)) return Fault.none
    if (this.#lookup.leavesObject(region, page, offset, bytes)) return PointerFault.bounds
    if (region < 0) return Fault.none
    const { handle } = t
    if (handle !== Handle.implicit) {
      if (handle === Handle.empty || regionOf(handle) !== region) return PointerFault.authentication
      if (isAuthenticated(handle)) return Fault.none
      return this.#authenticates(t, region, signatureIn(handle), tick) ? Fault.none : PointerFault.authentication
    }
    return this.#valueOf(t, region, tick) === 0 ? PointerFault.authentication : Fault.none
  }

  allows(t: RightsHolder, region: number, tick?: number): Rights {
    if (isTrusted(t.authority)) return Right.readWrite
    if ((this.#valueOf(t, region, tick ?? Ever) & 3) !== 0) return Right.readWrite
    // PAC9: a register with an authenticated pointer.
    for (const handle of t.handles)
      if (handle !== Handle.empty && isAuthenticated(handle) && regionOf(handle) === region) return Right.readWrite
    return Right.none
  }

  registers({ authority, handles }: RightsHolder): number {
    if (!handles.every((handle) => handle === Handle.empty)) return -1
    return domainOf(authority) * 2 + (isTrusted(authority) ? 1 : 0)
  }

  /** What the thread's domain has to `region`: its signature << 2 and its rights, 0 for nothing. */
  #valueOf(t: RightsHolder, region: number, tick: number): number {
    const { authority, software } = t
    if (this.#kind[region] === RegionKind.shared) return Right.readWrite
    return this.#rights.of(software, restOf(authority), domainOf(authority), region, tick)
  }

  #authenticates(t: RightsHolder, region: number, signature: number, tick: number): boolean {
    const value = this.#valueOf(t, region, tick)
    return value !== 0 && value >>> 2 === signature
  }

  /** Signature of the pointer to `region` that the thread's domain has, or -1. */
  #pointer(t: HardwareThread, region: number): number {
    const value = this.#valueOf(t, region, t.tick)
    return value === 0 ? -1 : value >>> 2
  }

  /** Append a change of `domain`'s entry for `region`: the number, the signature, the store. */
  #change(program: Program, domain: number, region: number, rights: Rights): void {
    program.as(Cause.retag)
    if (rights !== Right.none) {
      this.#draw(program)
      program.compute(this.#config.resignInstructions).chain(1, this.#config.authenticate)
    }
    program.act(Act.change, region, (domain << 2) | rights)
  }

  /** A number for an object. */
  #draw(program: Program): void {
    const { core, l1d } = this.#parts.numbers
    if (this.#config.numbers === "fnv-1") {
      program.compute(1, core.multiply).compute(1)
      return
    }
    // Where the generator stands, the two values there, their sum shifted and masked: one waits for the other.
    program.lock(this.#lock, core.locked).compute(this.#config.randInstructions)
    program.chain(2, l1d.latency).chain(3).swapWord(this.#lock, 0, core.locked)
  }

  /** PAC6: what other threads may reach is published before anything younger. */
  #publish(program: Program, t: HardwareThread, region: number): void {
    const { regions, threads } = this.#parts
    if (regions.worker[region] >= 0 || threads === 1 || t.number < 0) return
    program.as(Cause.retag).serialise(Serialise.drainStores, this.#barrier)
  }

  /** Its own thread goes by the change from here on; the store follows. */
  #issue(t: HardwareThread, region: number, packed: number, tick: number): void {
    const domain = packed >>> 2
    this.#parts.touched(region, t.software, tick)
    this.openPages.closeRegion(region)
    const cell = domain * this.#regions + region
    let value = packed & 3
    const program = t.pushProgram().as(Cause.retag)
    if (value !== Right.none) {
      const signature = this.#numbers.renew(cell, t.software, this.#rights.issued(t.software))
      this.redraws += this.#numbers.draws - 1
      program.chain(this.#numbers.draws - 1, this.#config.authenticate)
      value |= signature << 2
    }
    const change = this.#rights.issue(t.number, t.software, domain, region, value)
    t.authority = authorityOf(domainOf(t.authority), this.#rights.issued(t.software)) | (t.authority & TRUSTED)
    this.#table.store(program, domain, region, change)
  }
}
