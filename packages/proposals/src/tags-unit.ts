/**
 * Memory tags as they might be: more bits, a tag that each access takes from a protected register, a granule per page.
 * With all of it off it is Arm's MTE as far as isolation goes.
 *
 *   PRO11  with a tag register no instruction is added and stack-relative accesses are checked too; without one, an
 *          instruction puts the tag into each other address, and stack-relative accesses are not checked
 *   PRO12  behind a retag's barrier everybody finds the new tags
 */
import { InvalidInput } from "@isolde/core/invalid-input"
import { authorityOf, domainOf, isTrusted, TRUSTED } from "@isolde/core/isolation/packed-authority"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
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
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { ProposalsConfig } from "./config.ts"
import { Gate } from "./gate.ts"
import { GRANULE, TagMemory, taggedPages } from "./tag-memory.ts"

const Act = { select: 0, trust: 1 } as const
const Ever = 0x7fff_ffff
/** Holder of memory that no domain holds. */
const Nobody = -1
/** Tag of `holder`: nobody's is 0. */
const tagOf = (holder: number): number => holder + 1

/** PRO20: lines of 64 bytes whose tags fill a line, a tag for every 16 bytes. */
const linesOfTags = (tagBits: number): number => Math.floor((LINE_BYTES * 8) / ((LINE_BYTES / GRANULE) * tagBits))

