/**
 * The protocol tables as a finite machine: a few caches, one line, its home and memory. Messages between two parties
 * keep their order; those of different pairs overtake each other at will.
 * Law: the tables alone decide; what an action does is what homes.ts and private-caches.ts do.
 *
 *   Whoever drives a line decides about ways: whether one is to be had, when it is taken away, when a line that waits
 *   gets one. A line depends on other lines in nothing else.
 */
import { CacheState, LastStable } from "@isolde/core/coherence/cache-protocol"
import { HomeEvent, HomeState, LastSettled } from "@isolde/core/coherence/home-protocol"
import { Message } from "@isolde/core/coherence/message"
import type { ProtocolTable } from "@isolde/core/coherence/protocol-table"
import { Access, CacheModel } from "./cache-model.ts"
import { EagerDeliveries } from "./eager-deliveries.ts"
import { HomeModel } from "./home-model.ts"
import { holdsAlways, holdsAtRest } from "./invariants.ts"
import { Parties } from "./parties.ts"
import { HomeFlag, Situation } from "./situation.ts"

export type Table = ProtocolTable<string, string, string>

export interface ModelOptions {
  readonly cache: Table
  readonly home: Table
  readonly inclusive: boolean
  readonly caches: number
  /** Whether tiles overwrite whole lines, and write lines past the caches. Default true. */
  readonly wholeLines?: boolean
  /** Whether lines lose their ways to others. Default true. */
  readonly recalls?: boolean
  /** Whether deliveries that commute with everything else are made at once (ED1). Default false. */
  readonly eager?: boolean
}

export class LineModel {
  readonly situation: Situation
  readonly options: ModelOptions
  readonly cacheCells: Uint8Array
  readonly homeCells: Uint8Array
  readonly #parties: Parties
  readonly #tile: CacheModel
  readonly #slice: HomeModel
  readonly #eager: EagerDeliveries

  constructor(options: ModelOptions) {
    this.options = options
    this.situation = new Situation(options.caches)
    this.#parties = new Parties(this.situation)
    this.#tile = new CacheModel(this.#parties, options.cache)
    this.#slice = new HomeModel(this.#parties, options.home, options.inclusive)
    this.#eager = new EagerDeliveries(this.situation)
    this.cacheCells = this.#tile.cells
    this.homeCells = this.#slice.cells
  }

  /** Deliver the first message of a channel; what it leaves to the driver. */
  deliver(channel: number, finds: boolean): number {
    const s = this.situation
    const to = s.channelTo[channel] as number
    s.takeFirst(s.channelAt(channel), this.#parties.sent)
    const { acks, flags, tile, type } = this.#parties.sent
    if (to < s.caches) {
      this.#tile.receive(to, type, tile, acks, flags)
      return this.#checked(0)
    }
    this.#slice.finds = finds
    this.#slice.receive(type, tile, acks, flags)
    return this.#checked(this.#slice.left)
  }

  /** Tile `c` does something of its own accord. */
  access(c: number, access: number): void {
    this.#tile.access(c, access)
    this.#checked(0)
  }

  /** The first request that waits is due. */
  replay(finds: boolean): number {
    this.#slice.finds = finds
    this.#slice.replay()
    return this.#checked(this.#slice.left)
  }

  /** The line's way goes to another line. */
  evict(): number {
    this.#slice.step(HomeEvent.Evict)
    return this.#checked(this.#slice.left)
  }

  /** The line gets the way that it waits for. */
  way(): number {
    this.#slice.step(HomeEvent.Way)
    return this.#checked(this.#slice.left)
  }

  /** The slice's data go to make room for another line's. */
  lose(): void {
    this.#slice.lose()
    this.#checked(0)
  }

  allows(c: number, access: number): boolean {
    const state = this.situation.at(this.situation.cacheAt(c))
    if (state > LastStable) return false
    if (access === Access.replace) return state !== CacheState.I
    if (this.options.wholeLines === false && access >= Access.storeWhole) return false
    if (access === Access.writeHome && this.options.inclusive) return false
    if (access === Access.store) return state !== CacheState.M
    return state === CacheState.I
  }

  /** A non-inclusive slice may need the row for another line at any time. */
  mayLose(): boolean {
    return !this.options.inclusive && (this.#held & HomeFlag.present) !== 0
  }

  /** The line has a way, and may be asked to give it away. */
  mayEvict(): boolean {
    return this.options.recalls !== false && this.settled && this.hasWay
  }

  /** The next message of `channel` is a request that needs a way. */
  asks(channel: number): boolean {
    const s = this.situation
    if (this.options.recalls === false || s.channelTo[channel] !== s.home || !this.needsWay) return false
    const type = s.at(s.channelAt(channel) + 1) - 1
    return type === Message.GetS || type === Message.GetM
  }

  /** The first request that waits needs a way. */
  get replayAsks(): boolean {
    const type = this.situation.at(this.situation.homeAt + 5) - 1
    return this.options.recalls !== false && this.needsWay && (type === Message.GetS || type === Message.GetM)
  }

  get needsWay(): boolean {
    return this.situation.at(this.situation.homeAt) === HomeState.I && !this.hasWay
  }

  get hasWay(): boolean {
    return (this.#held & HomeFlag.way) !== 0
  }

  /** The home isn't busy with the line. */
  get settled(): boolean {
    return this.situation.at(this.situation.homeAt) <= LastSettled
  }

  get waitsForWay(): boolean {
    return this.situation.at(this.situation.homeAt) === HomeState.I_W
  }

  /** Requests wait for the line. */
  get hasRequests(): boolean {
    return this.situation.at(this.situation.homeAt + 4) > 0
  }

  /** Nothing is under way. */
  get quiet(): boolean {
    const s = this.situation
    for (let channel = 0; channel < s.channelTo.length; channel++) if (s.at(s.channelAt(channel)) > 0) return false
    return true
  }

  /** What holds of a line at rest; throws a Violation. */
  rest(): void {
    holdsAtRest(this.situation, this.options.inclusive)
  }

  get #held(): number {
    return this.situation.at(this.situation.homeAt + 3)
  }

  /** Every situation on the way is looked at. */
  #checked(left: number): number {
    holdsAlways(this.situation)
    if (this.options.eager !== true) return left
    for (let channel = this.#eager.next(); channel >= 0; channel = this.#eager.next()) {
      const s = this.situation
      s.takeFirst(s.channelAt(channel), this.#parties.sent)
      const { acks, flags, tile, type } = this.#parties.sent
      this.#tile.receive(s.channelTo[channel] as number, type, tile, acks, flags)
      holdsAlways(s)
    }
    return left
  }
}
