/**
 * One schedule of a run: at numbered choice points, in the order in which the run comes by them, nothing or a delay.
 * A message, a store's drain and a thread's step are each delayed so far that something else goes first.
 * Law: the same delays give the same run; without any it is the plain one.
 */
import { type DeliveryChoices } from "@isolde/core/interconnect/interconnect"

/** A delay at one choice point. */
export interface Delay {
  readonly point: number
  readonly ticks: number
}

export class Schedule implements DeliveryChoices {
  /** Choice points that the run has come by. */
  points = 0
  readonly #delays: ReadonlyArray<Delay>
  readonly #concerns: (a: number, line: number) => boolean
  #next = 0

  /** `concerns` says which messages are worth a choice. */
  constructor(delays: ReadonlyArray<Delay>, concerns: (a: number, line: number) => boolean) {
    this.#delays = delays
    this.#concerns = concerns
  }

  delivery(_source: number, _destination: number, a: number, line: number): number {
    return this.#concerns(a, line) ? this.choose() : 0
  }

  /** Ticks of delay at the point at hand. */
  choose(): number {
    const delay = this.#delays[this.#next]
    if (delay?.point !== this.points++) return 0
    this.#next++
    return delay.ticks
  }
}
