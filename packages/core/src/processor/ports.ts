/**
 * A unit that serves a few requests in each tick: load ports, the way into the L1D. Requests may come in any order of
 * ticks; ticks a whole window apart share a cell.
 *
 *   PO1  no tick serves more than the unit's capacity
 */

import type { Cells } from "./cells.ts"

/** Ticks remembered, a power of two: more than one window of instructions spans, and still few lines of a cache. */
export const PORT_CELLS = 1024
const LAST = PORT_CELLS - 1

export class Ports {
  readonly taken: Int32Array // [tick] tick << 3, plus requests served in it
  readonly capacity: number

  /** `capacity` requests a tick, at most 7. Its ticks are of `cells` if it is told which. */
  constructor(capacity: number, cells?: Cells) {
    this.taken = cells?.take(PORT_CELLS) ?? new Int32Array(PORT_CELLS)
    this.capacity = capacity < 7 ? capacity : 7
  }

  /** Serve one request no earlier than `tick`: the tick in which it begins. */
  claim(tick: number): number {
    const taken = this.taken
    // Unsigned, a cell that another tick had is far above what one tick serves.
    const served = (taken[tick & LAST] - (tick << 3)) >>> 0
    if (served > 7) taken[tick & LAST] = (tick << 3) | 1
    else if (served < this.capacity) taken[tick & LAST]++
    else return this.#later(tick + 1)
    return tick
  }

  #later(tick: number): number {
    const taken = this.taken
    let at = tick
    for (;;) {
      const served = (taken[at & LAST] - (at << 3)) >>> 0
      if (served > 7) {
        taken[at & LAST] = (at << 3) | 1
        return at
      }
      if (served < this.capacity) {
        taken[at & LAST]++
        return at
      }
      at++
    }
  }

  /** A claim of tick `start` came to nothing: its place is free again. */
  release(start: number): void {
    const served = this.taken[start & LAST] - (start << 3)
    if (served > 0 && served <= 7) this.taken[start & LAST]--
  }
}
