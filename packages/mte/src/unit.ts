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
import { PendingRetags } from "./pending-retags.ts"
import { appendTagStores, type TagStores, tagStoresOf } from "./retag.ts"
import { GRANULE, tagOf } from "./tag-check.ts"

/** Actions of its own. */
const Act = { setTag: 0, override: 1, check: 2, retagged: 3, unpublished: 4 } as const

// A thread's `authority`: the tag of its reserved register, PSTATE.TCO, and the number of its retags without barrier.
const TAG = 15
const TCO = 16
const RETAGS = 5

/** A tick after all others. */
const Ever = 0x7fff_ffff

/** Holder of memory that no domain holds. Its tag is 0, which is no domain's (MTE3). */
const NOBODY = -1
const NOBODYS = 0

export class MteUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly instrumentation: Instrumentation
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
  readonly #threads: Array<HardwareThread> = []
  readonly #pending: PendingRetags
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
      this.storeHolds = (_thread, page) => (this.tags.isTagged(page) ? config.syncStore - 1 : 0)
    // MTE9
    this.#barrier = Math.max(config.barrier, travel)
    this.tags = new AllocationTags(parts.pages, travel)
    this.#pending = new PendingRetags(parts.threads, travel)
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
    const tag = this.#tagHeld(thread, region)
    if (rights !== Right.readWrite || (tag !== NOBODYS && tag !== tagOf(domain)))
      this.#inexpressible("grant", thread, region, rights)
    if (tag === NOBODYS) this.#retag(program, thread, region, NOBODY, domain, this.#stores)
  }

  /** MTE12: throws InvalidInput when a part of the right is to be left. */
  revoke(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    if (this.#tagHeld(thread, region) !== tagOf(domain) || rights === Right.readWrite) return
    if (rights !== Right.none) this.#inexpressible("revoke", thread, region, rights)
    this.#retag(program, thread, region, domain, NOBODY, this.#stores)
  }

  move(program: Program, thread: HardwareThread, region: number, from: number, to: number): void {
    this.#retag(program, thread, region, from, to, this.#stores)
  }

  /** Tagged for its owner and cleared at once: STZG, STZ2G, DC GZVA. */
  allocate(program: Program, thread: HardwareThread, domain: number, region: number): void {
    this.#retag(program, thread, region, NOBODY, domain, this.#clearing)
  }

  /** Tagged as nobody's: who still has a pointer finds another tag. */
  free(program: Program, thread: HardwareThread, domain: number, region: number): void {
    this.#retag(program, thread, region, domain, NOBODY, this.#stores)
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
      case Act.retagged:
        return this.#report(thread, a, (b & 0x7fff) - 1, (b >>> 15) - 1, tick)
      case Act.unpublished:
        thread.authority += 1 << RETAGS
        return this.#pending.add(thread.number, a, b & TAG, thread.authority >>> RETAGS, b >>> 4)
    }
  }

  tagged(thread: HardwareThread, page: number, offset: number, bytes: number, tag: number, tick: number): void {
    this.tags.store(page, offset, bytes, tag, tick)
    if (this.#pending.count[thread.number] > 0)
      this.#pending.performed(thread.number, this.#parts.regions.at(page, offset), tick)
  }

  /** MTE1, MTE2: every granule that the access touches has the tag of its address, or the check fails (MTE13). */
  checkAccess(thread: number, page: number, offset: number, bytes: number, store: boolean, tick: number): number {
    const tags = this.tags
    if (!tags.isTagged(page)) return Fault.none
    const { authority } = this.#threads[thread]
    if ((authority & TCO) !== 0) return Fault.none
    const end = offset + bytes < PAGE_BYTES ? offset + bytes : PAGE_BYTES
    const own = this.#pending.count[thread] > 0
    for (let at = offset & ~(GRANULE - 1); at < end; at += GRANULE) {
      const tag = own ? this.#found(thread, page, at, authority >>> RETAGS, tick) : tags.at(page, at, tick)
      if (tag !== (authority & TAG)) return store ? this.#storeFault : this.#loadFault
    }
    return Fault.none
  }

  /** MTE15: the tag that a thread with pending retags of its own finds. */
  #found(thread: number, page: number, offset: number, retags: number, tick: number): number {
    const tag = this.#pending.tagOf(thread, this.#parts.regions.at(page, offset), retags, tick)
    return tag >= 0 ? tag : this.tags.at(page, offset, tick)
  }

  /** Its first and last granule speak for a region: a retag proceeds from the one to the other. */
  allows(thread: RightsHolder, region: number, tick?: number): Rights {
    const { authority } = thread
    if (this.#governed[region] === 0 || (authority & TCO) !== 0) return Right.readWrite
    const tag = authority & TAG
    const when = tick ?? Ever
    const own = this.#pending.tagOf(thread.number, region, authority >>> RETAGS, when)
    if (own >= 0) return own === tag ? Right.readWrite : Right.none
    const { extentBytes, extentOffset, extentPage, extentStart } = this.#parts.regions
    const first = extentStart[region]
    const last = extentStart[region + 1] - 1
    const tags = this.tags
    const end = extentOffset[last] + extentBytes[last] - 1
    const reaches =
      tags.at(extentPage[first], extentOffset[first], when) === tag || tags.at(extentPage[last], end, when) === tag
    return reaches ? Right.readWrite : Right.none
  }

  #checkAgain(program: Program, thread: HardwareThread): void {
    if ((thread.authority & TCO) === 0) return
    program.as(Cause.gate).serialise(Serialise.hold, this.#config.tco).act(Act.check)
  }

  /**
   * MTE6: the tag stores of every extent. Behind a barrier everybody finds the new tags (MTE9); without one, what this
   * thread executes next does (MTE15).
   */
  #retag(program: Program, thread: HardwareThread, region: number, from: number, to: number, stores: TagStores): void {
    const { extentBytes, extentOffset, extentPage, extentStart } = this.#parts.regions
    program.as(Cause.retag)
    let count = 0
    for (let extent = extentStart[region]; extent < extentStart[region + 1]; extent++) {
      program.compute(this.#config.retagInstructions)
      count += appendTagStores(
        program,
        extentPage[extent],
        extentOffset[extent],
        extentBytes[extent],
        tagOf(to),
        stores
      )
    }
    if (this.#config.publish === "none" && this.#pending.free(thread.number, thread.tick))
      program.act(Act.unpublished, region, tagOf(to) | (count << 4))
    else program.serialise(Serialise.drainStores, this.#barrier)
    program.act(Act.retagged, region, (from + 1) | ((to + 1) << 15))
  }

  /** Tag of `region`, as the thread would find it. */
  #tagHeld(thread: HardwareThread, region: number): number {
    const { extentOffset, extentPage, extentStart } = this.#parts.regions
    const first = extentStart[region]
    return this.#found(thread.number, extentPage[first], extentOffset[first], thread.authority >>> RETAGS, thread.tick)
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
        actual: `rights ${rights} where the tag is ${this.#tagHeld(thread, region)}`,
        remedy: "Move the region instead, or choose a mechanism that can share."
      }
    ])
  }
}
