/**
 * The numbers with which pointers are signed now, one for each entry, and the draws of new ones. Law: a draw depends
 * on the run's seed, on who draws and on how often it has, and on nothing that happens elsewhere.
 */
import { redrawn, signatureOf } from "./signed-pointer.ts"

export class Numbers {
  /** Draws of the number made last: more than one if pointers of the one before would have fitted (PAC4). */
  draws = 0
  readonly #key: number
  readonly #number: Int32Array // [entry]

  constructor(seed: number, entries: number) {
    this.#key = signatureOf(seed, 1, 1)
    this.#number = new Int32Array(entries)
  }

  /** Signature of the pointers to `entry` that its domain begins with. */
  initial(entry: number): number {
    this.#number[entry] = signatureOf(this.#key, ~entry, this.#key) + 1
    return signatureOf(this.#key, entry, this.#number[entry])
  }

  /** Signature under a new number, the `nth` that software thread `software` draws. */
  renew(entry: number, software: number, nth: number): number {
    let draw = signatureOf(this.#key, software, nth + 1)
    const drawn = redrawn(this.#key, entry, this.#number[entry], () => {
      draw = Math.imul(draw + 1, 0x9e3779b1) | 0
      return signatureOf(draw, entry, this.#key) | (draw << 16)
    })
    this.#number[entry] = drawn.number
    this.draws = drawn.draws
    return signatureOf(this.#key, entry, drawn.number)
  }

  /** What PACDA makes of a number that somebody guesses. */
  guessed(entry: number): number {
    return signatureOf(this.#key, entry, this.#key)
  }
}
