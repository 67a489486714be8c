/**
 * What straight-line.ts goes by: the tile's cells, where in them each part begins, and the code of the stream at hand.
 * Law: a place is where the owner's view of that part begins.
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Cache } from "../memory/cache.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import type { Translation } from "../translation/translation.ts"
import type { Branches } from "./branches.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import type { InstructionFetch } from "./instruction-fetch.ts"
import type { InstructionStream } from "./instruction-stream.ts"
import type { Pipeline } from "./pipeline.ts"
import { type StraightCode, straightCode } from "./straight-code.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Entry, MAX_PAGES } = fromPages
const None = -1

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
  readonly forwardLatency: number
  readonly #pages: Pages

  constructor({ caches, numbers, pages, translation }: StraightParts) {
    const { cells, l1d } = caches.levels
    const { dtlb } = translation
    const placeOf = (view: Int32Array) => cells.placeOf(view)
    this.width = numbers.core.width
    this.size = numbers.core.window
    this.forwardLatency = numbers.core.forward
    this.#pages = pages
    const [tlb] = dtlb.arrays
    this.#placeOf = placeOf
    this.cells = cells.all
    this.l1 = l1d
    this.l1Tags = placeOf(l1d.tags)
    this.l1Recent = placeOf(l1d.recent)
    this.tlb = tlb
    this.tlbTags = placeOf(tlb.tags)
    this.tlbRecent = placeOf(tlb.recent)
    this.tlbEntries = placeOf(dtlb.entries[0])
    this.tlbFrames = placeOf(dtlb.frames[0])
  }

  /** Row of the DTLB that lets `t` load from `page`, or store to it; below 0 if there is none. */
  translated(t: HardwareThread, page: number, store: boolean): number {
    const { cells, tlb } = this
    const set = tlb.setOf(this.#pages.low[page])
    const tag = t.context * MAX_PAGES + page
    let row = cells[this.tlbRecent + set]
    if (cells[this.tlbTags + row] !== tag) row = tlb.find(set, tag)
    if (row < 0) return row
    const entry = cells[this.tlbEntries + row]
    if ((entry & Entry.present) === 0 || (store && (entry & Entry.writable) === 0)) return None
    const denied = (store ? 3 : 1) << (2 * ((entry >>> Entry.keyShift) & Entry.keyMask))
    return (t.keyRights & denied) === 0 ? row : None
  }

  /** `page`, which `row` of the DTLB translates, is accessed. */
  touch(page: number, row: number): void {
    this.tlb.touch(this.tlb.setOf(this.#pages.low[page]), row)
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
