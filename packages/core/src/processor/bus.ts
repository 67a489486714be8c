/**
 * A bus that moves one line at a time, for a few ticks each. Requests may come in any order of ticks: time is cut
 * into cells of one line's occupancy. Law: no cell moves two lines.
 */
import type { Columns } from "../kernel/columns.ts"

const CELLS = 1024

export class Bus {
  readonly #taken: Int32Array // [cell] its number, if a line moves in it
  readonly #occupancy: number

  /** Ticks of one line, parts of one included; 0: any number of lines at any time. */
  constructor(occupancy: number, columns: Columns) {
    this.#taken = columns.int32(CELLS).fill(-1)
    this.#occupancy = occupancy
  }

  /** Move one line no earlier than `tick`: the tick at which it begins. */
  claim(tick: number): number {
    const occupancy = this.#occupancy
    if (occupancy === 0) return tick
    let cell = (tick / occupancy) | 0
    while (this.#taken[cell & (CELLS - 1)] === cell) cell++
    this.#taken[cell & (CELLS - 1)] = cell
    const start = Math.ceil(cell * occupancy)
    return start > tick ? start : tick
  }
}
