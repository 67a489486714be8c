/**
 * One number for several: equal lists have the same one, others another. Numbers are dense, in the order in which lists
 * come up. Law: what a list is told by is its length and the numbers in it, each from 0 to 2^32 - 1.
 */

/** Numbers of a list fit into 32 bits. */
const RADIX = 2 ** 32
/** Most lists: their numbers times RADIX stay exact. */
const MOST = 2 ** 20

export class StateNumbers {
  readonly #known = new Map<number, number>() // number of a list's beginning * RADIX + what comes next -> number
  #at = 0

  /** A list begins. */
  begin(): this {
    this.#at = 0
    return this
  }

  /** `value` comes next. */
  add(value: number): this {
    if (this.#at < 0) return this
    const key = this.#at * RADIX + (value >>> 0)
    const known = this.#known.get(key)
    if (known !== undefined) this.#at = known
    else if (this.#known.size >= MOST - 1) this.#at = -1
    else {
      this.#at = this.#known.size + 1
      this.#known.set(key, this.#at)
    }
    return this
  }

  /** Its number, or -1 when there have been too many. */
  get number(): number {
    return this.#at
  }
}
