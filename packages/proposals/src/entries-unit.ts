/**
 * Rights in one place, changed by one store: proxy capabilities, whose pointers name an entry of a table that each
 * access reads through the caches; XPC's segment lists; and the ideal, whose table everybody finds at once.
 *
 *   PRO13  proxy: each access reads its object's entry first; no register and no copy of a pointer holds a right
 *   PRO14  a change is a store to the entry, and over when everybody finds it; how many pointers name it doesn't matter
 *   PRO15  xpc: xcall changes the address space, a segment is handed over by swapseg and a store to its list
 *   PRO16  ideal: a change takes no store, only the time of the quickest message (law L3)
 */
import { EntryTable, MOST_ENTRIES } from "@isolde/core/isolation/entry-table"
import { authorityOf, domainOf, isTrusted, restOf, TRUSTED } from "@isolde/core/isolation/packed-authority"
import { RegionLookup } from "@isolde/core/isolation/region-lookup"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { StoredRights } from "@isolde/core/isolation/stored-rights"
import { type MachineParts, Place, type ProtectionUnit, type RightsHolder } from "@isolde/core/isolation/unit"
import { leastWayToTile } from "@isolde/core/machines/latencies"
import { Cause } from "@isolde/core/processor/cause"
import { Handle, type HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault } from "@isolde/core/processor/memory-port"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { ProposalsConfig } from "./config.ts"
import { Gate, type SwitchTicks } from "./gate.ts"
import { Pointers, regionOf, versionIn } from "./pointers.ts"

/** Actions of its own. Those of pointers come from `pointers` on. */
const Act = { select: 0, trust: 1, change: 2, pointers: 8 } as const
const Ever = 0x7fff_ffff
const VERSION_MASK = 0xffff

