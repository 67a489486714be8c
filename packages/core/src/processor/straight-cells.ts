/**
 * What straight-line.ts goes by: the tile's cells, where in them each part begins, the code of the stream at hand, and
 * the access that was found last. Law: a place is where the owner's view of that part begins.
 */
import * as fromCacheLevels from "../coherence/cache-levels.ts"
import type { PrivateCaches } from "../coherence/private-caches.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Cache } from "../memory/cache.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import type { Translation } from "../translation/translation.ts"
import type { Branches } from "./branches.ts"
import type { CheckTable } from "./check-table.ts"
import * as fromCheckTable from "./check-table.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import type { InstructionFetch } from "./instruction-fetch.ts"
import type { InstructionStream } from "./instruction-stream.ts"
import type { Pipeline } from "./pipeline.ts"
import type { Ports } from "./ports.ts"
import { type StraightCode, straightCode } from "./straight-code.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Entry, LINES_PER_PAGE, MAX_PAGES } = fromPages
const { L1State } = fromCacheLevels
const { SITE } = fromCheckTable

/** Commits never decrease: where this many instructions ahead find a place in the window, so do those before. */
const AHEAD = 15

/** Parts of a tile that the loop goes by. */
export interface StraightParts {
  readonly branches: Branches
  readonly caches: PrivateCaches
  readonly fetch: InstructionFetch
  readonly numbers: MachineNumbers
  readonly pages: Pages
  readonly pipeline: Pipeline
  readonly translation: Translation
}

export class StraightCells {
  readonly cells: Int32Array
  // The tile's.
  readonly l1: Cache
  readonly l1Tags: number
  readonly l1Recent: number
  readonly tlb: Cache
  readonly tlbTags: number
  readonly tlbRecent: number
  readonly tlbEntries: number
  readonly tlbFrames: number
  // Those of the thread at hand.
  thread: HardwareThread | undefined
  registers = 0
  forwards = 0
  commits = 0
  completes = 0
  causes = 0
  queue = 0
  stream: InstructionStream | undefined
  code: StraightCode = { rows: new Int32Array(0), blocks: new Int32Array(0) }
  readonly #placeOf: (view: Int32Array) => number

  // The machine's.
  readonly width: number
  readonly size: number
  /** Instructions ahead for which a place in the window is looked up at once. */
  readonly ahead: number
  readonly forwardLatency: number
  readonly #pages: Pages
  readonly #caches: PrivateCaches
  readonly #loads: Ports
  readonly #ready: Int32Array
  /** What a check reads before an access, if it does. */
  readonly table: CheckTable | undefined
  /** Line of the access that was found last, and where it is. */
  line = 0
  #set = 0
  #way = 0
  #tlbSet = 0
  #tlbRow = 0
  // The same of the entry of a table that was found last.
  #entryLine = 0
  #entrySet = 0
  #entryWay = 0
  #entryTlbSet = 0
  #entryTlbRow = 0

  constructor({ caches, numbers, pages, pipeline, translation }: StraightParts) {
    const { cells, l1d } = caches.levels
    const { dtlb } = translation
    const placeOf = (view: Int32Array) => cells.placeOf(view)
    this.width = numbers.core.width
    this.size = numbers.core.window
    this.ahead = Math.min(AHEAD, this.size - 1)
    this.forwardLatency = numbers.core.forward
    this.#pages = pages
    this.#caches = caches
    this.#loads = pipeline.port.loads
    const [tlb] = dtlb.arrays
    this.#placeOf = placeOf
    this.cells = cells.all
    this.#ready = caches.levels.ready
    this.table = pipeline.port.table
    this.l1 = l1d
    this.l1Tags = placeOf(l1d.tags)
    this.l1Recent = placeOf(l1d.recent)
    this.tlb = tlb
    this.tlbTags = placeOf(tlb.tags)
    this.tlbRecent = placeOf(tlb.recent)
    this.tlbEntries = placeOf(dtlb.entries[0])
    this.tlbFrames = placeOf(dtlb.frames[0])
  }

  /** True if the DTLB lets `t` load from `offset` of `page`, or store there, and the L1D has its line for that. */
  finds(t: HardwareThread, page: number, offset: number, store: boolean): boolean {
    const { cells, l1, tlb } = this
    const tlbSet = tlb.setOf(this.#pages.low[page])
    const tag = t.context * MAX_PAGES + page
    let row = cells[this.tlbRecent + tlbSet]
    if (cells[this.tlbTags + row] !== tag) row = tlb.find(tlbSet, tag)
    if (row < 0) return false
    const entry = cells[this.tlbEntries + row]
    if ((entry & Entry.present) === 0 || (store && (entry & Entry.writable) === 0)) return false
    const denied = (store ? 3 : 1) << (2 * ((entry >>> Entry.keyShift) & Entry.keyMask))
    if ((t.keyRights & denied) !== 0) return false
    const line = cells[this.tlbFrames + row] * LINES_PER_PAGE + (offset >>> 6)
    const set = l1.setOf(line)
    let way = cells[this.l1Recent + set]
    if (cells[this.l1Tags + way] !== line) way = l1.find(set, line)
    this.line = line
    this.#set = set
    this.#way = way
    this.#tlbSet = tlbSet
    this.#tlbRow = row
    return way >= 0 && (!store || l1.state[way] >= L1State.exclusive)
  }

  /**
   * The same of the entry that the check of this access reads in its table, or true if it reads none. One that a prefetch
   * brought and nobody has used isn't found: to use it may bring other lines, in place of what the access goes to.
   */
  findsEntry(t: HardwareThread, page: number, offset: number, store: boolean): boolean {
    const { table } = this
    const entry = table === undefined ? -1 : table.tablePage(t.number, page, offset, store)
    this.#entryWay = -1
    if (table === undefined || entry < 0) return true
    if (!this.finds(t, entry, table.tableOffset, false) || this.#ready[this.#way] < 0) return false
    this.#entryLine = this.line
    this.#entrySet = this.#set
    this.#entryWay = this.#way
    this.#entryTlbSet = this.#tlbSet
    this.#entryTlbRow = this.#tlbRow
    return true
  }

  /** The entry that was found last, if there is one, is loaded at `tick`: tick from which the access may be made. */
  loadEntry(tick: number): number {
    if (this.#entryWay < 0) return tick
    this.tlb.touch(this.#entryTlbSet, this.#entryTlbRow)
    return this.#caches.loadHit(this.#entryLine, this.#entrySet, this.#entryWay, this.#loads.claim(tick), SITE)
  }

  /** The load that was found last is made at `tick`, by instruction `site`: tick of its data. */
  load(tick: number, site: number): number {
    this.tlb.touch(this.#tlbSet, this.#tlbRow)
    return this.#caches.loadHit(this.line, this.#set, this.#way, this.#loads.claim(tick), site)
  }

  /** The store that was found last is made at `tick`: tick from which its line is writable. */
  store(tick: number): number {
    this.tlb.touch(this.#tlbSet, this.#tlbRow)
    return this.#caches.storeHit(this.line, this.#set, this.#way, tick)
  }

  /** `t` goes on with `stream`. */
  turnTo(t: HardwareThread, stream: InstructionStream): void {
    const { cause, commit, complete } = t.window
    this.thread = t
    this.registers = this.#placeOf(t.ready)
    this.forwards = this.#placeOf(t.forwards)
    this.commits = this.#placeOf(commit)
    this.completes = this.#placeOf(complete)
    this.causes = this.#placeOf(cause)
    this.queue = this.#placeOf(t.loads.instruction)
    this.stream = stream
    this.code = straightCode(stream)
  }
}
