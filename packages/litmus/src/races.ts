/**
 * What happens where in one run, so far as others notice: requests that meet at a home about one line, and what comes
 * to a tile that it didn't ask for. From this follows which delays change the order of anything.
 *
 *   RC1  a delay that passes nothing of another tile's at its own place shifts its thread and no more: the thread's next
 *        choice point, delayed as much, comes to the same, so it is left out
 *   RC2  of two delays at one point that pass the same, the longer is left out
 *   RC3  a message that a tile didn't ask for is always worth delaying: what the tile does meanwhile sends nothing
 *
 * Law: it never looks at an outcome.
 */
import { Message, typeOf } from "@isolde/core/coherence/message"

/** Ticks by which the time of a step of a tile that has run ahead may be off. */
const SLACK = 200
/** Homes are told apart from tiles, and lines of one home from each other. */
const PLACES = 8192
const Always = -1

/** Messages to a tile that answer none of its own. */
const unasked: ReadonlySet<number> = new Set([
  Message.FwdGetS,
  Message.FwdGetM,
  Message.Inv,
  Message.Recall,
  Message.Interrupt,
  Message.Invalidate
])

export class Races {
  readonly #tiles: number
  readonly #firstTile: number
  readonly #every: boolean
  readonly #seen = new Map<number, Array<number>>() // place -> source and tick, in turn
  readonly #place: Array<number> = [] // [point] place, or Always
  readonly #source: Array<number> = [] // [point] who is delayed
  readonly #tick: Array<number> = [] // [point]

  /**
   * Tiles are the owners from `firstTile` on. `every`: every delay matters, because threads share a tile and are not
   * told apart, or because an outcome says when something was and not only behind what.
   */
  constructor(firstTile: number, tiles: number, every: boolean) {
    this.#firstTile = firstTile
    this.#tiles = tiles
    this.#every = every
  }

  /** A message that arrives at `tick` if nothing delays it; `chosen`: at a choice point. */
  message(source: number, destination: number, a: number, line: number, tick: number, chosen: boolean): void {
    const toTile = destination >= this.#firstTile && destination < this.#firstTile + this.#tiles
    const isUnasked = toTile && unasked.has(typeOf(a))
    const place = toTile ? destination : destination + PLACES * (line + 1)
    if (!toTile || isUnasked) this.#add(place, source, tick)
    if (chosen) this.#point(isUnasked ? Always : place, toTile ? destination : source, tick)
  }

  /** A choice point of tile `owner`'s own: a step, a store's drain. */
  own(owner: number, tick: number): void {
    this.#point(owner, owner, tick)
  }

  /** Whether point `point` delayed by `to` ticks passes something that a delay by `from` ticks doesn't. */
  matters(point: number, from: number, to: number): boolean {
    const place = this.#place[point] as number
    if (place === Always || this.#every) return true
    const source = this.#source[point]
    const first = (this.#tick[point] as number) + (from === 0 ? -SLACK : from - SLACK)
    const last = (this.#tick[point] as number) + to + SLACK
    const seen = this.#seen.get(place) ?? []
    for (let at = 0; at < seen.length; at += 2) {
      const tick = seen[at + 1] as number
      if (seen[at] !== source && tick >= first && tick <= last) return true
    }
    return false
  }

  #add(place: number, source: number, tick: number): void {
    const seen = this.#seen.get(place)
    if (seen === undefined) this.#seen.set(place, [source, tick])
    else seen.push(source, tick)
  }

  #point(place: number, source: number, tick: number): void {
    this.#place.push(place)
    this.#source.push(source)
    this.#tick.push(tick)
  }
}
