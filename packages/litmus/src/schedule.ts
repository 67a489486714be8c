/**
 * One schedule of a run: at numbered choice points, in the order in which the run comes by them, nothing or a delay.
 * A message, a store's drain and a thread's step are each delayed so far that something else goes first.
 * Law: the same delays give the same run; without any it is the plain one.
 */
import type { DeliveryChoices } from "@isolde/core/interconnect/interconnect"
import type { Races } from "./races.ts"

/** A delay at one choice point. */
export interface Delay {
  readonly point: number
  readonly ticks: number
}

export class Schedule implements DeliveryChoices {
  /** Choice points that the run has come by. */
  points = 0
  /** What happens where: which delays behind these matter. */
  readonly races: Races
  readonly #delays: ReadonlyArray<Delay>
  readonly #concerns: (a: number, line: number) => boolean
  #next = 0

  /** `concerns` says which messages are worth a choice. */
  constructor(delays: ReadonlyArray<Delay>, races: Races, concerns: (a: number, line: number) => boolean) {
    this.#delays = delays
    this.races = races
    this.#concerns = concerns
  }

  delivery(source: number, destination: number, a: number, line: number, tick: number): number {
    const concerned = this.#concerns(a, line)
    this.races.message(source, destination, a, line, tick, concerned)
    return concerned ? this.#choose() : 0
  }

  /** Ticks of delay of what tile `owner` does by itself at `tick`. */
  own(owner: number, tick: number): number {
    this.races.own(owner, tick)
    return this.#choose()
  }

  #choose(): number {
    const delay = this.#delays[this.#next]
    if (delay?.point !== this.points++) return 0
    this.#next++
    return delay.ticks
  }
}
