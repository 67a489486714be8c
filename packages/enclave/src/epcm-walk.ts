/**
 * Page walks that end with the EPCM: behind the page-table entry of an enclave's page comes the page's entry in the map,
 * one more load; pages outside the EPC have none. Translations are tagged with the enclave that they were checked for.
 *
 *   SGX5  the EPCM is looked at when a translation is brought in, and not again while the TLB has it
 */

import { PageSize } from "@isolde/core/memory/page-size"
import type { Pages } from "@isolde/core/memory/pages"
import { LINE_BYTES, LINES_PER_PAGE } from "@isolde/core/memory/pages"
import { Nested } from "@isolde/core/translation/nested-walk"
import type { WalkCaches } from "@isolde/core/translation/walk-caches"
import { type CheckedWalk, FlatWalk } from "@isolde/core/translation/walk-path"
import { SECOND, type WalkPlans } from "@isolde/core/translation/walk-plans"

/** Bytes of an entry. */
const ENTRY = 16
const PER_LINE = LINE_BYTES / ENTRY
/** A step that reads the entry of a small page. */
const CHECK = SECOND + 3

export class EpcmWalk implements CheckedWalk {
  readonly contexts: number
  readonly largest = PageSize.small
  readonly #pages: Pages
  readonly #flat: FlatWalk
  readonly #row: Int32Array // [page] its place in the map, or -1
  readonly #owner: Int32Array // [row] mode of its enclave
  readonly #rowOf = new Map<number, number>() // frame -> row
  readonly #map: number // first page of the map
  readonly #rights: Uint8Array // [row] Nested rights of the owner

  /** Pages `governed`, in order, are in the EPC, each of the enclave `ownerOf` gives. */
  constructor(pages: Pages, modes: number, governed: ReadonlyArray<number>, ownerOf: (page: number) => number) {
    this.contexts = modes
    this.#pages = pages
    this.#flat = new FlatWalk(pages)
    this.#map = pages.reserve(Math.ceil(governed.length / PER_LINE / LINES_PER_PAGE) || 1)
    this.#row = new Int32Array(pages.count).fill(-1)
    governed.forEach((page, row) => {
      this.#row[page] = row
    })
    this.#owner = Int32Array.from(governed, ownerOf)
    this.#rights = new Uint8Array(governed.length).fill(Nested.write)
  }

  seal(): void {
    this.#row.forEach((row, page) => {
      if (row >= 0) this.#rowOf.set(this.#pages.frame[page] ?? -1, row)
    })
  }

  plan(plans: WalkPlans, walker: number, page: number, context: number, space: number, caches: WalkCaches): void {
    this.#flat.plan(plans, walker, page, context, space, caches)
    const row = this.rowOf(page)
    if (row >= 0) plans.add(walker, CHECK, this.#line(row), this.#pages.frame[page] ?? 0)
  }

  rights(context: number, frame: number): number {
    const row = this.#rowOf.get(frame) ?? -1
    if (row < 0) return -1
    return this.#owner[row] === context ? (this.#rights[row] ?? Nested.none) : Nested.none
  }

  readsLeaf(page: number, context: number, space: number, line: number): boolean {
    const row = this.rowOf(page)
    return this.#flat.readsLeaf(page, context, space, line) || (row >= 0 && this.#line(row) === line)
  }

  secondLeaf(_context: number, frame: number): number {
    const row = this.#rowOf.get(frame) ?? -1
    return row < 0 ? -1 : this.#line(row)
  }

  entryLine(_context: number, page: number): number {
    return this.#line(this.rowOf(page))
  }

  /** The entry of `page` has been stored: it is valid and not blocked, or not. */
  setRights(_context: number, page: number, rights: number): void {
    this.#rights[this.rowOf(page)] = rights
  }

  /** Place of `page` in the map, or -1 outside the EPC. */
  rowOf(page: number): number {
    return page < this.#row.length ? (this.#row[page] ?? -1) : -1
  }

  /** Mode of the enclave that owns the page of `row`. */
  ownerOf(row: number): number {
    return this.#owner[row] ?? 0
  }

  #line(row: number): number {
    const at = row * ENTRY
    return this.#pages.line(this.#map + Math.floor(at / 4096), at % 4096)
  }
}