export class TagsUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly instrumentation: Instrumentation | undefined
  readonly tables: ReadonlyArray<this> | undefined
  tableOffset = 0
  readonly #parts: MachineParts
  readonly #gate: Gate
  readonly #tags: TagMemory
  readonly #barrier: number
  readonly #travel: number
  #threads: ReadonlyArray<HardwareThread> = []

  constructor(config: ProposalsConfig, parts: MachineParts) {
    const { pages, regions } = parts
    this.#parts = parts
    this.copyChunk = config.copyChunk
    this.#travel = leastWayToTile(parts.numbers)
    this.#barrier = Math.max(config.barrier, this.#travel)
    // PRO11
    if (!config.tagRegister) this.instrumentation = { instructions: 1, latency: config.tagInsert, sparesStack: true }
    if (config.variableGranule) this.tables = [this]
    this.#tags = new TagMemory(
      pages,
      taggedPages(regions, (region) => this.#isTagged(region)),
      (page, offset) => regions.at(page, offset),
      (region) => tagOf(regions.owner[region]),
      config.variableGranule,
      config.tagStoreBytes,
      this.#travel
    )
    if (config.tagTraffic) parts.memory.keepTags(this.#tags.frames(pages), linesOfTags(config.tagBits), config.tagCache)
    const ticks = config.tagRegister ? config.registerWrite : 1
    this.#gate = new Gate(config, parts, { enter: ticks, leave: ticks })
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.#threads = threads
  }

  start(t: HardwareThread, domain: number): void {
    t.authority = authorityOf(domain, 0)
  }

  enter(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.call(program, t.software, from, to)
    this.#gate.change(program, false, Act.select, to)
    this.#gate.arrive(program)
  }

  leave(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.return(program, t.software, from, to)
    this.#gate.change(program, true, Act.select, to)
    this.#gate.resume(program, t.software)
  }

  /** The checks are off for trusted code that copies, until the next gate. */
  openBoth(program: Program): void {
    this.#gate.change(program, false, Act.trust, 0)
  }

  /** Throws InvalidInput for rights that one tag can't express. */
  grant(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    const tag = this.#held(region, t.tick)
    if (rights !== Right.readWrite || (tag !== tagOf(Nobody) && tag !== tagOf(domain)))
      inexpressible(this.#parts.regions.names[region], rights, tag)
    if (tag === tagOf(Nobody)) this.#retag(program, region, domain)
  }

  /** Throws InvalidInput when a part of the right is to be left. */
  revoke(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    const tag = this.#held(region, t.tick)
    if (tag !== tagOf(domain) || rights === Right.readWrite) return
    if (rights !== Right.none) inexpressible(this.#parts.regions.names[region], rights, tag)
    this.#retag(program, region, Nobody)
  }

  move(program: Program, _t: HardwareThread, region: number, _from: number, to: number): void {
    this.#retag(program, region, to)
  }

  allocate(program: Program, _t: HardwareThread, domain: number, region: number): void {
    this.#retag(program, region, domain)
  }

  free(program: Program, _t: HardwareThread, _domain: number, region: number): void {
    this.#retag(program, region, Nobody)
  }

  act(t: HardwareThread, code: number, domain: number): void {
    if (code === Act.select) t.authority = authorityOf(domain, 0)
    else t.authority |= TRUSTED
  }

  tagged(t: HardwareThread, page: number, offset: number, bytes: number, tag: number, tick: number): void {
    const tags = this.#tags
    if (!tags.store(page, offset, bytes, tag, tick)) return
    for (const region of this.#parts.regions.onPage(tags.page)) {
      if (!this.#endsIn(region, tags.page, tags.offset, tags.offset + tags.bytes)) continue
      this.#report(t, tags.earlier, region, Right.readWrite, Right.none, tick)
      this.#report(t, tag, region, Right.none, Right.readWrite, tick)
    }
  }

  /** Where the tag of what is accessed lies in the table. */
  tablePage(thread: number, page: number, offset: number): number {
    if (isTrusted(this.#threads[thread].authority)) return -1
    const found = this.#tags.tablePage(page, offset)
    this.tableOffset = this.#tags.tableOffset
    return found
  }

  /** PRO2: every granule that the access touches has the tag that it carries. */
  checkAccess(thread: number, page: number, offset: number, bytes: number, _store: boolean, tick: number): number {
    const tags = this.#tags
    const { authority } = this.#threads[thread]
    if (!tags.isTagged(page) || isTrusted(authority)) return Fault.none
    const carried = tagOf(domainOf(authority))
    const granule = 1 << tags.shiftOf(page)
    const end = offset + bytes < PAGE_BYTES ? offset + bytes : PAGE_BYTES
    for (let at = offset & ~(granule - 1); at < end; at += granule)
      if (tags.at(page, at, tick) !== carried) return Fault.mechanism
    return Fault.none
  }

  /** Its last granule speaks for a region: a retag ends there. */
  allows(t: RightsHolder, region: number, tick?: number): Rights {
    if (!this.#isTagged(region) || isTrusted(t.authority)) return Right.readWrite
    const carried = tagOf(domainOf(t.authority))
    return this.#last(region, tick ?? Ever) === carried ? Right.readWrite : Right.none
  }

  /** The register opens what is tagged so; by itself it holds what isn't tagged, and all while trusted code copies. */
  holds(t: RightsHolder, region: number): Rights {
    return !this.#isTagged(region) || isTrusted(t.authority) ? Right.readWrite : Right.none
  }

  registers(t: RightsHolder): number {
    return isTrusted(t.authority) ? 1 : 0
  }

  /** Its last granule is the last that a retag reaches. */
  copies(domain: number, region: number): number {
    return this.#isTagged(region) && this.#last(region, Ever) === tagOf(domain) ? 1 : 0
  }

  #isTagged(region: number): boolean {
    const { bytes, kind } = this.#parts.regions
    return kind[region] !== RegionKind.shared && bytes[region] > 0
  }

  /** PRO12 */
  #retag(program: Program, region: number, to: number): void {
    const { extentBytes, extentOffset, extentPage, extentStart } = this.#parts.regions
    program.as(Cause.retag).compute(2) // the caller owns it: compare, branch
    for (let extent = extentStart[region]; extent < extentStart[region + 1]; extent++)
      this.#tags.append(program, extentPage[extent], extentOffset[extent], extentBytes[extent], tagOf(to))
    program.serialise(Serialise.drainStores, this.#barrier)
  }

  /** Tag of the first granule of `region`. */
  #held(region: number, tick: number): number {
    const { extentOffset, extentPage, extentStart } = this.#parts.regions
    return this.#tags.at(extentPage[extentStart[region]], extentOffset[extentStart[region]], tick)
  }

  #last(region: number, tick: number): number {
    const { extentBytes, extentOffset, extentPage, extentStart } = this.#parts.regions
    const last = extentStart[region + 1] - 1
    return this.#tags.at(extentPage[last], extentOffset[last] + extentBytes[last] - 1, tick)
  }

  /** Whether the last byte of `region` lies from `from` to before `to` of `page`. */
  #endsIn(region: number, page: number, from: number, to: number): boolean {
    const { extentBytes, extentOffset, extentPage, extentStart } = this.#parts.regions
    const last = extentStart[region + 1] - 1
    if (last < extentStart[region] || extentPage[last] !== page) return false
    const end = extentOffset[last] + extentBytes[last]
    return end > from && end <= to
  }

  #report(t: HardwareThread, tag: number, region: number, before: Rights, after: Rights, tick: number): void {
    if (tag === tagOf(Nobody) || !this.#isTagged(region)) return
    this.#parts.enforced(t.number, Place.memoryTag, tag - 1, region, before, after, tick + this.#travel)
  }
}

function inexpressible(region: string | undefined, rights: Rights, tag: number): never {
  throw new InvalidInput([
    {
      path: `rights to ${region}`,
      expected: "rights that one tag can express: one holder, for reading and writing",
      actual: `rights ${rights} where the tag is ${tag}`,
      remedy: "Move the region instead, or choose a mechanism that can share."
    }
  ])
}
