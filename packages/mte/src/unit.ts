/**
 * MTE with time. Which domain a thread is in lives in its reserved register, whose tag goes into every address
 * (`authority`); whose memory a granule is lives in its allocation tag. The rule is in tag-check.ts.
 */
import { InvalidInput } from "@isolde/core/invalid-input"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import {
  type Instrumentation,
  type MachineParts,
  Place,
  type ProtectionUnit,
  type RightsHolder
} from "@isolde/core/isolation/unit"
import { invariant } from "@isolde/core/kernel/model-defect"
import { leastWayToTile } from "@isolde/core/machines/latencies"
import { LINES_PER_PAGE, PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault } from "@isolde/core/processor/memory-port"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { AllocationTags } from "./allocation-tags.ts"
import type { MteConfig } from "./config.ts"
import { Gate } from "./gate.ts"
import { appendTagStores, tagStoreBytes } from "./retag.ts"
import { GRANULE } from "./tag-check.ts"

/** Actions of its own. */
const Act = { setTag: 0, override: 1, check: 2, retagged: 3 } as const

/** PSTATE.TCO in a thread's `authority`, beside the tag of its domain. */
const TCO = 16

/** A tick after all others. */
const Ever = 0x7fff_ffff

/** Holder of memory that no domain holds. Its tag is 0, which is no domain's (MTE3). */
const NOBODY = -1
const tagOf = (domain: number): number => domain + 1

