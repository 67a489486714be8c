/**
 * The storage of one tile: L1I, L1D, the L2 that includes both, and the bus between them. It keeps PC1 and
 * PC2 of private-caches.ts, which decides what comes and goes.
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { Cache } from "../memory/cache.ts"
import { CacheState } from "./mesi-cache.ts"

/** States of an L1D row. */
export const L1State = { readable: 1, exclusive: 2, modified: 3 } as const

export class CacheLevels {
  readonly l1i: Cache
  readonly l1d: Cache
  readonly l2: Cache
  /** [L1D row] L2 row of the same line. */
  readonly back: Int32Array
  readonly #transfer: number
  #transferFree = 0

  constructor(numbers: MachineNumbers) {
    this.l1i = new Cache(numbers.l1i.sets, numbers.l1i.ways)
    this.l1d = new Cache(numbers.l1d.sets, numbers.l1d.ways)
    this.l2 = new Cache(numbers.l2.sets, numbers.l2.ways)
    this.back = new Int32Array(numbers.l1d.sets * numbers.l1d.ways)
    this.#transfer = numbers.l2.transfer
  }

  /** A line leaves: it is in no L1 either (PC1). */
  drop(line: number, row: number): void {
    this.l2.drop(row)
    const data = this.l1d.find(this.l1d.setOf(line), line)
    if (data >= 0) this.l1d.drop(data)
    const code = this.l1i.find(this.l1i.setOf(line), line)
    if (code >= 0) this.l1i.drop(code)
  }

  /** A line may not be written any more (PC2). */
  downgrade(line: number, row: number): void {
    if (row < 0) return
    const data = this.l1d.find(this.l1d.setOf(line), line)
    if (data >= 0) this.l1d.state[data] = L1State.readable
  }

  /** Bring a line of the L2 into L1D. */
  fillData(line: number, l2row: number): void {
    const l1 = this.l1d
    const set = l1.setOf(line)
    let row = l1.find(set, line)
    if (row < 0) row = l1.victim(set)
    const state = this.l2.state[l2row]
    l1.fill(
      set,
      row,
      line,
      state === CacheState.M ? L1State.modified : state === CacheState.E ? L1State.exclusive : L1State.readable
    )
    this.back[row] = l2row
  }

  /** Bring a line into L1I. */
  fillFetch(line: number): void {
    const l1 = this.l1i
    const set = l1.setOf(line)
    if (l1.find(set, line) < 0) l1.fill(set, l1.victim(set), line, L1State.readable)
  }

  /** The bus between L1 and L2 moves one line at a time. */
  transferred(tick: number): number {
    const start = this.#transferFree > tick ? this.#transferFree : tick
    this.#transferFree = start + this.#transfer
    return start
  }
}
