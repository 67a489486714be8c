/**
 * Address translation in one tile: ITLB, DTLB, a shared STLB and the walkers. A TLB entry keeps a copy of
 * the page-table entry, so a right outlives its revocation here until it is invalidated.
 *
 *   TR2  a context is below 512, a page below 2^22: both fit into one tag
 *   TR5  a guest page that the host maps by smaller ones is held in pieces; while one may be held, an invalidation
 *        of one address invalidates everything, on machines that do so
 *
 * Not modelled: accessed and dirty bits (no walk or store writes an entry), a TLB of stores' own, prefetch of
 * translations, a change of a page's size, and non-leaf entries that change.
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import * as fromRetry from "../coherence/retry.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Cache } from "../memory/cache.ts"
import * as fromPageSize from "../memory/page-size.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import * as fromContexts from "./contexts.ts"
import { Contexts } from "./contexts.ts"
import { Tlb } from "./tlb.ts"
import { WalkCaches } from "./walk-caches.ts"
import type { WalkPath } from "./walk-path.ts"
import * as fromWalkers from "./walkers.ts"
import { Walkers } from "./walkers.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Retry } = fromRetry
const { PageSize, pagesIn } = fromPageSize
const { Entry, MAX_PAGES } = fromPages
const { Any, Global, Invalidation, MAX_CONTEXTS } = fromContexts
const { AllBusy } = fromWalkers
type Invalidation = fromContexts.Invalidation

export class Translation {
  /** Entry of the last translation that succeeded. */
  entry = 0
  /** And its frame, of the page that was translated. */
  frame = 0
  invalidations = 0
  /** Tick of what changes here next, for those who watch. */
  clock = 0
  /** Invalidations of one address that invalidated everything (TR5). */
  fracturedFlushes = 0
  coherent = false // translations whose table line leaves the tile go with it (see `lineLeft`)
  /** [identifier] address space whose tables a walk reads: where the page-table base of who has that identifier points. */
  readonly roots: Uint16Array
  /** [walker] tick at which its last walk was over. */
  readonly done: Int32Array
  readonly dtlb: Tlb
  readonly itlb: Tlb
  readonly stlb: Tlb
  readonly walkers: Walkers
  readonly caches: WalkCaches
  readonly #data: Cache // the DTLB for 4 KB pages
  readonly #dataEntry: Int32Array
  readonly #dataFrame: Int32Array // [row] its frame
  readonly #code: Cache // the ITLB for 4 KB pages
  readonly #codeEntry: Int32Array
  readonly #pages: Pages
  readonly #path: WalkPath
  readonly #contexts: Contexts
  readonly #stlbPenalty: number
  readonly #firstWait: number
  readonly #flushesFractured: boolean
  #fractured = false
  #globals = false

  /** `firstWait`: what waits for walker w waits for number `firstWait + w`. */
  constructor(pages: Pages, path: WalkPath, caches: PrivateCaches, { tlb }: MachineNumbers, firstWait: number) {
    const { cells, columns } = caches.levels
    this.#pages = pages
    this.#path = path
    this.#contexts = new Contexts(path.contexts)
    this.#stlbPenalty = tlb.stlbPenalty
    this.#flushesFractured = tlb.fracturedFlush > 0
    this.#firstWait = firstWait
    this.dtlb = new Tlb(pages, [tlb.dtlb, tlb.dtlbLarge, tlb.dtlbHuge], columns, cells)
    this.itlb = new Tlb(pages, [tlb.itlb, tlb.itlbLarge], columns, cells)
    this.stlb = new Tlb(pages, [tlb.stlb, tlb.stlbLarge], columns)
    this.#data = this.dtlb.arrays[0]
    this.#dataEntry = this.dtlb.entries[0]
    this.#dataFrame = this.dtlb.frames[0]
    this.#code = this.itlb.arrays[0]
    this.#codeEntry = this.itlb.entries[0]
    this.caches = new WalkCaches(pages, tlb, columns)
    this.roots = columns.uint16(MAX_CONTEXTS)
    for (let identifier = 0; identifier < MAX_CONTEXTS; identifier++) this.roots[identifier] = identifier
    this.walkers = new Walkers(tlb.walkers, pages, path, caches, this.caches, this.roots)
    this.done = new Int32Array(tlb.walkers)
  }

  /** Translate a data access: the tick from which the frame is known (entry in `entry`), or what it waits for. */
  data(page: number, context: number, tick: number): number {
    const set = this.#data.setOf(this.#pages.low[page])
    const row = this.#data.find(set, context * MAX_PAGES + page)
    if (row < 0) return this.#beyond(this.dtlb, page, context, tick, 0)
    this.#data.touch(set, row)
    this.entry = this.#dataEntry[row]
    this.frame = this.#dataFrame[row]
    return tick
  }

  /** Translate an instruction fetch. */
  code(page: number, context: number, tick: number): number {
    const set = this.#code.setOf(this.#pages.low[page])
    const row = this.#code.find(set, context * MAX_PAGES + page)
    if (row < 0) return this.#beyond(this.itlb, page, context, tick, 1)
    this.#code.touch(set, row)
    this.entry = this.#codeEntry[row]
    return tick
  }

  /**
   * Execute one invalidation, here and in walks under way: of `page` where the kind has an address, for address
   * space or second-level context `argument` where it has one.
   */
  invalidate(kind: Invalidation, page: number, argument: number): void {
    this.invalidations++
    const { caches } = this
    switch (kind) {
      case Invalidation.page:
        this.#forgetPage(page, this.#contexts.set(argument, Any, true))
        return caches.forget(this.#contexts.set(argument, Any, true), -1)
      case Invalidation.address:
        this.#forgetPage(page, this.#contexts.set(argument, Any, false))
        return caches.forget(this.#contexts.set(argument, Any, false), page)
      case Invalidation.addressEverywhere:
        this.#forgetPage(page, this.#contexts.set(Any, Any, true))
        return caches.forget(this.#contexts, page)
      case Invalidation.space:
        this.#contexts.set(argument, Any, false)
        break
      case Invalidation.all:
      case Invalidation.allSecondLevels:
        this.#fractured = false
        this.#contexts.set(Any, Any, true)
        break
      case Invalidation.allButGlobal:
        this.#contexts.set(Any, Any, false)
        break
      case Invalidation.secondLevel:
        this.#contexts.set(Any, argument, true)
        break
    }
    this.#drop(0, -1, this.#contexts)
    caches.forget(this.#contexts, -1)
    if (kind >= Invalidation.secondLevel) caches.forgetSecondLevel(this.#contexts, -1)
  }

  /** Forget `page` in `context`: a translation that raised a page fault is not kept, nor what led to it. */
  forget(page: number, context: number, tick: number): void {
    this.clock = tick
    const contexts = this.#contexts.setOne(context)
    const head = this.#pages.headOf(page)
    const count = pagesIn(this.#pages.size[page])
    this.dtlb.drop(head, count, contexts)
    this.stlb.drop(head, count, contexts)
    this.caches.forget(contexts, page)
    this.caches.forgetSecondLevel(contexts, this.#pages.frame[page] >>> (9 * this.#path.largest))
  }

  /**
   * Forget what was read from `line` if it is part of a page table, up to eight entries: a TLB that coherence keeps
   * current (UNITD, HPCA 2010). Called when the line leaves the tile or is written by it, if `coherent`.
   */
  lineLeft(line: number, tick: number): void {
    this.clock = tick
    if (!this.#pages.isTable(line)) return
    this.dtlb.dropLine(line, this.#path, this.roots)
    this.itlb.dropLine(line, this.#path, this.roots)
    this.stlb.dropLine(line, this.#path, this.roots)
    this.caches.nested.dropLine(line, this.#path)
    this.walkers.lineLeft(line)
  }

  /** Entry that this tile would use for a data access without a walk, or -1: what a right held here is. Touches nothing. */
  cached(page: number, context: number): number {
    const size = this.#sizeOf(page)
    const first = this.#peek(this.dtlb, page, this.dtlb.held(size), context)
    return first >= 0 || !this.stlb.holds(size) ? first : this.#peek(this.stlb, page, size, context)
  }

  /** What walks wait for has come, a miss or (Retry) a buffer: go on. Bit per walker that finished. */
  resume(wait: number, now: number): number {
    const { walkers } = this
    let finished = 0
    for (let walker = 0; walker < walkers.count; walker++) {
      if (!walkers.waitsFor(walker, wait)) continue
      this.clock = now
      if (wait !== Retry) walkers.arrived(walker)
      const done = walkers.advance(walker, now)
      if (done < 0) continue
      this.clock = done
      finished |= 1 << walker
      this.done[walker] = done
      this.#finish(walker)
    }
    return finished
  }

  /** Size of the entries that translate `page`: its own, or the host's if that is smaller. */
  #sizeOf(page: number): number {
    const size = this.#pages.size[page]
    return size < this.#path.largest ? size : this.#path.largest
  }

  /** Behind the first array: larger pages, global entries, the second level, a walk. */
  #beyond(tlb: Tlb, page: number, context: number, tick: number, code: number): number {
    const size = this.#sizeOf(page)
    const held = tlb.held(size)
    if ((held > PageSize.small || this.#globals) && this.#look(tlb, page, held, context)) {
      this.entry = tlb.entry
      this.frame = tlb.frame
      return tick
    }
    const looked = tick + this.#stlbPenalty
    this.clock = looked
    if (this.stlb.holds(size) && this.#look(this.stlb, page, size, context)) {
      this.entry = this.stlb.entry
      this.frame = this.stlb.frame
      this.#keep(tlb, page, held, context, this.entry)
      return looked
    }
    const head = this.#pages.pageOf(page, size)
    const key = context * MAX_PAGES + head
    const done = this.coherent && this.#once(key) ? looked : this.#walk(key, looked, code)
    this.frame += page - head
    return done
  }

  #look(tlb: Tlb, page: number, size: number, context: number): boolean {
    if (tlb.look(page, size, context)) return true
    return this.#globals && tlb.look(page, size, context % this.#path.contexts, Global.yes)
  }

  #peek(tlb: Tlb, page: number, size: number, context: number): number {
    const own = tlb.peek(page, size, context)
    return own >= 0 || !this.#globals ? own : tlb.peek(page, size, context % this.#path.contexts, Global.yes)
  }

  #keep(tlb: Tlb, page: number, size: number, context: number, entry: number): void {
    const global = (entry & Entry.global) !== 0
    if (global) this.#globals = true
    tlb.keep(page, size, global ? context % this.#path.contexts : context, entry, this.frame)
  }

  /** TR6: a walk for this access has ended and isn't kept. */
  #once(key: number): boolean {
    const walker = this.walkers.once(key)
    if (walker === AllBusy) return false
    this.entry = this.walkers.entry[walker]
    this.frame = this.walkers.frame[walker]
    return true
  }

  #walk(key: number, tick: number, code: number): number {
    const under = this.walkers.walking(key)
    if (under !== AllBusy) return -1 - (this.#firstWait + under)
    const walker = this.walkers.take(key, code)
    if (walker === AllBusy) return Retry
    const done = this.walkers.advance(walker, tick)
    if (done < 0) return -1 - (this.#firstWait + walker)
    this.clock = done
    this.#finish(walker)
    return done
  }

  #finish(walker: number): void {
    const key = this.walkers.key[walker]
    const page = key % MAX_PAGES
    const context = (key / MAX_PAGES) | 0
    const size = this.#sizeOf(page)
    const tlb = this.walkers.code[walker] === 1 ? this.itlb : this.dtlb
    this.entry = this.walkers.finish(walker)
    this.frame = this.walkers.frame[walker]
    this.walkers.onChanged?.(page, context)
    if (!this.walkers.isKept(walker)) return
    if (size < this.#pages.size[page]) this.#fractured = true
    if (this.stlb.holds(size)) this.#keep(this.stlb, page, size, context, this.entry)
    this.#keep(tlb, page, tlb.held(size), context, this.entry)
  }

  /** Every entry for an address of the mapping that `page` is part of, however small. */
  #forgetPage(page: number, contexts: Contexts): void {
    if (this.#fractured && this.#flushesFractured) {
      this.fracturedFlushes++
      this.#fractured = false
      this.#drop(0, -1, contexts.set(Any, Any, true))
      this.caches.forget(contexts, -1)
    } else this.#drop(this.#pages.headOf(page), pagesIn(this.#pages.size[page]), contexts)
  }

  #drop(first: number, count: number, contexts: Contexts): void {
    this.dtlb.drop(first, count, contexts)
    this.itlb.drop(first, count, contexts)
    this.stlb.drop(first, count, contexts)
    this.walkers.cancel(first, count, contexts)
  }
}