export class MteUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly instrumentation: Instrumentation
  readonly tags: AllocationTags
  readonly #config: MteConfig
  readonly #parts: MachineParts
  readonly #gate: Gate
  readonly #barrier: number
  readonly #threads: Array<HardwareThread> = []
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
      sparesStack: true
    }
    // MTE9
    this.#barrier = Math.max(config.barrier, travel)
    this.tags = new AllocationTags(parts.pages, travel)
    this.#governed = new Uint8Array(parts.regions.count)
    this.#tagMemory()
    this.#gate = new Gate(config, parts, Act.setTag)
  }

  start(thread: HardwareThread, domain: number): void {
    this.#threads[thread.number] = thread
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

  /** MTE12: throws InvalidInput for rights that one tag can't express: one holder, for reading and writing. */
  grant(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    const holder = this.#holder(thread, region)
    if (rights !== Right.readWrite || (holder !== NOBODY && holder !== domain))
      this.#inexpressible("grant", thread, region, rights)
    if (holder === NOBODY) this.#retag(program, thread, region, NOBODY, domain)
  }

  /** MTE12: throws InvalidInput when a part of the right is to be left. */
  revoke(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    if (this.#holder(thread, region) !== domain || rights === Right.readWrite) return
    if (rights !== Right.none) this.#inexpressible("revoke", thread, region, rights)
    this.#retag(program, thread, region, domain, NOBODY)
  }

  move(program: Program, thread: HardwareThread, region: number, from: number, to: number): void {
    this.#retag(program, thread, region, from, to)
  }

  act(thread: HardwareThread, code: number, a: number, b: number, tick: number): void {
    switch (code) {
      case Act.setTag:
        thread.authority = (thread.authority & TCO) | tagOf(a)
        return
      case Act.override:
        thread.authority |= TCO
        return
      case Act.check:
        thread.authority &= ~TCO
        return
      case Act.retagged:
        return this.#report(thread, a, (b & 0xff) - 1, (b >>> 8) - 1, tick)
    }
  }

  tagged(_thread: HardwareThread, page: number, offset: number, bytes: number, tag: number, tick: number): void {
    this.tags.store(page, offset, bytes, tag, tick)
  }

  /** MTE1, MTE2: every granule that the access touches has the tag of its address, or the fault is detected (MTE13). */
  checkAccess(thread: number, page: number, offset: number, bytes: number, _store: boolean, tick: number): number {
    const tags = this.tags
    if (!tags.isTagged(page)) return Fault.none
    const authority = this.#threads[thread].authority
    if ((authority & TCO) !== 0) return Fault.none
    const end = offset + bytes < PAGE_BYTES ? offset + bytes : PAGE_BYTES
    for (let at = offset & ~(GRANULE - 1); at < end; at += GRANULE)
      if (tags.at(page, at, tick) !== authority) return Fault.detected
    return Fault.none
  }

  /** Its first and last granule speak for a region: a retag proceeds from the one to the other. */
  allows(thread: RightsHolder, region: number, tick?: number): Rights {
    const { authority } = thread
    if (this.#governed[region] === 0 || (authority & TCO) !== 0) return Right.readWrite
    const { extentBytes, extentOffset, extentPage, extentStart } = this.#parts.regions
    const first = extentStart[region]
    const last = extentStart[region + 1] - 1
    const tags = this.tags
    const end = extentOffset[last] + extentBytes[last] - 1
    const when = tick ?? Ever
    const reaches =
      tags.at(extentPage[first], extentOffset[first], when) === authority ||
      tags.at(extentPage[last], end, when) === authority
    return reaches ? Right.readWrite : Right.none
  }

  #checkAgain(program: Program, thread: HardwareThread): void {
    if ((thread.authority & TCO) === 0) return
    program.as(Cause.gate).serialise(Serialise.hold, this.#config.tco).act(Act.check)
  }

  /** MTE6: the tag stores of every extent, then a barrier: what follows it finds the new tags, whoever executes it. */
  #retag(program: Program, thread: HardwareThread, region: number, from: number, to: number): void {
    const { extentBytes, extentOffset, extentPage, extentStart } = this.#parts.regions
    const largest = tagStoreBytes[this.#config.largestTagStore]
    program.as(Cause.retag)
    for (let extent = extentStart[region]; extent < extentStart[region + 1]; extent++) {
      program.compute(this.#config.retagInstructions)
      appendTagStores(program, extentPage[extent], extentOffset[extent], extentBytes[extent], tagOf(to), largest)
    }
    program.serialise(Serialise.drainStores, this.#barrier).act(Act.retagged, region, tagOf(from) | (tagOf(to) << 8))
  }

  /** Domain that holds `region`, as the thread would find it, or NOBODY. */
  #holder(thread: HardwareThread, region: number): number {
    const { extentOffset, extentPage, extentStart } = this.#parts.regions
    const first = extentStart[region]
    return this.tags.at(extentPage[first], extentOffset[first], thread.tick) - 1
  }

  #report(thread: HardwareThread, region: number, from: number, to: number, tick: number): void {
    const { enforced } = this.#parts
    if (from >= 0) enforced(thread.number, Place.memoryTag, from, region, Right.readWrite, Right.none, tick)
    if (to >= 0) enforced(thread.number, Place.memoryTag, to, region, Right.none, Right.readWrite, tick)
  }

  /** MTE3: pages of private and exchanged memory are tagged, each granule with its owner's tag; others are not. */
  #tagMemory(): void {
    const { memory, pages, regions } = this.#parts
    const frames = new Uint8Array(pages.lines / LINES_PER_PAGE)
    for (let region = 0; region < regions.count; region++) {
      if (regions.kind[region] === RegionKind.shared || regions.bytes[region] === 0) continue
      this.#governed[region] = 1
      for (const page of regions.pagesOf(region)) {
        if (this.tags.isTagged(page)) continue
        this.tags.tagPage(page)
        frames[pages.frame[page]] = 1
        for (let offset = 0; offset < PAGE_BYTES; offset += GRANULE) this.#tagGranule(page, offset)
      }
    }
    // MTE11
    if (this.#config.tagLines > 0) memory.keepTags(frames, this.#config.tagLines, this.#config.tagCache)
  }

  /** Bytes that no region claims are those of the page's first region, as everywhere. */
  #tagGranule(page: number, offset: number): void {
    const { kind, names, owner } = this.#parts.regions
    const region = this.#parts.regions.at(page, offset)
    if (kind[region] === RegionKind.shared)
      invariant(false, "MTE3", `${names[region]} lies on a page with memory of one domain`)
    this.tags.initialise(page, offset, GRANULE, tagOf(owner[region]))
  }

  #inexpressible(verb: string, thread: HardwareThread, region: number, rights: Rights): never {
    throw new InvalidInput([
      {
        path: `${verb} of ${this.#parts.regions.names[region]}`,
        expected: "rights that one allocation tag can express: one holder, for reading and writing",
        actual: `rights ${rights} beside those of domain ${this.#holder(thread, region)}`,
        remedy: "Move the region instead, or choose a mechanism that can share."
      }
    ])
  }
}
