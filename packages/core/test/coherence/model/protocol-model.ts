/**
 * The protocol tables as a finite machine: a few caches, one line or two, their home and memory. Messages between two
 * parties keep their order; those of different pairs, and of different lines, overtake each other at will.
 * Law: the tables alone decide; what an action does is what homes.ts and private-caches.ts do.
 *
 *   With one line, the home finds its ways taken, and takes the line's, whenever it could happen. With two, the home
 *   has one way for both, and a cache asks for one line only when it has let the other go.
 */
import { CacheState, LastStable } from "@isolde/core/coherence/cache-protocol"
import { HomeEvent, HomeState, LastSettled } from "@isolde/core/coherence/home-protocol"
import { Message } from "@isolde/core/coherence/message"
import type { ProtocolTable } from "@isolde/core/coherence/protocol-table"
import { Access, CacheModel } from "./cache-model.ts"
import { describeSituation } from "./describe-situation.ts"
import { HomeModel } from "./home-model.ts"
import { invariantBroken } from "./invariants.ts"
import { Parties } from "./parties.ts"
import { Carries, HomeFlag, Situation } from "./situation.ts"

export type Table = ProtocolTable<string, string, string>

export interface ModelOptions {
  readonly cache: Table
  readonly home: Table
  readonly inclusive: boolean
  readonly caches: number
  readonly lines?: 1 | 2
  /** Whether tiles overwrite whole lines, and write lines past the caches. Default true. */
  readonly wholeLines?: boolean
  /** Whether lines lose their ways to others. Default true. */
  readonly recalls?: boolean
}

export class ProtocolModel {
  readonly situation: Situation
  readonly cache: Table
  readonly home: Table
  readonly cacheCells: Uint8Array
  readonly homeCells: Uint8Array
  readonly #parties: Parties
  readonly #tile: CacheModel
  readonly #slice: HomeModel
  /** A channel that delivers nothing for now: a message on it may be as late as one likes. */
  held = -1
  readonly #inclusive: boolean
  readonly #wholeLines: boolean
  readonly #recalls: boolean
  readonly #base: Uint8Array

  constructor({ cache, caches, home, inclusive, lines = 1, recalls = true, wholeLines = true }: ModelOptions) {
    this.situation = new Situation(caches, lines)
    this.cache = cache
    this.home = home
    this.#inclusive = inclusive
    this.#wholeLines = wholeLines
    this.#recalls = recalls
    this.#base = new Uint8Array(this.situation.bytes.length)
    this.#parties = new Parties(this.situation)
    this.#tile = new CacheModel(this.#parties, cache)
    this.#slice = new HomeModel(this.#parties, home, inclusive)
    this.cacheCells = this.#tile.cells
    this.homeCells = this.#slice.cells
  }

  describe(): string {
    return describeSituation(this.situation)
  }

  /** Everything that can happen next, each in turn in `situation`. */
  expand(visit: () => void): void {
    const s = this.situation
    this.#base.set(s.bytes)
    let moves = 0
    const done = () => {
      invariantBroken(s, this.#inclusive)
      visit()
      s.bytes.set(this.#base)
    }
    for (let line = 0; line < s.lines; line++) {
      for (let channel = 0; channel < s.channelTo.length; channel++) {
        if (s.at(s.channelAt(line, channel)) === 0) continue
        moves++
        if (channel === this.held) continue
        this.#deliver(line, channel)
        done()
        if (s.lines === 1 && this.#recalls && this.#maySeeNoWay(line, channel)) {
          this.#slice.finds = false
          this.#deliver(line, channel)
          this.#slice.finds = true
          done()
        }
      }
      if (s.lines === 1 && s.at(s.homeAt(line)) === HomeState.I_W) {
        moves++
        this.#slice.step(line, HomeEvent.Way)
        done()
      }
    }
    if (moves === 0) invariantBroken(s, this.#inclusive, true)
    for (let line = 0; line < s.lines; line++) {
      for (let c = 0; c < s.caches; c++) {
        for (let access: number = Access.load; access <= Access.replace; access++) {
          if (!this.#allows(line, c, access)) continue
          this.#tile.access(line, c, access)
          done()
        }
      }
      if (this.#mayLose(line)) {
        this.#slice.lose(line)
        done()
      }
      if (s.lines === 1 && this.#mayEvict(line)) {
        this.#slice.step(line, HomeEvent.Evict)
        done()
      }
    }
  }

  /** Deliver one message, or give one way: false if nothing is under way. */
  settleOne(): boolean {
    const s = this.situation
    for (let line = 0; line < s.lines; line++) {
      for (let channel = 0; channel < s.channelTo.length; channel++) {
        if (s.at(s.channelAt(line, channel)) === 0) continue
        this.#deliver(line, channel)
        return true
      }
      if (s.lines === 1 && s.at(s.homeAt(line)) === HomeState.I_W) {
        this.#slice.step(line, HomeEvent.Way)
        return true
      }
    }
    return false
  }

  #maySeeNoWay(line: number, channel: number): boolean {
    const s = this.situation
    if (s.channelTo[channel] !== s.home || s.at(s.homeAt(line)) !== HomeState.I) return false
    if (this.#inclusive && (s.at(s.homeAt(line) + 3) & HomeFlag.present) !== 0) return false
    s.read(s.channelAt(line, channel) + 1, this.#parties.sent)
    return this.#parties.sent.type === Message.GetS || this.#parties.sent.type === Message.GetM
  }

  #allows(line: number, c: number, access: number): boolean {
    const s = this.situation
    const state = s.at(s.cacheAt(line, c))
    if (state > LastStable) return false
    if (access === Access.replace) return state !== CacheState.I
    if (!this.#wholeLines && (access === Access.storeWhole || access === Access.write)) return false
    if (access === Access.store) return state !== CacheState.M
    if (state !== CacheState.I || (access === Access.write && !this.#parties.memoryIdle(line))) return false
    for (let other = 0; other < s.lines; other++) {
      if (other !== line && s.at(s.cacheAt(other, c)) !== CacheState.I) return false
    }
    return true
  }

  /** A non-inclusive slice may need the row for another line at any time. */
  #mayLose(line: number): boolean {
    const s = this.situation
    const present = (s.at(s.homeAt(line) + 3) & HomeFlag.present) !== 0
    return !this.#inclusive && present && this.#parties.memoryIdle(line)
  }

  #mayEvict(line: number): boolean {
    const s = this.situation
    const home = s.homeAt(line)
    if (!this.#recalls || s.at(home) > LastSettled || !this.#parties.memoryIdle(line)) return false
    return (s.at(home + 3) & HomeFlag.way) !== 0
  }

  #deliver(line: number, channel: number): void {
    const s = this.situation
    const to = s.channelTo[channel] as number
    s.takeFirst(s.channelAt(line, channel), this.#parties.sent)
    const { acks, flags, tile, type } = this.#parties.sent
    if (to === s.home) this.#slice.receive(line, type, tile, acks, flags)
    else if (to < s.caches) this.#tile.receive(line, to, type, tile, acks, flags)
    else if (type === Message.MemWrite) s.bytes[s.memoryAt(line)] = flags & Carries.latest
    else this.#parties.send(line, s.memory, s.home, Message.MemData, tile, 0, s.at(s.memoryAt(line)))
  }
}
