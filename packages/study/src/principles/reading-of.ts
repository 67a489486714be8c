/** What a term came to. Law: a run that is missing has a reason, and a refusal is told from a failure. */
import type { RunOutcome } from "../validate/make-runs.ts"
import type { Term } from "../validate/point.ts"
import { runKey, runOf } from "../validate/run-key.ts"

export interface Found {
  /** Infinite where there is none. */
  readonly number: number
  /** Why there is none. */
  readonly reason?: string
  readonly refused: boolean
}

/** The reading of `term` among `outcomes`. */
export function readingOf(term: Term, outcomes: ReadonlyMap<string, RunOutcome>): Found {
  const number = Number.POSITIVE_INFINITY
  const outcome = outcomes.get(runKey(runOf(term)))
  if (outcome === undefined) return { number, reason: "no run", refused: false }
  if ("failed" in outcome) {
    const { kind, message } = outcome.failed
    return { number, reason: reasonOf(message), refused: kind === "InvalidScenario" || kind === "InvalidInput" }
  }
  const reading = outcome.readings[term.reading]
  if (reading === undefined) return { number, reason: `no reading ${term.reading}`, refused: false }
  return { number: reading, refused: false }
}

/** Of a refusal the mechanism's own words. */
const reasonOf = (message: string): string => /can't: (.*?)\. [A-Z]/.exec(message)?.[1] ?? message
