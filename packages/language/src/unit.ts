/**
 * Safe-language isolation with time. Who owns an object stands in its header, which a move writes; that nobody else
 * has a reference is the compiler's word. An access that wouldn't compile counts as prevented where it stands. The
 * rule is in owned-reference.ts.
 */
import { InvalidInput } from "@isolde/core/invalid-input"
import { OpenRegions } from "@isolde/core/isolation/open-regions"
import { RegionLookup } from "@isolde/core/isolation/region-lookup"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { ISSUED_BITS, StoredRights } from "@isolde/core/isolation/stored-rights"
import {
  type Instrumentation,
  type MachineParts,
  Place,
  type ProtectionUnit,
  type RightsHolder
} from "@isolde/core/isolation/unit"
import { leastWayToTile } from "@isolde/core/machines/latencies"
import { LINE_BYTES, PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault } from "@isolde/core/processor/memory-port"
import { Open } from "@isolde/core/processor/open-pages"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { LanguageConfig } from "./config.ts"
import { Gate } from "./gate.ts"

/** Most domains that a thread's authority can name. */
export const MOST_DOMAINS = 1 << 10

/** Actions of its own. */
const Act = { pass: 0, runtime: 1, change: 2 } as const

/** In a thread's authority, beside its domain and the changes of rights that it has issued: the runtime copies. */
const RUNTIME = MOST_DOMAINS
const ISSUED_AT = 11
const ISSUED_MASK = (1 << ISSUED_BITS) - 1
const domainOf = (authority: number): number => authority & (MOST_DOMAINS - 1)

/** Headers on a page, one to a line. */
const HEADERS = PAGE_BYTES / LINE_BYTES
/** A tick after all others. */
const Ever = 0x7fff_ffff
/** Owner of what no domain owns. */
const NOBODY = -1

