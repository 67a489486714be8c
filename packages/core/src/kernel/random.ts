/**
 * Random streams: integers only, one stream per component, so that a component's draws depend on the
 * run's seed and its own name and on nothing else that happens in the run (law L2).
 */

/** 32 random bits at a time from a counter-seeded xorshift generator. */
export class RandomStream {
  readonly #state: Int32Array // one cell

  /** Its state is at `at`, one cell, if it is told where. */
  constructor(seed: number, component: string, at: Int32Array = new Int32Array(1)) {
    let state = mix(seed | 0)
    for (let i = 0; i < component.length; i++) state = mix(state ^ component.charCodeAt(i))
    at[0] = state === 0 ? 0x9e3779b9 | 0 : state
    this.#state = at
  }

  /** An int32, every value but zero equally likely. */
  next(): number {
    let state = this.#state[0]
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#state[0] = state
    return state
  }

  /** An integer in [0, bound), bound at most 2^16. */
  below(bound: number): number {
    return ((this.next() >>> 16) * bound) >>> 16
  }

  /** True `perMillion` times in a million. */
  chance(perMillion: number): boolean {
    return this.isBelow(thresholdOf(perMillion))
  }

  /** The same, of a threshold that is known. */
  isBelow(threshold: number): boolean {
    return this.next() >>> 12 < threshold
  }
}

/** What `perMillion` is of the numbers that RandomStream draws for it. */
export const thresholdOf = (perMillion: number): number => ((perMillion * 1_048_576) / 1_000_000) | 0

/** A finaliser of 32-bit integers: every input bit reaches every output bit. */
export function mix(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b | 0)
  return x ^ (x >>> 16)
}
