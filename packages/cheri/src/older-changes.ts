/**
 * Changes of stored rights that no ring has room for any more, and that somebody may still have to find: an access that
 * waits is judged by what its thread could load as it was dispatched.
 */
import type { Rights } from "@isolde/core/isolation/rights"

/** Ticks that an access may wait. */
const KEPT = 1 << 14
/** Numbers of one change: its tick, its tile, the rights after it. */
const NUMBERS = 3

export class OlderChanges {
  readonly #of = new Map<number, Array<number>>() // pair -> its changes, oldest first

  /** A change of `pair` that was followed at `next` leaves its ring at `tick`. */
  add(pair: number, changedAt: number, changedBy: number, after: Rights, next: number, tick: number): void {
    let changes = this.#of.get(pair)
    if (next < tick - KEPT) return void this.#of.delete(pair)
    if (changes === undefined) {
      changes = []
      this.#of.set(pair, changes)
    }
    let over = 0
    while (over + NUMBERS < changes.length && changes[over + NUMBERS] < tick - KEPT) over += NUMBERS
    if (over > 0) changes.splice(0, over)
    changes.push(changedAt, changedBy, after)
  }

  /** Rights after the last change until `seen`, or by `tile`; undefined if none is kept. */
  find(pair: number, tile: number, seen: number): Rights | undefined {
    const changes = this.#of.get(pair) ?? []
    for (let at = changes.length - NUMBERS; at >= 0; at -= NUMBERS)
      if (changes[at] <= seen || changes[at + 1] === tile) return changes[at + 2] as Rights
    return undefined
  }
}
