/**
 * An address space as an object in memory: its mappings behind a reader/writer semaphore, its page table behind the
 * locks of its tables, and which pages its kernel answers for. Law: one address space knows nothing of the others but the
 * frames that all share.
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { Entry, type Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import { Areas } from "./areas.ts"
import type { Frames } from "./frames.ts"
import { PageTables } from "./page-tables.ts"
import { ReadWriteSemaphore } from "./read-write-semaphore.ts"
import type { UnmappedPages } from "./unmapped-pages.ts"

/** Most lines on which descriptors of areas lie. */
const MOST_DESCRIPTORS = 1 << 16

/**
 * What a program asks of the kernel: to change rights, to take frames away, to share the frames of other pages, which
 * lend them.
 */
export type KernelRequest = "protect" | "zap" | "share" | "lend"

/** Pages [first, first + count) that a program asks the kernel about. */
export interface KernelPages {
  readonly first: number
  readonly count: number
  readonly request: KernelRequest
  /** An access that finds one absent or read-only is a fault of its thread, which the kernel's handler has no part in. */
  readonly raises?: boolean
}

export class AddressSpace {
  /** Number by which shootdowns know it. */
  readonly number: number
  readonly mappings: ReadWriteSemaphore
  readonly tables: PageTables
  readonly frames: Frames
  readonly unmapped: UnmappedPages
  areas: Areas
  readonly #pages: Pages
  readonly #words: Words
  #managed = new Uint8Array(0) // [page] 1 if the kernel's handler runs on its page faults

  /** Its routines are those of a semaphore, `firstRoutine` on. */
  constructor(
    number: number,
    threads: number,
    pages: Pages,
    words: Words,
    numbers: MachineNumbers,
    firstRoutine: number,
    { frames, unmapped }: { readonly frames: Frames; readonly unmapped: UnmappedPages }
  ) {
    const { locked } = numbers.core
    this.number = number
    this.#pages = pages
    this.#words = words
    this.mappings = new ReadWriteSemaphore(threads, words, locked, firstRoutine)
    this.frames = frames
    this.tables = new PageTables(number, pages, words, locked)
    this.unmapped = unmapped
    this.areas = new Areas(pages, new Int32Array(1))
  }

  /** True if the kernel's handler runs when an access finds `page` absent or read-only. */
  manages(page: number): boolean {
    return this.#managed[page] === 1
  }

  /** Frame of zeros, which absent pages that are read share. */
  get zero(): number {
    return this.frames.zero
  }

  /** All pages are known: find their areas. How many of the lazy ones and those in `asked` may come to need a frame. */
  seal(asked: ReadonlyArray<KernelPages>): number {
    const { count } = this.#pages
    const { entry } = this.#pages.tableOf(this.number)
    const managed = new Uint8Array(count)
    const needs = new Uint8Array(count) // [page] 1 if it may come to need a frame
    const lends = new Uint8Array(count) // [page] 1 if others may come to share its frame
    for (const { first, count: pages, request } of asked) {
      if (request === "lend") {
        lends.fill(1, first, first + pages)
        continue
      }
      managed.fill(1, first, first + pages)
      if (request !== "protect") needs.fill(1, first, first + pages)
    }
    for (let page = 0; page < count; page++) if ((entry[page] & Entry.lazy) !== 0) managed[page] = needs[page] = 1
    this.#managed = managed.slice()
    for (const { first, count: pages, raises } of asked)
      for (let page = first; page < first + pages; page++)
        if (raises === true && (entry[page] & Entry.lazy) === 0) this.#managed[page] = 0
    const sum = (flags: Uint8Array) => flags.reduce((total, flag) => total + flag, 0)
    if (sum(managed) === 0) return 0
    for (let page = 0; page < count; page++) if (managed[page] === 1) this.tables.cover(page, 1)
    for (let page = 0; page < count; page++)
      if (needs[page] === 1 || lends[page] === 1)
        this.frames.descriptors.cover(this.#pages.frame[page], entry[page] & Entry.present)
    this.#findAreas(count)
    return sum(needs)
  }

  #findAreas(count: number): void {
    const { entry } = this.#pages.tableOf(this.number)
    const first: Array<number> = []
    for (let page = 0; page < count; page++) {
      const starts = page === 0 || entry[page] !== entry[page - 1] || !this.areas.adjacent(page)
      if (starts && entry[page] !== 0) first.push(page)
    }
    const descriptors = Math.min(first.length + 64, MOST_DESCRIPTORS)
    const lines = Int32Array.from({ length: descriptors }, () => {
      const word = this.#words.allocate(1)
      return this.#pages.line(this.#words.page[word], this.#words.offset[word])
    })
    this.areas = new Areas(this.#pages, lines)
    for (const page of first) {
      let end = page + 1
      while (end < count && entry[end] === entry[page] && this.areas.adjacent(end)) end++
      const present = (entry[page] & Entry.lazy) === 0 ? 0 : Entry.present
      this.areas.insert(page, end - page, entry[page] | present)
    }
  }
}
