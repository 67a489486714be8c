/**
 * Instruction fetch: the line of the instruction at hand comes through the ITLB and L1I before it dispatches.
 * Law: what the front end waits for is in `waits`, and the thread is blocked until it has come.
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import * as fromRetry from "../coherence/retry.ts"
import type { Cache } from "../memory/cache.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import type { Translation } from "../translation/translation.ts"
import * as fromCause from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromHardwareThread from "./hardware-thread.ts"
import * as fromInstructionTable from "./instruction-table.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Retry } = fromRetry
const { Cause } = fromCause
const { Block } = fromHardwareThread
const { Field } = fromInstructionTable
const { LINES_PER_PAGE, MAX_PAGES } = fromPages

export class InstructionFetch {
  readonly #caches: PrivateCaches
  readonly #translation: Translation
  readonly #pages: Pages
  // The tile's cells, and where in them the L1I and the ITLB begin.
  readonly #cells: Int32Array
  readonly #l1: Cache
  readonly #tlb: Cache
  readonly #l1Tags: number
  readonly #l1Recent: number
  readonly #tlbTags: number
  readonly #tlbRecent: number

  constructor(caches: PrivateCaches, translation: Translation, pages: Pages) {
    const { cells, l1i } = caches.levels
    const [tlb] = translation.itlb.arrays
    this.#caches = caches
    this.#translation = translation
    this.#pages = pages
    this.#cells = cells.all
    this.#l1 = l1i
    this.#tlb = tlb
    this.#l1Tags = cells.placeOf(l1i.tags)
    this.#l1Recent = cells.placeOf(l1i.recent)
    this.#tlbTags = cells.placeOf(tlb.tags)
    this.#tlbRecent = cells.placeOf(tlb.recent)
  }

  /** True if the line of the instruction whose row is at `at` is at the front end, or comes there at once. */
  has(t: HardwareThread, rows: Int32Array, at: number): boolean {
    const line = rows[at + Field.line]
    if (line === t.fetchLine) return true
    if (!this.#isNear(line, t.context * MAX_PAGES + rows[at + Field.page], rows[at + Field.page]))
      return this.fetch(t, rows, at)
    t.fetchLine = line
    return true
  }

  /** True if `line`, the next one and their translation are at hand, so that it is fetched at once. */
  #isNear(line: number, tag: number, page: number): boolean {
    const cells = this.#cells
    const l1 = this.#l1
    const tlb = this.#tlb
    const tlbSet = tlb.setOf(this.#pages.low[page])
    let tlbRow = cells[this.#tlbRecent + tlbSet]
    if (cells[this.#tlbTags + tlbRow] !== tag) tlbRow = tlb.find(tlbSet, tag)
    const set = l1.setOf(line)
    let row = cells[this.#l1Recent + set]
    if (cells[this.#l1Tags + row] !== line) row = l1.find(set, line)
    if ((tlbRow | row) < 0) return false
    const next = line + 1
    if (next % LINES_PER_PAGE !== 0) {
      const nextSet = l1.setOf(next)
      if (cells[this.#l1Tags + cells[this.#l1Recent + nextSet]] !== next && l1.find(nextSet, next) < 0) return false
    }
    tlb.touch(tlbSet, tlbRow)
    l1.touch(set, row)
    return true
  }

  /** Bring the line of the instruction whose row is at `at` to the front end; false while it is under way. */
  fetch(t: HardwareThread, rows: Int32Array, at: number): boolean {
    // A word operation that ended in an event leaves its barrier ahead: nothing is asked for in the past.
    let from = t.front > t.tick ? t.front : t.tick
    if (t.barrier > from) from = t.barrier
    const line = rows[at + Field.line]
    let tick = this.#translation.code(rows[at + Field.page], t.context, from)
    if (tick >= 0) tick = this.#caches.fetch(line, tick)
    if (tick < 0) {
      t.block = Block.fetch
      t.fetchAt = at
      t.waits = tick === Retry ? -1 : -1 - tick
      return false
    }
    t.fetchLine = line
    if (tick > from) {
      t.front = tick
      t.frontCause = Cause.frontEnd
    }
    return true
  }
}