export class EntriesUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly tables: ReadonlyArray<this> | undefined
  tableOffset = 0
  readonly #config: ProposalsConfig
  readonly #parts: MachineParts
  readonly #gate: Gate
  readonly #table: EntryTable
  readonly #lookup: RegionLookup
  readonly #rights: StoredRights // [domain][region] version << 2 | rights
  readonly #pointers: Pointers | undefined
  readonly #travel: number
  #threads: ReadonlyArray<HardwareThread> = []

  constructor(config: ProposalsConfig, parts: MachineParts) {
    const { domains, kernel, pages, regions, softwareThreads, threads } = parts
    this.#config = config
    this.#parts = parts
    this.copyChunk = config.copyChunk
    this.#travel = leastWayToTile(parts.numbers)
    this.#lookup = new RegionLookup(pages, regions)
    this.#rights = new StoredRights(domains, regions.count, threads, softwareThreads, this.#travel)
    this.#table = new EntryTable({ ...config, entries: entriesOf(config, parts) }, parts)
    this.#gate = new Gate(config, parts, ticksOf(config))
    if (config.base === "proxy") {
      this.tables = [this]
      this.#pointers = new Pointers(config, parts, Act.pointers, (t, region) => this.#pointer(t, region))
    }
    // PRO15
    if (config.base === "xpc") kernel.spaces.open(domains, (_space, _page, entry) => entry)
    for (let domain = 0; domain < domains; domain++)
      for (let region = 0; region < regions.count; region++)
        if (this.#initial(domain, region) !== Right.none)
          this.#rights.initialise(domain, region, (1 << 2) | Right.readWrite)
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.#threads = threads
  }

  start(t: HardwareThread, domain: number): void {
    t.authority = authorityOf(domain, this.#rights.issued(t.software))
    if (this.#config.base === "xpc") t.enterSpace(domain, domain)
  }

  enter(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.call(program, t.software, from, to)
    this.#switch(program, false, to)
    this.#gate.arrive(program)
  }

  leave(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.return(program, t.software, from, to)
    this.#switch(program, true, to)
    this.#gate.resume(program, t.software)
  }

  /** Trusted code copies between the two and is not checked, until the next gate. */
  openBoth(program: Program): void {
    this.#gate.change(program, false, Act.trust, 0)
  }

  grant(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    this.#change(program, domain, region, rights)
    this.#publish(program, t, region)
  }

  /** What the domain doesn't have stays away. */
  revoke(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    this.#change(program, domain, region, rights & this.#valueOf(t, domain, region, t.tick))
    this.#publish(program, t, region)
  }

  move(program: Program, t: HardwareThread, region: number, from: number, to: number): void {
    this.#change(program, from, region, Right.none)
    this.#change(program, to, region, Right.readWrite)
    this.#publish(program, t, region)
  }

  keep(program: Program, t: HardwareThread, region: number, slot: number, handle: number): void {
    this.#pointers?.keep(program, t, region, slot, handle)
  }

  recall(program: Program, t: HardwareThread, slot: number, handle: number): void {
    this.#pointers?.recall(program, t, slot, handle)
  }

  drop(program: Program, _t: HardwareThread, _region: number, handle: number): void {
    this.#pointers?.drop(program, handle)
  }

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
    this.#pointers?.derive(program, t, region, from, to, rights, offset, bytes)
  }

  act(t: HardwareThread, code: number, a: number, b: number, tick: number): void {
    if (code >= Act.pointers) return this.#pointers?.act(t, code - Act.pointers, a, b)
    if (code === Act.change) return this.#issue(t, a, b >>> 2, b & 3, tick)
    if (code === Act.trust) t.authority |= TRUSTED
    else t.authority = authorityOf(a, this.#rights.issued(t.software))
  }

  /** The store of an entry performs. */
  tagged(t: HardwareThread, page: number, _offset: number, _bytes: number, change: number, tick: number): void {
    if (this.#table.covers(page)) this.#perform(t, change, tick)
  }

  /** PRO13: where the entry of what is accessed lies. */
  tablePage(thread: number, page: number, offset: number): number {
    const region = this.#lookup.at(page, offset)
    const { authority } = this.#threads[thread]
    if (region < 0 || isTrusted(authority)) return -1
    const table = this.#table
    table.find(domainOf(authority), this.#isObject(region) ? region : -1, page, offset)
    this.tableOffset = table.offset
    return table.page
  }

  checkAccess(thread: number, page: number, offset: number, bytes: number, store: boolean, tick: number): number {
    const t = this.#threads[thread]
    if (isTrusted(t.authority)) return Fault.none
    const region = this.#lookup.at(page, offset)
    if (this.#lookup.leavesObject(region, page, offset, bytes)) return Fault.mechanism
    if (region < 0) return Fault.none
    const value = this.#valueOf(t, domainOf(t.authority), region, tick)
    if ((value & (store ? Right.write : Right.read)) === 0) return Fault.mechanism
    if (this.#pointers === undefined || t.handle === Handle.implicit) return Fault.none
    const { handle } = t
    const isStale = handle === Handle.empty || regionOf(handle) !== region || versionIn(handle) !== value >>> 2
    return isStale ? Fault.mechanism : Fault.none
  }

  allows(t: RightsHolder, region: number, tick?: number): Rights {
    if (isTrusted(t.authority)) return Right.readWrite
    return this.#valueOf(t, domainOf(t.authority), region, tick ?? Ever) & 3
  }

  /** Domain and registers name entries; by themselves they hold what no entry is for. */
  holds(t: RightsHolder, region: number): Rights {
    return isTrusted(t.authority) || this.#parts.regions.kind[region] === RegionKind.shared
      ? Right.readWrite
      : Right.none
  }

  registers(t: RightsHolder): number {
    return isTrusted(t.authority) ? 1 : 0
  }

  copies(domain: number, region: number, right: Rights): number {
    if (this.#parts.regions.kind[region] === RegionKind.shared) return 0
    return (this.#initial(domain, region) & right) === 0 ? 0 : 1
  }

  #initial(domain: number, region: number): Rights {
    const { exchange, regions } = this.#parts
    const shared = exchange === "share" && regions.kind[region] === RegionKind.exchange
    return shared || regions.owner[region] === domain ? Right.readWrite : Right.none
  }

  #switch(program: Program, isReturn: boolean, to: number): void {
    this.#gate.change(program, isReturn, Act.select, to)
    if (this.#config.base === "xpc") program.switchSpace(to, true, 1)
  }

  #valueOf(t: RightsHolder, domain: number, region: number, tick: number): number {
    if (this.#parts.regions.kind[region] === RegionKind.shared) return Right.readWrite
    return this.#rights.of(t.software, restOf(t.authority), domain, region, tick)
  }

  /** Version of the entry of `region` for the thread's domain, or -1 where it has none. */
  #pointer(t: HardwareThread, region: number): number {
    const value = this.#valueOf(t, domainOf(t.authority), region, t.tick)
    return (value & 3) === 0 ? -1 : value >>> 2
  }

  #isObject(region: number): boolean {
    return region >= 0 && this.#parts.regions.kind[region] === RegionKind.exchange
  }

  #change(program: Program, domain: number, region: number, rights: Rights): void {
    program.as(Cause.retag).compute(2) // the caller owns it: compare, branch
    if (this.#config.base === "xpc") program.serialise(Serialise.hold, this.#config.swapseg)
    program.act(Act.change, region, (domain << 2) | rights)
  }

  /** PRO14: what other threads may reach is found by all before anything younger. */
  #publish(program: Program, t: HardwareThread, region: number): void {
    const { regions, threads } = this.#parts
    if (regions.worker[region] >= 0 || threads === 1 || t.number < 0) return
    const ideal = this.#config.base === "ideal"
    const ticks = ideal ? this.#travel : Math.max(this.#config.barrier, this.#travel)
    program.as(Cause.retag).serialise(ideal ? Serialise.hold : Serialise.drainStores, ticks)
  }

  /** Its own thread goes by the change from here on; the store follows. A new right has a new version. */
  #issue(t: HardwareThread, region: number, domain: number, rights: Rights, tick: number): void {
    const before = this.#valueOf(t, domain, region, Ever)
    const isNew = (before & 3) === 0 && rights !== Right.none
    const version = isNew ? ((before >>> 2) + 1) & VERSION_MASK : before >>> 2
    const change = this.#rights.issue(t.number, t.software, domain, region, (version << 2) | rights)
    t.authority = authorityOf(domainOf(t.authority), this.#rights.issued(t.software)) | (t.authority & TRUSTED)
    if (this.#config.base === "ideal") return this.#perform(t, change, tick)
    this.#table.store(t.pushProgram().as(Cause.retag), domain, region, change)
  }

  #perform(t: HardwareThread, change: number, tick: number): void {
    const rights = this.#rights
    rights.perform(t.number, t.software, change, tick)
    const { after, before, domain, region } = rights
    if ((before & 3) !== (after & 3))
      this.#parts.enforced(t.number, Place.table, domain, region, before & 3, after & 3, tick + this.#travel)
  }
}

function ticksOf({ base, registerWrite, xcall, xret }: ProposalsConfig): SwitchTicks {
  if (base === "xpc") return { enter: xcall, leave: xret }
  const ticks = base === "ideal" ? 1 : registerWrite
  return { enter: ticks, leave: ticks }
}

/** Entries of the table: of every object in memory with `proxy`, of each segment with `xpc`; `ideal` needs no memory. */
function entriesOf({ base }: ProposalsConfig, { domains, regions }: MachineParts): number {
  if (base === "ideal") return 0
  return base === "proxy" ? MOST_ENTRIES : Math.min(MOST_ENTRIES, regions.count * domains)
}
