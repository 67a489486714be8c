/**
 * The page table of an address space as its kernel changes it: which lock guards which table, and what entry a page
 * of an area has. Law: entries below one table change under that table's lock (PT1).
 */
import { Entry, LINES_PER_PAGE, type Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import type { Program } from "../processor/program.ts"

/** Pages whose entries stand in one table. */
const PER_TABLE = 512

export class PageTables {
  readonly #space: number
  readonly #pages: Pages
  readonly #words: Words
  readonly #locked: number
  readonly #locks = new Map<number, number>() // frame of a table -> word
  readonly #others: number // word: the lock of all other tables

  constructor(space: number, pages: Pages, words: Words, locked: number) {
    this.#space = space
    this.#pages = pages
    this.#words = words
    this.#locked = locked
    this.#others = words.allocate(1)
  }

  /** The tables of pages [first, first + count) have locks of their own. While the machine is built. */
  cover(first: number, count: number): void {
    for (let page = first; page < first + count; page++) {
      const table = this.#tableOf(page)
      if (!this.#locks.has(table)) this.#locks.set(table, this.#words.allocate(1))
    }
  }

  /** Pages from `page` on, at most `count`, whose entries one lock guards. */
  together(page: number, count: number): number {
    const table = this.#tableOf(page)
    let pages = 1
    while (pages < count && pages < PER_TABLE && this.#tableOf(page + pages) === table) pages++
    return pages
  }

  lock(program: Program, page: number): void {
    program.lock(this.#lockOf(page), this.#locked)
  }

  unlock(program: Program, page: number): void {
    program.storeWord(this.#lockOf(page), 0)
  }

  #lockOf(page: number): number {
    return this.#locks.get(this.#tableOf(page)) ?? this.#others
  }

  #tableOf(page: number): number {
    return Math.floor(this.#pages.entryLine(page, this.#space) / LINES_PER_PAGE)
  }
}

/** True if a page with entry `entry` has a frame. */
export const hasFrame = (entry: number): boolean => (entry & (Entry.present | Entry.held)) !== 0

/** Entry of a page with a frame in an area of entry `wanted`, where `now` stands: who shares a frame may not write to it. */
export function entryFor(wanted: number, now: number): number {
  const kept = (wanted & Entry.present) === 0 ? Entry.held : 0
  const entry = (wanted & ~Entry.lazy) | kept
  return (now & Entry.shared) === 0 ? entry : (entry & ~Entry.writable) | Entry.shared
}
