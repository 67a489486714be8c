/**
 * One level of translation buffers: up to three arrays, each for one or several page sizes. An entry covers
 * the aligned block of its size around the page that it was looked up for, and keeps a copy of the page-table
 * entry with its frame. Its tag is the block's first page with the context; a global one has that of address
 * space 0.
 *
 *   TL1  4 KB pages are in the first array; a level may lack a size, which it then holds in smaller pieces or not
 *   TL2  where two arrays hold a size, the lowest bit of the page number above the set index picks one
 */
import type { Columns } from "../kernel/columns.ts"
import type { TlbArray } from "../machines/shape.ts"
import * as fromCache from "../memory/cache.ts"
import { Cache } from "../memory/cache.ts"
import * as fromPageSize from "../memory/page-size.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import type { Cells } from "../processor/cells.ts"
import type { Contexts } from "./contexts.ts"
import * as fromContexts from "./contexts.ts"
import type { WalkPath } from "./walk-path.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Empty } = fromCache
const { PageSize } = fromPageSize
const { Entry, MAX_PAGES } = fromPages
const { Global } = fromContexts

/** No array holds this size. */
const Nowhere = -1

export class Tlb {
  /** Entry of the last look-up that hit. */
  entry = 0
  /** Frame of the page that it looked up. */
  frame = 0
  /** Who hears of a page and context whose entry has come or gone. */
  onChanged: ((page: number, context: number) => void) | undefined
  readonly arrays: ReadonlyArray<Cache>
  readonly entries: ReadonlyArray<Int32Array> // [array][row] copy of the page-table entry
  readonly frames: ReadonlyArray<Int32Array> // [array][row] frame of the block's first page
  readonly #pages: Pages
  readonly #first: Int8Array // [size] array that holds it, or Nowhere
  readonly #second: Int8Array // [size] the other one, or Nowhere

  /** The columns of its first array are of `cells` if it is told which. */
  constructor(pages: Pages, arrays: ReadonlyArray<TlbArray<number>>, columns: Columns, cells?: Cells) {
    this.#pages = pages
    const present = arrays.filter(({ sizes }, at) => at === 0 || sizes > 0)
    const column = ({ sets, ways }: TlbArray<number>, at: number): Int32Array =>
      (at === 0 ? cells : undefined)?.take(sets * ways) ?? columns.int32(sets * ways)
    this.arrays = present.map(({ sets, ways }, at) => new Cache(sets, ways, columns, at === 0 ? cells : undefined))
    this.entries = present.map(column)
    this.frames = present.map(column)
    const holds = (size: number) => present.flatMap((array, at) => ((array.sizes >>> size) & 1 ? [at] : []))
    const places = [PageSize.small, PageSize.large, PageSize.huge].map(holds)
    this.#first = Int8Array.from(places, ([first = Nowhere], size) => (size === PageSize.small ? 0 : first))
    this.#second = Int8Array.from(places, ([, second = Nowhere]) => second)
  }

  /** Largest size up to `size` that this level holds. */
  held(size: number): number {
    let held = size
    while (this.#first[held] === Nowhere) held--
    return held
  }

  holds(size: number): boolean {
    return this.#first[size] !== Nowhere
  }

  /** True if the block of `size` around `page` is translated in `context`, by a global entry if `least` is so; see `entry`. */
  look(page: number, size: number, context: number, least: number = Global.no): boolean {
    const array = this.#arrayOf(page, size)
    const cache = this.arrays[array]
    const head = this.#pages.pageOf(page, size)
    const set = cache.setOf(this.#pages.low[head] >>> (9 * size))
    const row = cache.find(set, context * MAX_PAGES + head)
    if (row < 0 || cache.state[row] < least) return false
    cache.touch(set, row)
    this.entry = this.entries[array][row]
    this.frame = this.frames[array][row] + page - head
    return true
  }

  /** Entry that `look` would find, or -1; nothing of it is touched. */
  peek(page: number, size: number, context: number, least: number = Global.no): number {
    const array = this.#arrayOf(page, size)
    const head = this.#pages.pageOf(page, size)
    const set = this.arrays[array].setOf(this.#pages.low[head] >>> (9 * size))
    const row = this.arrays[array].find(set, context * MAX_PAGES + head)
    return row < 0 || this.arrays[array].state[row] < least ? -1 : this.entries[array][row]
  }

  /** Keep `entry` for the block of `size` around `page`, whose own frame is `frame`. */
  keep(page: number, size: number, context: number, entry: number, frame: number): void {
    const array = this.#arrayOf(page, size)
    const cache = this.arrays[array]
    const head = this.#pages.pageOf(page, size)
    const set = cache.setOf(this.#pages.low[head] >>> (9 * size))
    const key = context * MAX_PAGES + head
    const known = cache.find(set, key)
    const row = known >= 0 ? known : cache.victim(set)
    const victim = cache.tags[row]
    cache.fill(set, row, key, (entry & Entry.global) !== 0 ? Global.yes : Global.no)
    this.entries[array][row] = entry
    this.frames[array][row] = frame - (page - head)
    if (this.onChanged === undefined) return
    if (victim !== Empty && victim !== key) this.onChanged(victim % MAX_PAGES, (victim / MAX_PAGES) | 0)
    this.onChanged(head, context)
  }

  /** Drop the entries of pages [first, first + count) whose context `contexts` matches; any page if `count` < 0. */
  drop(first: number, count: number, contexts: Contexts): void {
    // A page of 4 KB can be in one set of one array.
    if (count === 1) {
      const cache = this.arrays[this.#arrayOf(first, PageSize.small)]
      const set = cache.setOf(this.#pages.low[first])
      this.#dropRows(cache, set * cache.ways, (set + 1) * cache.ways, first, count, contexts)
      return
    }
    for (const cache of this.arrays) this.#dropRows(cache, 0, cache.tags.length, first, count, contexts)
  }

  /** Drop the entries that were read from `line`, which is part of a table; `roots` as in Translation. */
  dropLine(line: number, path: WalkPath, roots: Uint16Array): void {
    for (const cache of this.arrays) {
      for (let row = 0; row < cache.tags.length; row++) {
        const tag = cache.tags[row]
        if (tag === Empty) continue
        const context = (tag / MAX_PAGES) | 0
        const space = roots[(context / path.contexts) | 0]
        if (path.readsLeaf(tag % MAX_PAGES, context, space, line)) this.#drop(cache, row)
      }
    }
  }

  #dropRows(cache: Cache, from: number, to: number, first: number, count: number, contexts: Contexts): void {
    for (let row = from; row < to; row++) {
      const tag = cache.tags[row]
      if (tag === Empty) continue
      const page = tag % MAX_PAGES
      if (count >= 0 && (page < first || page >= first + count)) continue
      if (contexts.match((tag / MAX_PAGES) | 0, cache.state[row])) this.#drop(cache, row)
    }
  }

  #drop(cache: Cache, row: number): void {
    const tag = cache.tags[row]
    cache.drop(row)
    this.onChanged?.(tag % MAX_PAGES, (tag / MAX_PAGES) | 0)
  }

  #arrayOf(page: number, size: number): number {
    const first = this.#first[size]
    const second = this.#second[size]
    if (second === Nowhere) return first
    const number = this.#pages.low[page] >>> (9 * size)
    return ((number / this.arrays[first].sets) & 1) === 0 ? first : second
  }
}
