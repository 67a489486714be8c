/**
 * A line's situations as numbers, and what each leads to: an automaton that is found as it is asked for. A state is a
 * situation whatever its caches are called; an edge says which state follows and what the caches are called there.
 * Law: an edge is what the model does, once; whoever drives the line decides about its way.
 *
 *   after = state << StateBy | renaming
 */
import { grown } from "@isolde/core/kernel/grown"
import { Access } from "./cache-model.ts"
import { CanonicalKey } from "./canonical-key.ts"
import { describeSituation } from "./describe-situation.ts"
import { Keys } from "./keys.ts"
import { LineModel, type ModelOptions } from "./line-model.ts"
import { Renamings } from "./renaming.ts"
import { Violation } from "./violation.ts"

/** What a driver must know of a state. */
export const Trait = {
  hasWay: 1,
  settled: 2,
  hasRequests: 4,
  replayAsks: 8,
  waitsForWay: 16,
  quiet: 32,
  mayEvict: 64,
  /** At rest something doesn't hold. */
  restless: 128
} as const

/** What the environment does to a line, and what depends on it. From `refused` on: a request finds no way, by channel. */
export const Act = { evict: 0, way: 1, replay: 2, replayRefused: 3, refused: 4 } as const

/** An edge's second number: what is left in four bits, then these, then the channel. */
export const Edge = { asks: 16, delivers: 32 } as const
export const EdgeBy = 6
/** A state stands above the number of a renaming. */
export const StateBy = 5

const Unknown = -1

export class LineAutomaton {
  readonly renamings: Renamings
  readonly model: LineModel
  readonly #keys = new Keys()
  readonly #key: CanonicalKey
  readonly #acts: number
  readonly #base: Uint8Array
  #traits = new Int16Array(1 << 12) // [state]
  #unchanged = new Int32Array(1 << 12) // [state] renamings that change nothing
  #first = new Int32Array(1 << 12).fill(Unknown) // [state] its first edge
  #last = new Int32Array(1 << 12) // [state] the edge behind its last
  #edges = new Int32Array(1 << 16) // [edge][after, what]
  #count = 0
  #acted: Int32Array // [state][act] after << 4 | left

  constructor(options: ModelOptions) {
    this.model = new LineModel(options)
    this.renamings = new Renamings(options.caches)
    this.#key = new CanonicalKey(this.model.situation, this.renamings)
    this.#base = new Uint8Array(this.model.situation.bytes.length)
    this.#acts = Act.refused + this.model.situation.channelTo.length
    this.#acted = new Int32Array(this.#acts << 12).fill(Unknown)
  }

  get states(): number {
    return this.#keys.count
  }

  /** Nobody holds anything. */
  initial(): number {
    this.model.situation.clear()
    return this.#intern() >> StateBy
  }

  traits(state: number): number {
    return this.#traits[state] as number
  }

  /** The renamings of its caches that a state doesn't notice, a bit each. */
  unchanged(state: number): number {
    return this.#unchanged[state] as number
  }

  /** The first of a state's edges; those of `firstEdge(state)` to `lastEdge(state)` exclusive. */
  firstEdge(state: number): number {
    if (this.#first[state] === Unknown) this.#expand(state)
    return this.#first[state] as number
  }

  lastEdge(state: number): number {
    return this.#last[state] as number
  }

  /** Where an edge leads, with what the caches are called there. */
  after(edge: number): number {
    return this.#edges[edge * 2] as number
  }

  /** What an edge is, and what it leaves to its driver. */
  what(edge: number): number {
    return this.#edges[edge * 2 + 1] as number
  }

  /** Where an act leads (`after`), then in four bits what it leaves. */
  acted(state: number, act: number): number {
    const at = state * this.#acts + act
    if (this.#acted[at] === Unknown) {
      this.#load(state)
      const left = this.#act(act)
      const after = this.#intern() * 16 + left
      this.#acted[at] = after
    }
    return this.#acted[at] as number
  }

  describe(state: number): string {
    this.#load(state)
    return describeSituation(this.model.situation)
  }

  /** Throws what doesn't hold of a restless state. */
  rest(state: number): void {
    this.#load(state)
    this.model.rest()
  }

  #act(act: number): number {
    if (act === Act.evict) return this.model.evict()
    if (act === Act.way) return this.model.way()
    if (act === Act.replay) return this.model.replay(true)
    return act === Act.replayRefused ? this.model.replay(false) : this.model.deliver(act - Act.refused, false)
  }

  /** Everything that can happen in `state` but for what the environment does. */
  #expand(state: number): void {
    const { model } = this
    const s = model.situation
    this.#load(state)
    this.#base.set(s.bytes)
    const first = this.#count
    for (let channel = 0; channel < s.channelTo.length; channel++) {
      if (s.at(s.channelAt(channel)) === 0) continue
      const asks = model.asks(channel) ? Edge.asks : 0
      const left = model.deliver(channel, true)
      this.#add(left | asks | Edge.delivers | (channel << EdgeBy))
    }
    for (let c = 0; c < s.caches; c++) {
      for (let access: number = Access.load; access <= Access.replace; access++) {
        if (!model.allows(c, access)) continue
        model.access(c, access)
        this.#add(0)
      }
    }
    if (model.mayLose()) {
      model.lose()
      this.#add(0)
    }
    this.#first[state] = first
    this.#last[state] = this.#count
  }

  #add(what: number): void {
    if (this.#count * 2 + 2 > this.#edges.length) this.#edges = grown(this.#edges, this.#edges.length * 2)
    this.#edges[this.#count * 2] = this.#intern()
    this.#edges[this.#count * 2 + 1] = what
    this.#count++
    this.model.situation.bytes.set(this.#base)
  }

  #load(state: number): void {
    this.#key.load(this.#keys.chunkOf(state), this.#keys.offsetOf(state))
  }

  /** The situation as it is now, and what its caches are called. */
  #intern(): number {
    const key = this.#key
    key.find()
    const before = this.#keys.count
    const state = this.#keys.number(key.bytes, key.length)
    if (state === before) this.#describe(state, key.unchanged)
    return (state << StateBy) | (this.renamings.inverse[key.renaming] as number)
  }

  #describe(state: number, unchanged: number): void {
    if (state === this.#traits.length) this.#grow()
    const { model } = this
    let traits = model.hasWay ? Trait.hasWay : 0
    if (model.settled) traits |= Trait.settled
    if (model.hasRequests) traits |= Trait.hasRequests
    if (model.hasRequests && model.replayAsks) traits |= Trait.replayAsks
    if (model.waitsForWay) traits |= Trait.waitsForWay
    if (model.mayEvict()) traits |= Trait.mayEvict
    if (model.quiet) traits |= Trait.quiet | (model.waitsForWay || isAtRest(model) ? 0 : Trait.restless)
    this.#traits[state] = traits
    this.#unchanged[state] = unchanged
  }

  #grow(): void {
    const length = this.#traits.length * 2
    this.#traits = grown(this.#traits, length)
    this.#unchanged = grown(this.#unchanged, length)
    this.#first = grown(this.#first, length, Unknown)
    this.#last = grown(this.#last, length)
    this.#acted = grown(this.#acted, length * this.#acts, Unknown)
  }
}

function isAtRest(model: LineModel): boolean {
  try {
    model.rest()
  } catch (error) {
    if (error instanceof Violation) return false
    throw error
  }
  return true
}
