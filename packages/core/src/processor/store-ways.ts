/**
 * How a store gets its line: with its data; without, by who overwrites all of it; or not at all, because the whole
 * line goes past the caches. A core that streams writes finds out by itself which lines are written whole.
 *
 *   WS1  a line counts as written whole if its stores go from its first byte to its last without a gap, and the L1D
 *        did not have it; one that isn't, that the L1D has, or that doesn't follow the last, begins the count anew
 *   WS2  after `streamAfter` such lines the next gather before they are asked for, after `streamHome` they go to their
 *        homes, after `streamPast` to memory; a line that the L2 has, or that is on its way, is written there
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import * as fromRetry from "../coherence/retry.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import * as fromPages from "../memory/pages.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromStoreRows from "./store-rows.ts"
import * as fromWaiters from "./waiters.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Retry } = fromRetry
const { LINE_BYTES, LINES_PER_PAGE } = fromPages
const { NotAsked } = fromStoreRows
const { AGAIN, listOf } = fromWaiters

/** From `streamed` on a store drains into a write-combining buffer. */
export const Way = { owned: 0, whole: 1, streamed: 2, streamedHome: 3, streamedPast: 4, nonTemporal: 5 } as const
export type Way = (typeof Way)[keyof typeof Way]

/** What a thread writes without a gap: line of its pages, bytes of that written, Way, lines written whole in a row, 1 if the L1D did not have it. */
const Run = { line: 0, end: 1, way: 2, lines: 3, missing: 4 } as const
export const RUN_CELLS = 5

export class StoreWays {
  /** True if the core streams writes. */
  readonly streams: boolean
  readonly #caches: PrivateCaches
  readonly #strings: boolean
  readonly #after: number
  readonly #home: number
  readonly #past: number
  readonly #first: number
  readonly #runs: ReadonlyArray<Int32Array> // [thread of the tile][field of Run]

  constructor(caches: PrivateCaches, { threadsPerTile, wholeLines }: MachineNumbers, firstThread: number) {
    this.#caches = caches
    this.#strings = wholeLines.strings > 0
    this.#after = wholeLines.streamAfter
    this.#home = wholeLines.streamHome
    this.#past = wholeLines.streamPast
    this.streams = wholeLines.streamAfter > 0
    this.#first = firstThread
    this.#runs = Array.from({ length: threadsPerTile }, () => {
      const run = caches.levels.cells.take(RUN_CELLS)
      run[Run.line] = -1
      return run
    })
  }

  /** The cells of what `thread` writes. */
  runOf(thread: number): Int32Array {
    return this.#runs[thread - this.#first]
  }

  /** WS1, WS2: the store in `row`, of `bytes` from `place` of `page` on, chooses its way. */
  choose(t: HardwareThread, row: number, page: number, place: number, bytes: number): void {
    const { line, second, tagPage, way } = t.stores
    if (way[row] !== Way.owned || tagPage[row] >= 0 || second[row] >= 0) return
    const { l1d } = this.#caches.levels
    const missing = l1d.find(l1d.setOf(line[row]), line[row]) < 0
    way[row] = this.next(t.number, page, place, bytes, line[row], missing)
  }

  /** WS1, WS2: the way of a store of `bytes` from `place` of `page` on to `line`, which the L1D has unless it is `missing`. */
  next(thread: number, page: number, place: number, bytes: number, line: number, missing: boolean): Way {
    const run = this.#runs[thread - this.#first]
    const number = page * LINES_PER_PAGE + (place >>> 6)
    const offset = place & (LINE_BYTES - 1)
    if (number !== run[Run.line] || run[Run.end] === LINE_BYTES) this.#begin(run, number, line, missing)
    // A gap: what is left of the line is written as it comes.
    if (offset !== run[Run.end]) {
      run[Run.end] = 2 * LINE_BYTES
      run[Run.lines] = 0
    } else run[Run.end] += bytes
    if (run[Run.end] === LINE_BYTES && run[Run.missing] === 1) run[Run.lines]++
    return run[Run.way] as Way
  }

  #begin(run: Int32Array, number: number, line: number, missing: boolean): void {
    if (missing && run[Run.end] === LINE_BYTES && number === run[Run.line] + 1) {
      const here = this.#caches.holds(line) || this.#caches.misses.find(line) >= 0
      const lines = run[Run.lines]
      run[Run.way] = here || lines < this.#after ? Way.owned : this.#onward(lines)
    } else {
      run[Run.lines] = 0
      run[Run.way] = Way.owned
    }
    run[Run.line] = number
    run[Run.end] = 0
    run[Run.missing] = missing ? 1 : 0
  }

  #onward(lines: number): Way {
    return lines < this.#home ? Way.streamed : lines < this.#past ? Way.streamedHome : Way.streamedPast
  }

  /** Ask for the line of store `row` with the right to write, and wait for it. */
  own(t: HardwareThread, row: number, tick: number): void {
    this.ask(t, row, tick)
    const writable = t.stores.writable[row]
    if (writable < 0) t.storeWaits.append(writable === NotAsked ? AGAIN : listOf(-1 - writable), row)
  }

  /** Ask for the line of store `row` with the right to write. */
  ask(t: HardwareThread, row: number, tick: number): void {
    const { line, second, way } = t.stores
    if (way[row] !== Way.owned) return this.#askWhole(t, row, tick)
    let writable = this.#caches.store(line[row], tick)
    if (second[row] >= 0) {
      if (writable >= 0) writable = this.#otherLine(t, row, writable)
      else this.#caches.store(second[row], tick)
    }
    t.stores.writable[row] = writable === Retry ? NotAsked : writable
  }

  #askWhole(t: HardwareThread, row: number, tick: number): void {
    const { line, way, writable } = t.stores
    if (way[row] >= Way.streamed) {
      writable[row] = tick
      return
    }
    const ready = this.#strings ? this.#caches.storeWhole(line[row], tick) : this.#caches.store(line[row], tick)
    writable[row] = ready === Retry ? NotAsked : ready
  }

  /** MP4: a store that straddles two lines has the first from `tick` on; ask for the second. */
  #otherLine(t: HardwareThread, row: number, tick: number): number {
    t.stores.line[row] = t.stores.second[row]
    t.stores.second[row] = -1
    return this.#caches.store(t.stores.line[row], tick)
  }
}
