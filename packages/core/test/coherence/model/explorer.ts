/**
 * Every situation of one line, breadth first, with ways that come and go as they like; then, for each of them, whether
 * what is under way comes to an end. Law: nothing is forgotten and nothing approximated; a bound that is hit is a
 * failure.
 *
 *   EX1  a request that needs a way finds one, or none; a line that waits for one gets it at some time
 *   EX2  a line with a way that isn't busy may lose it at any time, also between what ended its being busy and the
 *        requests that waited for that: other lines have the first claim to its way (HO3)
 */
import { grown } from "@isolde/core/kernel/grown"
import { Left } from "./home-model.ts"
import { Act, Edge, EdgeBy, type LineAutomaton, StateBy, Trait } from "./line-automaton.ts"
import { Violation } from "./violation.ts"

export interface Explored {
  readonly situations: number
  readonly transitions: number
  /** Steps of the longest way to the situation found last. */
  readonly depth: number
}

/** Which steps from a state: all of them, or those that tiles and slices don't take of their own accord. */
type Wanted = "all" | "answers"

class LineExplorer {
  readonly automaton: LineAutomaton
  #parents = new Int32Array(1 << 12) // [state] the state that it was found from + 1
  #seen = new Uint8Array(1 << 12) // [state]
  #queue = new Int32Array(1 << 12)
  #count = 0
  readonly #recalls: boolean
  transitions = 0

  constructor(automaton: LineAutomaton) {
    this.automaton = automaton
    this.#recalls = automaton.model.options.recalls !== false
  }

  get situations(): number {
    return this.#count
  }

  get depth(): number {
    let depth = 0
    for (let s = this.#queue[this.#count - 1] as number; this.#parents[s] !== 0; depth++) s = this.#parent(s)
    return depth
  }

  run(limit: number): void {
    let at = this.automaton.initial()
    let from = -1
    const visit = (state: number) => {
      this.transitions++
      if (state >= this.#seen.length) {
        this.#seen = grown(this.#seen, Math.max(state + 1, this.#seen.length * 2))
        this.#parents = grown(this.#parents, this.#seen.length)
      }
      if (this.#seen[state] === 1) return
      this.#seen[state] = 1
      this.#parents[state] = from + 1
      if (this.#count === this.#queue.length) this.#queue = grown(this.#queue, this.#count * 2)
      this.#queue[this.#count++] = state
      if (this.#count > limit) throw new RangeError(`more than ${limit} situations`)
    }
    try {
      visit(at)
      for (let next = 0; next < this.#count; next++) {
        at = this.#queue[next] as number
        from = at
        if (this.automaton.traits(at) & Trait.restless) this.automaton.rest(at)
        this.#steps(at, "all", visit)
      }
      at = this.#endless()
      if (at >= 0) throw new Violation("never comes to rest")
    } catch (error) {
      if (error instanceof Violation) throw new Violation(`${error.message}\n${this.#way(at)}`)
      throw error
    }
  }

  #steps(state: number, wanted: Wanted, visit: (state: number) => void): void {
    const { automaton } = this
    const traits = automaton.traits(state)
    const first = automaton.firstEdge(state)
    const last = automaton.lastEdge(state)
    for (let edge = first; edge < last; edge++) {
      const what = automaton.what(edge)
      if (wanted === "answers" && (what & Edge.delivers) === 0) continue
      this.#complete(automaton.after(edge) >> StateBy, what & 15, visit)
      if (what & Edge.asks) this.#act(state, Act.refused + (what >> EdgeBy), visit)
    }
    if (traits & Trait.waitsForWay) this.#act(state, Act.way, visit)
    if (traits & Trait.mayEvict) this.#act(state, Act.evict, visit)
  }

  #act(state: number, act: number, visit: (state: number) => void): void {
    const acted = this.automaton.acted(state, act)
    this.#complete(acted >> (StateBy + 4), acted & 15, visit, act === Act.way)
  }

  /** What a step left, in every way in which it may be done (EX1, EX2). */
  #complete(state: number, left: number, visit: (state: number) => void, hasFound = false): void {
    const traits = this.automaton.traits(state)
    if ((left & Left.replays) === 0 || (traits & Trait.hasRequests) === 0 || (traits & Trait.settled) === 0) {
      visit(state)
      return
    }
    if (left & Left.settled && traits & Trait.mayEvict) {
      const evicted = this.automaton.acted(state, Act.evict)
      this.#complete(evicted >> (StateBy + 4), Left.replays, visit)
    }
    this.#replay(state, Act.replay, visit)
    if (traits & Trait.replayAsks && this.#recalls && !hasFound) this.#replay(state, Act.replayRefused, visit)
  }

  #replay(state: number, act: number, visit: (state: number) => void): void {
    const acted = this.automaton.acted(state, act)
    this.#complete(acted >> (StateBy + 4), Left.replays, visit)
  }

  /** A state to which answers alone lead back, or -1: ways taken away are among them. */
  #endless(): number {
    const looked = new Uint8Array(this.automaton.states + 1) // 1 on the way, 2 done
    const way: Array<number> = []
    const open: Array<number> = []
    for (let from = 0; from < this.#count; from++) {
      open.push(this.#queue[from] as number)
      while (open.length > 0) {
        const state = open[open.length - 1] as number
        if (looked[state] === 0) {
          looked[state] = 1
          way.push(state)
          let endless = false
          this.#steps(state, "answers", (next) => {
            if (looked[next] === 1) endless = true
            else if (looked[next] === 0) open.push(next)
          })
          if (endless) return state
          continue
        }
        open.pop()
        if (way[way.length - 1] === state) {
          way.pop()
          looked[state] = 2
        }
      }
    }
    return -1
  }

  #parent(state: number): number {
    return (this.#parents[state] as number) - 1
  }

  #way(end: number): string {
    const lines: Array<string> = []
    for (let state = end; state >= 0 && lines.length < 64; state = this.#parent(state))
      lines.unshift(this.automaton.describe(state))
    return lines.join("\n")
  }
}

/** Explore one line; throws a Violation with the way to it. More than `limit` situations are a RangeError. */
export function explore(automaton: LineAutomaton, limit = 1e8): Explored {
  const explorer = new LineExplorer(automaton)
  explorer.run(limit)
  const { depth, situations, transitions } = explorer
  return { situations, transitions, depth }
}
