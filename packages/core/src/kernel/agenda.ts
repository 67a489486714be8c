/**
 * Deliveries pending per owner that runs ahead: its own agenda bounds how far it may go (law L3).
 * Law: the first tick of a row is that of the owner's earliest delivery.
 */
import { Never } from "./event-node.ts"

export class Agenda {
  readonly #count: Int32Array // [row] deliveries pending
  readonly #first: Int32Array // [row] earliest tick, or Never
  #ticks: Int32Array // [row][entry] tick
  #capacity = 16

  /** One row for each of `rows` owners. */
  constructor(rows: number) {
    this.#ticks = new Int32Array(rows * this.#capacity)
    this.#count = new Int32Array(rows)
    this.#first = new Int32Array(rows).fill(Never)
  }

  /** Tick of the earliest delivery pending in `row`, or `Never`. */
  first(row: number): number {
    return this.#first[row]
  }

  /** A delivery is pending at `tick`. */
  note(row: number, tick: number): void {
    if (this.#count[row] === this.#capacity) this.#grow()
    this.#ticks[row * this.#capacity + this.#count[row]++] = tick
    if (tick < this.#first[row]) this.#first[row] = tick
  }

  /** The earliest delivery, at `tick`, is dispatched. */
  forget(row: number, tick: number): void {
    const ticks = this.#ticks
    const base = row * this.#capacity
    const last = base + --this.#count[row]
    let entry = base
    while (ticks[entry] !== tick) entry++
    ticks[entry] = ticks[last]
    let first = Never
    for (let at = base; at < last; at++) if (ticks[at] < first) first = ticks[at]
    this.#first[row] = first
  }

  #grow(): void {
    const capacity = this.#capacity * 2
    const wider = new Int32Array(this.#count.length * capacity)
    for (let row = 0; row < this.#count.length; row++) {
      const from = row * this.#capacity
      wider.set(this.#ticks.subarray(from, from + this.#capacity), row * capacity)
    }
    this.#ticks = wider
    this.#capacity = capacity
  }
}
