/**
 * The entry of a table that a mechanism's check reads on the straight way: it has to be in the DTLB and the L1D.
 * Law: what `finds` found is what `load` loads, and nothing is touched in between.
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import type { Cache } from "../memory/cache.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import type { CheckTable } from "./check-table.ts"
import * as fromCheckTable from "./check-table.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import type { Ports } from "./ports.ts"
import type { StraightParts } from "./straight-parts.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Entry, LINES_PER_PAGE, MAX_PAGES } = fromPages
const { SITE } = fromCheckTable

export class TableEntries {
  /** The table, if a check reads one. */
  readonly table: CheckTable | undefined
  readonly #pages: Pages
  readonly #caches: PrivateCaches
  readonly #loads: Ports
  readonly #l1: Cache
  readonly #tlb: Cache
  readonly #entries: Int32Array // [row of the DTLB]
  readonly #frames: Int32Array // [row of the DTLB]
  #line = 0
  #set = 0
  /** Where the L1D has the line, or -1: there is no entry to load. */
  #way = -1
  #tlbSet = 0
  #tlbRow = 0

  constructor({ caches, pages, pipeline, translation }: StraightParts) {
    const { dtlb } = translation
    this.table = pipeline.port.table
    this.#pages = pages
    this.#caches = caches
    this.#loads = pipeline.port.loads
    this.#l1 = caches.levels.l1d
    this.#tlb = dtlb.arrays[0]
    this.#entries = dtlb.entries[0]
    this.#frames = dtlb.frames[0]
  }

  /**
   * True if the entry for an access of `t` is at hand, or if there is none. One that a prefetch brought and nobody has
   * used isn't: to use it may bring other lines, in place of what the access goes to.
   */
  finds(t: HardwareThread, page: number, offset: number, store: boolean): boolean {
    const { table } = this
    const at = table === undefined ? -1 : table.tablePage(t.number, page, offset, store)
    this.#way = -1
    if (table === undefined || at < 0) return true
    const tlbSet = this.#tlb.setOf(this.#pages.low[at])
    const row = this.#tlb.find(tlbSet, t.context * MAX_PAGES + at)
    if (row < 0) return false
    const entry = this.#entries[row]
    const denied = 1 << (2 * ((entry >>> Entry.keyShift) & Entry.keyMask))
    if ((entry & Entry.present) === 0 || (t.keyRights & denied) !== 0) return false
    const line = this.#frames[row] * LINES_PER_PAGE + (table.tableOffset >>> 6)
    const set = this.#l1.setOf(line)
    const way = this.#l1.find(set, line)
    if (way < 0 || this.#caches.levels.ready[way] < 0) return false
    this.#line = line
    this.#set = set
    this.#way = way
    this.#tlbSet = tlbSet
    this.#tlbRow = row
    return true
  }

  /** The entry that was found last, if there is one, is loaded at `tick`: tick from which the access may be made. */
  load(tick: number): number {
    if (this.#way < 0) return tick
    this.#tlb.touch(this.#tlbSet, this.#tlbRow)
    return this.#caches.loadHit(this.#line, this.#set, this.#way, this.#loads.claim(tick), SITE)
  }
}
