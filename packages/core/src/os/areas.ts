/**
 * The mappings of an address space: areas of adjacent pages with one page-table entry each, in order. What an entry
 * in the page table doesn't say stands here: an absent page of an area is brought in by its first access.
 * Law: an area is read by who holds the mapping semaphore, and changed by who holds it alone (AR1).
 */
import { grown } from "../kernel/grown.ts"
import type { Pages } from "../memory/pages.ts"

/** No area covers the page. */
export const NoArea = -1

export class Areas {
  count = 0
  /** Areas that the last change had to divide. */
  splits = 0
  #first = new Int32Array(64) // [area] page
  #end = new Int32Array(64) // [area] page behind its last
  #entry = new Int32Array(64) // [area] entry of its present pages
  #line = new Int32Array(64) // [area] physical line of its descriptor
  readonly #pages: Pages
  readonly #lines: Int32Array
  #next = 0

  /** Descriptors lie on `lines`, one after another. */
  constructor(pages: Pages, lines: Int32Array) {
    this.#pages = pages
    this.#lines = lines
  }

  /** Area that covers `page`, or NoArea. */
  find(page: number): number {
    const at = this.#behind(page) - 1
    return at >= 0 && page < this.#end[at] ? at : NoArea
  }

  entry(area: number): number {
    return this.#entry[area]
  }

  /** Physical line of what describes the area. */
  line(area: number): number {
    return this.#line[area]
  }

  /** Pages [first, first + count) become one area, or part of the one before it; whatever covered them goes. */
  insert(first: number, count: number, entry: number): void {
    this.remove(first, count)
    const at = this.#behind(first)
    this.#open(at)
    this.#first[at] = first
    this.#end[at] = first + count
    this.#entry[at] = entry
    this.#line[at] = this.#lines[this.#next++ % this.#lines.length]
    this.#merge(at)
  }

  /** No area covers pages [first, first + count) any more. */
  remove(first: number, count: number): void {
    this.splits = this.#split(first) + this.#split(first + count)
    const from = this.#behind(first - 1)
    let to = from
    while (to < this.count && this.#first[to] < first + count) to++
    this.#close(from, to - from)
  }

  /**
   * The covered pages of [first, first + count) get `entry`. A boundary that moves between two areas splits none
   * (vma_merge of Linux): what counts is areas more than before.
   */
  protect(first: number, count: number, entry: number): void {
    const before = this.count
    this.#split(first)
    this.#split(first + count)
    let at = this.#behind(first - 1)
    while (at < this.count && this.#first[at] < first + count) {
      this.#entry[at] = entry
      at = this.#merge(at) + 1
    }
    this.splits = Math.max(0, this.count - before)
  }

  /** True if `page` is the virtual neighbour of the page before it. */
  adjacent(page: number): boolean {
    return this.#pages.low[page] === this.#pages.low[page - 1] + 1
  }

  /** First area that begins behind `page`. */
  #behind(page: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#first[middle] <= page) low = middle + 1
      else high = middle
    }
    return low
  }

  /** An area begins at `page` if one covers it; how many splits that took. */
  #split(page: number): number {
    const at = this.find(page)
    if (at < 0 || this.#first[at] === page) return 0
    this.#open(at + 1)
    this.#first[at + 1] = page
    this.#end[at + 1] = this.#end[at]
    this.#entry[at + 1] = this.#entry[at]
    this.#line[at + 1] = this.#lines[this.#next++ % this.#lines.length]
    this.#end[at] = page
    return 1
  }

  /** Join area `at` with neighbours of the same entry; where it is now. */
  #merge(at: number): number {
    let here = at
    if (this.#joins(here)) {
      this.#end[here - 1] = this.#end[here]
      this.#close(here--, 1)
    }
    if (this.#joins(here + 1)) {
      this.#end[here] = this.#end[here + 1]
      this.#close(here + 1, 1)
    }
    return here
  }

  #joins(at: number): boolean {
    if (at < 1 || at >= this.count || this.#end[at - 1] !== this.#first[at]) return false
    return this.#entry[at - 1] === this.#entry[at] && this.adjacent(this.#first[at])
  }

  #open(at: number): void {
    if (this.count === this.#first.length) {
      const size = this.count * 2
      this.#first = grown(this.#first, size)
      this.#end = grown(this.#end, size)
      this.#entry = grown(this.#entry, size)
      this.#line = grown(this.#line, size)
    }
    for (const column of [this.#first, this.#end, this.#entry, this.#line]) column.copyWithin(at + 1, at, this.count)
    this.count++
  }

  #close(at: number, areas: number): void {
    if (areas === 0) return
    for (const column of [this.#first, this.#end, this.#entry, this.#line]) {
      column.copyWithin(at, at + areas, this.count)
    }
    this.count -= areas
  }
}
