/**
 * Address translation in one tile: ITLB, DTLB, a shared STLB and the walkers. A TLB entry keeps a copy of
 * the page-table entry, so a right outlives its revocation here until it is invalidated.
 *
 *   TR1  a walk that overlaps an invalidation of its page installs nothing: it starts again
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import { Retry } from "../coherence/retry.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import { Cache, Empty } from "../memory/cache.ts"
import { MAX_PAGES, type Pages } from "../memory/pages.ts"
import { MAX_REFERENCES, type WalkPath } from "./walk-path.ts"

const Idle = -1

export class Translation {
  /** Entry of the last translation that succeeded. */
  entry = 0
  readonly dtlb: Cache
  readonly itlb: Cache
  readonly stlb: Cache
  walks = 0
  references = 0
  cancelled = 0
  invalidations = 0
  /** True: translations whose table line leaves the tile go with it (see `lineLeft`). */
  coherent = false
  /** [walker] tick at which its last walk was over. */
  readonly done: Int32Array
  readonly #dtlbEntry: Int32Array // [row] copy of the page-table entry
  readonly #itlbEntry: Int32Array
  readonly #stlbEntry: Int32Array
  readonly #pages: Pages
  readonly #path: WalkPath
  readonly #caches: PrivateCaches
  readonly #stlbPenalty: number
  readonly #firstWait: number
  // Walkers.
  readonly #key: Int32Array // [walker] page and context, or Idle
  readonly #lines: Int32Array // [walker][reference] line
  readonly #count: Int32Array // [walker] references
  readonly #at: Int32Array // [walker] next reference
  readonly #waits: Int32Array // [walker] miss it waits for, or Retry
  readonly #void: Uint8Array // [walker] 1 when an invalidation overlapped
  readonly #code: Uint8Array // [walker] 1 when a fetch began the walk

  /** `firstWait`: what waits for walker w waits for number `firstWait + w`. */
  constructor(pages: Pages, path: WalkPath, caches: PrivateCaches, numbers: MachineNumbers, firstWait: number) {
    const { dtlb, itlb, stlb, stlbLarge, stlbPenalty, walkers } = numbers.tlb
    const stlbWays = stlb.ways + (stlbLarge.sizes & 1 ? stlbLarge.ways : 0)
    this.#pages = pages
    this.#path = path
    this.#caches = caches
    this.#stlbPenalty = stlbPenalty
    this.#firstWait = firstWait
    this.dtlb = new Cache(dtlb.sets, dtlb.ways)
    this.itlb = new Cache(itlb.sets, itlb.ways)
    this.stlb = new Cache(stlb.sets, stlbWays)
    this.#dtlbEntry = new Int32Array(dtlb.sets * dtlb.ways)
    this.#itlbEntry = new Int32Array(itlb.sets * itlb.ways)
    this.#stlbEntry = new Int32Array(stlb.sets * stlbWays)
    this.#key = new Int32Array(walkers).fill(Idle)
    this.#lines = new Int32Array(walkers * MAX_REFERENCES)
    this.#count = new Int32Array(walkers)
    this.#at = new Int32Array(walkers)
    this.#waits = new Int32Array(walkers)
    this.#void = new Uint8Array(walkers)
    this.#code = new Uint8Array(walkers)
    this.done = new Int32Array(walkers)
  }

  /** Translate a data access: the tick from which the frame is known (entry in `entry`), or what it waits for. */
  data(page: number, context: number, tick: number): number {
    const key = context * MAX_PAGES + page
    const set = this.dtlb.setOf(this.#pages.low[page])
    const row = this.dtlb.find(set, key)
    if (row >= 0) {
      this.dtlb.touch(set, row)
      this.entry = this.#dtlbEntry[row]
      return tick
    }
    const known = this.#second(key, page, context, tick, 0)
    if (known >= 0) this.#install(this.dtlb, this.#dtlbEntry, set, key)
    return known
  }

  /** Translate an instruction fetch. */
  code(page: number, context: number, tick: number): number {
    const key = context * MAX_PAGES + page
    const set = this.itlb.setOf(this.#pages.low[page])
    const row = this.itlb.find(set, key)
    if (row >= 0) {
      this.itlb.touch(set, row)
      this.entry = this.#itlbEntry[row]
      return tick
    }
    const known = this.#second(key, page, context, tick, 1)
    if (known >= 0) this.#install(this.itlb, this.#itlbEntry, set, key)
    return known
  }

  /** Forget `page` in every context, here and in walks under way. */
  invalidatePage(page: number): void {
    this.invalidations++
    for (const tlb of [this.dtlb, this.itlb, this.stlb]) {
      const set = tlb.setOf(this.#pages.low[page])
      for (let row = set * tlb.ways; row < (set + 1) * tlb.ways; row++) {
        if (tlb.tags[row] !== Empty && tlb.tags[row] % MAX_PAGES === page) tlb.drop(row)
      }
    }
    for (let walker = 0; walker < this.#key.length; walker++) {
      if (this.#key[walker] !== Idle && this.#key[walker] % MAX_PAGES === page) this.#void[walker] = 1
    }
  }

  /** Forget `page` in `context`: a translation that raised a page fault is not kept. */
  forget(page: number, context: number): void {
    const key = context * MAX_PAGES + page
    for (const tlb of [this.dtlb, this.stlb]) {
      const row = tlb.find(tlb.setOf(this.#pages.low[page]), key)
      if (row >= 0) tlb.drop(row)
    }
  }

  /** Forget everything of `context`, here and in walks under way. */
  invalidateContext(context: number): void {
    this.invalidations++
    for (const tlb of [this.dtlb, this.itlb, this.stlb]) {
      for (let row = 0; row < tlb.tags.length; row++)
        if (tlb.tags[row] !== Empty && ((tlb.tags[row] / MAX_PAGES) | 0) === context) tlb.drop(row)
    }
    for (let walker = 0; walker < this.#key.length; walker++)
      if (this.#key[walker] !== Idle && ((this.#key[walker] / MAX_PAGES) | 0) === context) this.#void[walker] = 1
  }

  /**
   * Forget what came from the page-table line `line`, up to eight entries: a TLB that coherence keeps current
   * (UNITD, HPCA 2010). Called when the line leaves the tile or is written by it, if `coherent`.
   */
  lineLeft(line: number): void {
    for (const tlb of [this.dtlb, this.itlb, this.stlb]) {
      for (let row = 0; row < tlb.tags.length; row++)
        if (tlb.tags[row] !== Empty && this.#pages.entryLine(tlb.tags[row] % MAX_PAGES) === line) tlb.drop(row)
    }
    for (let walker = 0; walker < this.#key.length; walker++) {
      const key = this.#key[walker]
      if (key !== Idle && this.#pages.entryLine(key % MAX_PAGES) === line) this.#void[walker] = 1
    }
  }

  /** Forget everything. */
  invalidateAll(): void {
    this.invalidations++
    this.dtlb.clear()
    this.itlb.clear()
    this.stlb.clear()
    for (let walker = 0; walker < this.#key.length; walker++) if (this.#key[walker] !== Idle) this.#void[walker] = 1
  }

  /** Entry that this tile would use for a data access without a walk, or -1: what a right held here is. */
  cached(page: number, context: number): number {
    const key = context * MAX_PAGES + page
    const row = this.dtlb.find(this.dtlb.setOf(this.#pages.low[page]), key)
    if (row >= 0) return this.#dtlbEntry[row]
    const second = this.stlb.find(this.stlb.setOf(this.#pages.low[page]), key)
    return second >= 0 ? this.#stlbEntry[second] : -1
  }

  /** What walks wait for has come, a miss or (Retry) a buffer: go on. Bit per walker that finished. */
  resume(wait: number, now: number): number {
    let finished = 0
    for (let walker = 0; walker < this.#key.length; walker++) {
      if (this.#key[walker] === Idle || this.#waits[walker] !== wait) continue
      // The line that was waited for has been read by arriving; the next reference starts now.
      if (wait !== Retry) this.#at[walker]++
      const key = this.#key[walker]
      const done = this.#advance(walker, now)
      if (done < 0) continue
      finished |= 1 << walker
      this.done[walker] = done
      const tlb = this.#code[walker] === 1 ? this.itlb : this.dtlb
      const entries = this.#code[walker] === 1 ? this.#itlbEntry : this.#dtlbEntry
      this.#install(tlb, entries, tlb.setOf(this.#pages.low[key % MAX_PAGES]), key)
    }
    return finished
  }

  #second(key: number, page: number, context: number, tick: number, code: number): number {
    const set = this.stlb.setOf(this.#pages.low[page])
    const row = this.stlb.find(set, key)
    const looked = tick + this.#stlbPenalty
    if (row < 0) return this.#walk(key, page, context, looked, code)
    this.stlb.touch(set, row)
    this.entry = this.#stlbEntry[row]
    return looked
  }

  #walk(key: number, page: number, context: number, tick: number, code: number): number {
    let free = -1
    for (let walker = 0; walker < this.#key.length; walker++) {
      if (this.#key[walker] === key) return -1 - (this.#firstWait + walker)
      if (this.#key[walker] === Idle && free < 0) free = walker
    }
    if (free < 0) return Retry
    this.#key[free] = key
    this.#void[free] = 0
    this.#code[free] = code
    this.#at[free] = 0
    this.#count[free] = this.#path.references(page, context, this.#lines, free * MAX_REFERENCES)
    this.walks++
    return this.#advance(free, tick)
  }

  /** Read on until the end or a miss. */
  #advance(walker: number, from: number): number {
    let tick = from
    for (;;) {
      const at = this.#at[walker]
      if (at === this.#count[walker]) {
        if (this.#void[walker] === 0) break
        this.#void[walker] = 0
        this.#at[walker] = 0
        this.cancelled++
        continue
      }
      const ready = this.#caches.load(this.#lines[walker * MAX_REFERENCES + at], tick)
      if (ready !== Retry) this.references++
      if (ready < 0) {
        this.#waits[walker] = ready === Retry ? Retry : -1 - ready
        return -1 - (this.#firstWait + walker)
      }
      tick = ready
      this.#at[walker] = at + 1
    }
    const key = this.#key[walker]
    const page = key % MAX_PAGES
    this.entry = this.#path.entry(page, (key / MAX_PAGES) | 0)
    this.#install(this.stlb, this.#stlbEntry, this.stlb.setOf(this.#pages.low[page]), key)
    this.#key[walker] = Idle
    return tick
  }

  #install(tlb: Cache, entries: Int32Array, set: number, key: number): void {
    const row = tlb.victim(set)
    tlb.fill(set, row, key, 0)
    entries[row] = this.entry
  }
}
