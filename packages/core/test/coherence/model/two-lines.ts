/**
 * Two lines whose home has one way for both: two copies of a line's automaton that meet in what homes.ts does with
 * ways. A situation is a pair of states, how the caches of the second are called in the first, and which lines wait.
 * Law: what the lines share is the way (LS1, LS2, HO3) and, if asked for, tiles that hold one line at a time.
 *
 *   Two situations that differ in the names of the caches or of the lines alone are one.
 */
import { Left } from "./home-model.ts"
import { Act, Edge, EdgeBy, type LineAutomaton, StateBy, Trait } from "./line-automaton.ts"
import type { Renamings } from "./renaming.ts"
import { Violation } from "./violation.ts"

/** Who waits for the way, first come first, is one of five numbers: nobody, [0], [1], [0, 1], [1, 0]. */
const Nobody = 0
/** [waiting][line] the same, and `line` behind it. */
const Behind = Uint8Array.of(1, 2, 0, 3, 4, 0)
/** [waiting] the first line. */
const First = Uint8Array.of(0, 0, 1, 0, 1)
/** [waiting] those behind the first. */
const Rest = Uint8Array.of(0, 0, 0, 2, 1)
/** [waiting] with the lines' names exchanged. */
const Exchanged = Uint8Array.of(0, 2, 1, 4, 3)
/** [waiting] the lines that wait, a bit each. */
const Lines = Uint8Array.of(0, 1, 2, 3, 3)

export class TwoLines {
  readonly automaton: LineAutomaton
  /** The situation at hand: pass both to `load`. */
  first = 0
  second = 0
  readonly #renamings: Renamings
  readonly #state = new Int32Array(2) // [line]
  readonly #names = new Int32Array(2) // [line] renaming
  #waiting = 0
  #loadedFirst = 0
  #loadedSecond = 0

  constructor(automaton: LineAutomaton) {
    this.automaton = automaton
    this.#renamings = this.automaton.renamings
  }

  /** Nobody holds anything. */
  initial(): void {
    this.#state.fill(this.automaton.initial())
    this.#names.fill(0)
    this.#waiting = 0
    this.#name()
  }

  load(first: number, second: number): void {
    this.#loadedFirst = first
    this.#loadedSecond = second
    this.#reload()
  }

  /** Everything that can happen next, each in turn in `first` and `second`. */
  expand(visit: () => void): void {
    const { automaton } = this
    for (let line = 0; line < 2; line++) {
      const state = this.#state[line] as number
      const first = automaton.firstEdge(state)
      const last = automaton.lastEdge(state)
      for (let edge = first; edge < last; edge++) {
        const what = automaton.what(edge)
        if (what & Edge.asks && !this.#finds(line)) this.#act(line, Act.refused + (what >> EdgeBy))
        else this.#follow(line, automaton.after(edge), what & 15)
        this.#name()
        visit()
        this.#reload()
      }
    }
  }

  /** Throws a Violation if something doesn't hold. */
  check(): void {
    for (let line = 0; line < 2; line++) {
      const traits = this.#traits(line)
      if (traits & Trait.restless) this.automaton.rest(this.#state[line] as number)
      const waits = (traits & Trait.waitsForWay) !== 0
      if (waits !== (((Lines[this.#waiting] as number) >> line) & 1) > 0)
        throw new Violation("HO3: nobody hears a line")
      if (waits && this.#finds(line)) throw new Violation("HO3: a line waits for a way that is to be had")
    }
    if (this.#traits(0) & this.#traits(1) & Trait.hasWay) throw new Violation("two lines have the only way")
    const quiet = (this.#traits(0) & this.#traits(1) & Trait.quiet) !== 0
    if (quiet && this.#waiting !== Nobody) throw new Violation("deadlock: a line waits for a way")
  }

  describe(): string {
    const lines = [0, 1].map((line) => this.automaton.describe(this.#state[line] as number))
    const names = (this.#renamings.all[this.#names[1] as number] as Uint8Array).join()
    return `${lines.join(` || with caches called ${names}: `)} waiting ${this.#waiting}`
  }

  #traits(line: number): number {
    return this.automaton.traits(this.#state[line] as number)
  }

  #act(line: number, act: number): void {
    const acted = this.automaton.acted(this.#state[line] as number, act)
    this.#follow(line, acted >> 4, acted & 15)
  }

  /** The line's next state, and what the step left to do. */
  #follow(line: number, after: number, left: number): void {
    this.#state[line] = after >> StateBy
    this.#names[line] = this.#renamings.compose(this.#names[line] as number, after & ((1 << StateBy) - 1))
    if (left === 0) return
    if (left & Left.took && this.#traits(1 - line) & Trait.hasWay) this.#act(1 - line, Act.evict)
    if (left & Left.waits) this.#waiting = Behind[this.#waiting * 2 + line] as number
    if (left & Left.settled) this.#offer()
    if ((left & Left.replays) === 0) return
    while ((this.#traits(line) & (Trait.settled | Trait.hasRequests)) === (Trait.settled | Trait.hasRequests))
      this.#act(line, this.#traits(line) & Trait.replayAsks && !this.#finds(line) ? Act.replayRefused : Act.replay)
  }

  /** HO3: the way goes to the line that has waited longest. */
  #offer(): void {
    while (this.#waiting !== Nobody) {
      const line = First[this.#waiting] as number
      if (!this.#finds(line)) return
      this.#waiting = Rest[this.#waiting] as number
      this.#act(line, Act.way)
    }
  }

  /** The line has the way, or can have it. */
  #finds(line: number): boolean {
    if (this.#traits(line) & Trait.hasWay) return true
    const other = this.#traits(1 - line)
    return (other & Trait.hasWay) === 0 || (other & Trait.settled) !== 0
  }

  /** Write the situation down by the names that are least. */
  #name(): void {
    const { automaton } = this
    let line = 0
    let [a, b] = this.#state as unknown as [number, number]
    if (a > b) {
      line = 1
      ;[a, b] = [b, a]
    }
    const least = this.#renamings.least(automaton.unchanged(a), automaton.unchanged(b))
    const { inverse } = this.#renamings
    const back = inverse[this.#names[line] as number] as number
    const relative = this.#renamings.compose(back, this.#names[1 - line] as number)
    let names = least[relative] as number
    let waiting = line === 0 ? this.#waiting : (Exchanged[this.#waiting] as number)
    if (a === b) {
      const other = least[inverse[relative] as number] as number
      const exchanged = Exchanged[waiting] as number
      if (other * 8 + exchanged < names * 8 + waiting) {
        names = other
        waiting = exchanged
      }
    }
    this.first = a + 1
    this.second = (b << 6) | (names << 3) | waiting
  }

  #reload(): void {
    this.#state[0] = this.#loadedFirst - 1
    this.#state[1] = this.#loadedSecond >>> 6
    this.#names[0] = 0
    this.#names[1] = (this.#loadedSecond >> 3) & 7
    this.#waiting = this.#loadedSecond & 7
  }
}
