/**
 * A unit that serves a few requests in each of its cells of time: load ports, the bus between L1 and L2, the way
 * into the L1D. Requests may come in any order of ticks; what lies a whole window apart shares a cell.
 *
 *   PO1  no cell serves more than its capacity
 */

/** Cells remembered, a power of two; further apart than what one window of instructions spans. */
const CELLS = 1024

export class Ports {
  readonly #taken = new Int32Array(CELLS) // [cell] number of the cell << 3, plus requests served in it
  readonly #capacity: number
  readonly #occupancy: number

  /** `capacity` requests (at most 7) in each cell of `occupancy` ticks; 0 ticks: any number at any time. */
  constructor(capacity: number, occupancy: number) {
    this.#capacity = capacity < 7 ? capacity : 7
    this.#occupancy = occupancy
  }

  /** Serve one request no earlier than `tick`: the tick at which it begins. */
  claim(tick: number): number {
    const occupancy = this.#occupancy
    if (occupancy === 0) return tick
    const taken = this.#taken
    const capacity = this.#capacity
    let cell = occupancy === 1 ? tick : (tick / occupancy) | 0
    for (;;) {
      const at = cell & (CELLS - 1)
      const key = cell << 3
      const found = taken[at]
      if ((found & ~7) !== key) {
        taken[at] = key | 1
        break
      }
      if ((found & 7) < capacity) {
        taken[at] = found + 1
        break
      }
      cell++
    }
    const start = occupancy === 1 ? cell : cell * occupancy
    return start > tick ? start : tick
  }

  /** A claim of tick `start` came to nothing: its place is free again. For units of one tick. */
  release(start: number): void {
    const at = start & (CELLS - 1)
    if ((this.#taken[at] & ~7) === start << 3) this.#taken[at]--
  }
}