export class LanguageUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly instrumentation: Instrumentation
  readonly openPages: OpenRegions
  readonly #config: LanguageConfig
  readonly #parts: MachineParts
  readonly #gate: Gate
  readonly #lookup: RegionLookup
  readonly #rights: StoredRights
  readonly #kind: Uint8Array // [region] RegionKind
  readonly #headers: number // first page
  readonly #headerPages: number
  readonly #publish: number
  #threads: ReadonlyArray<HardwareThread> = []

  constructor(config: LanguageConfig, parts: MachineParts) {
    const { numbers, pages, regions, softwareThreads, threads } = parts
    const travel = leastWayToTile(numbers)
    this.#config = config
    this.#parts = parts
    this.copyChunk = config.copyChunk
    // LANG4
    this.instrumentation = { instructions: config.checkInstructions, latency: 0, sparesStack: true }
    this.#publish = Math.max(config.publish, travel)
    this.#lookup = new RegionLookup(pages, regions)
    this.#kind = regions.kind
    this.openPages = new OpenRegions(pages, regions, Open.ungoverned, ({ authority }) =>
      (authority & RUNTIME) === 0 ? domainOf(authority) : Open.none
    )
    this.#rights = new StoredRights(1, regions.count, threads, softwareThreads, travel)
    this.#headerPages = Math.ceil(regions.count / HEADERS)
    this.#headers = pages.reserve(this.#headerPages)
    this.#gate = new Gate(config, parts, Act.pass)
    for (let region = 0; region < regions.count; region++) this.#rights.initialise(0, region, regions.owner[region] + 1)
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.#threads = threads
  }

  start(thread: HardwareThread, domain: number): void {
    this.#run(thread, domain, 0)
  }

  enter(program: Program, thread: HardwareThread, _from: number, to: number): void {
    this.#gate.enter(program, thread.software, to)
  }

  leave(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.#gate.leave(program, thread.software, from, to)
  }

  /** LANG7: the runtime copies until the next gate. */
  openBoth(program: Program): void {
    program.as(Cause.copy).compute(2).act(Act.runtime)
  }

  /** LANG8: throws InvalidInput beside another owner, or for a part of the rights. */
  grant(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    const owner = this.#owner(t, region, t.tick)
    if (rights !== Right.readWrite || (owner >= 0 && owner !== domain)) this.#inexpressible("grant", region, rights)
    if (owner < 0) this.#move(program, region, domain)
  }

  /** LANG8: throws InvalidInput when a part of the right is to be left. */
  revoke(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    if (rights === Right.readWrite || this.#owner(t, region, t.tick) !== domain) return
    if (rights !== Right.none) this.#inexpressible("revoke", region, rights)
    this.#move(program, region, NOBODY)
  }

  move(program: Program, _t: HardwareThread, region: number, _from: number, to: number): void {
    this.#move(program, region, to)
  }

  /** LANG9: the list of what `domain` owns is gone along; exchanged objects go to domain 0, the others to nobody. */
  terminate(program: Program, _t: HardwareThread, domain: number, owned: ReadonlyArray<number>): void {
    for (const region of owned) {
      program.as(Cause.sweep)
      this.#header(region, (page, offset) => program.load(page, offset))
      program.compute(this.#config.reclaimInstructions)
      this.#move(program, region, this.#kind[region] === RegionKind.exchange && domain !== 0 ? 0 : NOBODY)
    }
  }

  act(t: HardwareThread, code: number, a: number, b: number, tick: number): void {
    if (code === Act.pass) return this.#run(t, a, 0)
    if (code === Act.runtime) return this.#run(t, domainOf(t.authority), RUNTIME)
    this.#parts.touched(a, t.software, tick)
    this.openPages.closeRegion(a)
    const change = this.#rights.issue(t.number, t.software, 0, a, b)
    this.#run(t, domainOf(t.authority), t.authority & RUNTIME)
    const program = t.pushProgram().as(Cause.retag)
    this.#header(a, (page, offset) => program.tagStore(page, offset, 8, change, 8))
  }

  /** LANG6: the store of a header performs. */
  tagged(t: HardwareThread, page: number, _offset: number, _bytes: number, change: number, tick: number): void {
    if (page < this.#headers || page >= this.#headers + this.#headerPages) return
    const rights = this.#rights
    rights.perform(t.number, t.software, change, tick)
    const { after, before, region } = rights
    if (before === after) return
    const { enforced } = this.#parts
    if (before > 0) enforced(t.number, Place.code, before - 1, region, Right.readWrite, Right.none, tick)
    if (after > 0) enforced(t.number, Place.code, after - 1, region, Right.none, Right.readWrite, tick)
  }

  checkAccess(thread: number, page: number, offset: number, bytes: number, _store: boolean, tick: number): number {
    const t = this.#threads[thread]
    if ((t.authority & RUNTIME) !== 0) return Fault.none
    const region = this.#lookup.at(page, offset)
    // LANG3: what begins in an object ends in it.
    if (this.#lookup.leavesObject(region, page, offset, bytes)) return Fault.mechanism
    return this.#has(t, region, tick) ? Fault.none : Fault.mechanism
  }

  allows(t: RightsHolder, region: number, tick?: number): Rights {
    if ((t.authority & RUNTIME) !== 0 || this.#has(t, region, tick ?? Ever)) return Right.readWrite
    return Right.none
  }

  registers({ authority }: RightsHolder): number {
    return domainOf(authority) * 2 + ((authority & RUNTIME) !== 0 ? 1 : 0)
  }

  #has(t: RightsHolder, region: number, tick: number): boolean {
    if (region < 0 || this.#kind[region] === RegionKind.shared) return true
    // LANG2
    return this.#owner(t, region, tick) === domainOf(t.authority)
  }

  /** Domain that owns `region`, as the thread finds it, or -1. */
  #owner({ authority, software }: RightsHolder, region: number, tick: number): number {
    return this.#rights.of(software, (authority >>> ISSUED_AT) & ISSUED_MASK, 0, region, tick) - 1
  }

  #run(t: HardwareThread, domain: number, flag: number): void {
    t.authority = domain | flag | (this.#rights.issued(t.software) << ISSUED_AT)
  }

  /** LANG6: the header is written, and published where other threads may look for the object. */
  #move(program: Program, region: number, to: number): void {
    const { regions, threads } = this.#parts
    program.as(Cause.retag)
    this.#header(region, (page, offset) => program.load(page, offset))
    program.compute(this.#config.moveInstructions).act(Act.change, region, to + 1)
    if (regions.worker[region] < 0 && threads > 1) program.serialise(Serialise.drainStores, this.#publish)
  }

  #header(region: number, use: (page: number, offset: number) => void): void {
    use(this.#headers + Math.floor(region / HEADERS), (region % HEADERS) * LINE_BYTES)
  }

  #inexpressible(verb: string, region: number, rights: Rights): never {
    throw new InvalidInput([
      {
        path: `${verb} of ${this.#parts.regions.names[region]}`,
        expected: "one owner, who reads and writes",
        actual: `rights ${rights} beside its owner's`,
        remedy: "Move the object instead, or choose a mechanism that can share."
      }
    ])
  }
}
