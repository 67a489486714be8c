/**
 * A bus that moves one line at a time, for a few ticks each. Requests may come in any order of ticks: time is cut
 * into cells of one line's occupancy. Law: no cell moves two lines.
 */
const CELLS = 1024

export class Bus {
  readonly #taken = new Int32Array(CELLS).fill(-1) // [cell] its number, if a line moves in it
  readonly #occupancy: number

  /** Ticks of one line, parts of one included; 0: any number of lines at any time. */
  constructor(occupancy: number) {
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
