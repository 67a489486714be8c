/**
 * Who owns each region, as the trusted runtime that carries operations out has recorded it. It is asked when an
 * operation is issued: `move`, `share` and `free` need their `from` to own the region, `allocate` that nobody does.
 *
 *   OW1  a tile knows its own records at once, and another's once a message could have told it (law L3)
 *   OW2  of two records the later tick counts, whichever was made first in the simulation (law L2)
 */
import type { Regions } from "./regions.ts"

/** In place of the owner of a region that has been freed, or not been allocated yet. */
export const Nobody = -1

/** Versions of a region's owner that are kept: the last one, and those that some tile may not know yet. */
const VERSIONS = 4

export class Ownership {
  readonly #travel: number
  readonly #threadsPerTile: number
  readonly #owner: Int16Array // [region][version] domain or Nobody, the latest first
  readonly #tick: Float64Array // [region][version]
  readonly #tile: Int16Array // [region][version] who recorded it, or -1 for what holds from the start

  /** `travel`: ticks after which what one tile has done can be known to another. */
  constructor(regions: Regions, threadsPerTile: number, travel: number) {
    this.#travel = travel
    this.#threadsPerTile = threadsPerTile
    this.#owner = new Int16Array(regions.count * VERSIONS)
    this.#tick = new Float64Array(regions.count * VERSIONS).fill(Number.NEGATIVE_INFINITY)
    this.#tile = new Int16Array(regions.count * VERSIONS).fill(-1)
    for (let region = 0; region < regions.count; region++)
      this.#owner.fill(regions.owner[region], region * VERSIONS, (region + 1) * VERSIONS)
  }

  /** Domain that owns `region` at `tick`, as hardware thread `thread` knows it. */
  of(region: number, thread: number, tick: number): number {
    const tile = (thread / this.#threadsPerTile) | 0
    const first = region * VERSIONS
    for (let at = first; at < first + VERSIONS - 1; at++) {
      if (this.#tile[at] === tile ? this.#tick[at] <= tick : this.#tick[at] + this.#travel <= tick) {
        return this.#owner[at]
      }
    }
    return this.#owner[first + VERSIONS - 1]
  }

  /** OW2: `domain` owns it from `tick` on, by a record of `thread`. */
  record(region: number, domain: number, thread: number, tick: number): void {
    const first = region * VERSIONS
    let at = first
    while (at < first + VERSIONS && this.#tick[at] > tick) at++
    if (at === first + VERSIONS) return
    this.#owner.copyWithin(at + 1, at, first + VERSIONS - 1)
    this.#tick.copyWithin(at + 1, at, first + VERSIONS - 1)
    this.#tile.copyWithin(at + 1, at, first + VERSIONS - 1)
    this.#owner[at] = domain
    this.#tick[at] = tick
    this.#tile[at] = (thread / this.#threadsPerTile) | 0
  }
}
