/**
 * An address space as an object in memory: its mappings behind a reader/writer semaphore, its page table behind the
 * locks of its tables, the frames that its pages get and give back, and which pages its kernel answers for.
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { Entry, type Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import { Areas } from "./areas.ts"
import { BATCH, FRAME_ROUTINES, Frames, HIGH } from "./frames.ts"
import { PageTables } from "./page-tables.ts"
import { ReadWriteSemaphore, SEMAPHORE_ROUTINES } from "./read-write-semaphore.ts"
import { UnmappedPages } from "./unmapped-pages.ts"

/** Most lines on which descriptors of areas lie. */
const MOST_DESCRIPTORS = 1 << 16

/** What a program asks of the kernel: to change rights, to take frames away, to share the frames of other pages. */
export type KernelRequest = "protect" | "zap" | "share"

/** Pages [first, first + count) that a program asks the kernel about. */
export interface KernelPages {
  readonly first: number
  readonly count: number
  readonly request: KernelRequest
}

export class AddressSpace {
  /** Number by which shootdowns know it. */
  readonly number: number
  readonly mappings: ReadWriteSemaphore
  readonly tables: PageTables
  readonly frames: Frames
  readonly unmapped: UnmappedPages
  areas: Areas
  /** Frame of zeros, which absent pages that are read share. */
  zero = 0
  readonly #pages: Pages
  readonly #words: Words
  readonly #threads: number
  #managed = new Uint8Array(0) // [page] 1 if the kernel's handler runs on its page faults

  /** Its routines are `firstRoutine` and the SPACE_ROUTINES - 1 after it. */
  constructor(
    number: number,
    threads: number,
    pages: Pages,
    words: Words,
    numbers: MachineNumbers,
    firstRoutine: number
  ) {
    const { locked } = numbers.core
    this.number = number
    this.#pages = pages
    this.#words = words
    this.#threads = threads
    this.mappings = new ReadWriteSemaphore(threads, words, locked, firstRoutine)
    this.frames = new Frames(threads, pages, words, locked, firstRoutine + SEMAPHORE_ROUTINES)
    this.tables = new PageTables(pages, words, locked)
    this.unmapped = new UnmappedPages(pages)
    this.areas = new Areas(pages, new Int32Array(1))
  }

  /** True if the kernel's handler runs when an access finds `page` absent or read-only. */
  manages(page: number): boolean {
    return this.#managed[page] === 1
  }

  /**
   * All pages are known: find their areas, and lay in frames, of `nodes` nodes, for the lazy ones and those in `asked`
   * that may come to need one. `spare`: how often more, where pages are given back late.
   */
  seal(asked: ReadonlyArray<KernelPages>, nodes: number, spare: number): void {
    const { count, entry } = this.#pages
    const managed = new Uint8Array(count)
    const needs = new Uint8Array(count) // [page] 1 if it may come to need a frame
    for (const { first, count: pages, request } of asked) {
      managed.fill(1, first, first + pages)
      if (request !== "protect") needs.fill(1, first, first + pages)
    }
    for (let page = 0; page < count; page++) if ((entry[page] & Entry.lazy) !== 0) managed[page] = needs[page] = 1
    this.#managed = managed
    const sum = (flags: Uint8Array) => flags.reduce((total, flag) => total + flag, 0)
    if (sum(managed) === 0) return
    for (let page = 0; page < count; page++) if (managed[page] === 1) this.tables.cover(page, 1)
    this.#findAreas(count)
    const most = sum(needs)
    if (most === 0) return
    this.zero = this.#pages.allocateFrame(0)
    this.frames.stock(nodes, most * spare + this.#threads * (BATCH + Math.min(most, HIGH)), most * spare)
  }

  #findAreas(count: number): void {
    const { entry } = this.#pages
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

/** How many routines an address space has. */
export const SPACE_ROUTINES = SEMAPHORE_ROUTINES + FRAME_ROUTINES
