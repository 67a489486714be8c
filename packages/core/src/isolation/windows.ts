/**
 * How long revoked rights lived on: per verb, the ticks from a revocation's commit (stale) and from its completion
 * (unsafe) until nothing could use the old right. Law: what never went is counted apart and is in no distribution.
 */
import { verbNames } from "./operation-script.ts"

/** Nearest-rank percentiles, in ticks; 0 where there is nothing. */
export interface Distribution {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Windows of the operations of one verb that took something away. */
export interface Windows {
  /** Operations whose old right went in the run. */
  readonly count: number
  /** Operations whose old right could still be used at the end of the run. */
  readonly unbounded: number
  /** Ticks from the commit until nothing could use the old right. */
  readonly stale: Distribution
  /** Ticks from the completion until then; 0 if it came before. */
  readonly unsafe: Distribution
}

export class WindowLengths {
  readonly #stale: ReadonlyArray<Array<number>> = verbNames.map(() => []) // [verb]
  readonly #unsafe: ReadonlyArray<Array<number>> = verbNames.map(() => []) // [verb]
  readonly #unbounded = new Float64Array(verbNames.length) // [verb]

  add(verb: number, stale: number, unsafe: number): void {
    this.#stale[verb].push(stale)
    this.#unsafe[verb].push(unsafe)
  }

  addUnbounded(verb: number): void {
    this.#unbounded[verb]++
  }

  /** By the name of the verb; verbs that took nothing away are left out. */
  summary(): Record<string, Windows> {
    const verbs = verbNames.map((name, verb) => {
      const stale = this.#stale[verb]
      const windows: Windows = {
        count: stale.length,
        unbounded: this.#unbounded[verb],
        stale: distributionOf(stale),
        unsafe: distributionOf(this.#unsafe[verb])
      }
      return [name, windows] as const
    })
    return Object.fromEntries(verbs.filter(([, { count, unbounded }]) => count + unbounded > 0))
  }
}

function distributionOf(values: ReadonlyArray<number>): Distribution {
  if (values.length === 0) return { p50: 0, p99: 0, max: 0 }
  const sorted = Float64Array.from(values).sort()
  const rank = (percent: number) => sorted[Math.max(0, Math.ceil((percent * sorted.length) / 100) - 1)]
  return { p50: rank(50), p99: rank(99), max: rank(100) }
}
