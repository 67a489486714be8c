/**
 * `isolde study principles`: makes the runs behind the claims and judges each.
 * Law: a run is made once, however many claims stand on it; a claim whose runs are missing is undecided.
 */
import { type MakeOptions, makeRuns, type RunOutcome } from "../validate/make-runs.ts"
import type { Term } from "../validate/point.ts"
import { runKey, runOf } from "../validate/run-key.ts"
import { type Claim, type ClaimCase, type JudgedCase, type JudgedClaim, verdictOf } from "./claim.ts"
import { allClaims } from "./claims/all-claims.ts"

export interface PrinciplesStudy {
  readonly claims: ReadonlyArray<JudgedClaim>
  /** Runs that were made. */
  readonly runs: number
}

/** Rejects with the signal's reason alone. */
export async function studyPrinciples(
  options: MakeOptions = {},
  claims: ReadonlyArray<Claim> = allClaims
): Promise<PrinciplesStudy> {
  const terms = claims.flatMap(({ cases }) => cases.flatMap((each) => Object.values(each.terms)))
  const outcomes = await makeRuns(terms.map(runOf), options)
  return { claims: claims.map((claim) => judgedClaim(claim, outcomes)), runs: outcomes.size }
}

function judgedClaim({ cases, id, source, text, threshold }: Claim, outcomes: Outcomes): JudgedClaim {
  const judged = cases.map((each) => judgedCase(each, outcomes))
  return { id, text, source, threshold, verdict: verdictOf(judged), cases: judged }
}

type Outcomes = ReadonlyMap<string, RunOutcome>

function judgedCase({ at, holds, refusalCounts = false, terms, value }: ClaimCase, outcomes: Outcomes): JudgedCase {
  const measured: Record<string, number | "refused"> = {}
  const numbers: Record<string, number> = {}
  let missing: string | undefined
  for (const [name, term] of Object.entries(terms)) {
    const { number, reason, refused } = readingOf(term, outcomes)
    if (reason !== undefined) missing ??= `${name}: ${reason}`
    if (reason !== undefined && !(refused && refusalCounts))
      return { at, measured, value: null, holds: null, missing: `${name}: ${reason}` }
    measured[name] = refused ? "refused" : number
    numbers[name] = number
  }
  const result = value(numbers)
  if (Number.isNaN(result)) return { at, measured, value: null, holds: null, missing: "no ratio of these numbers" }
  if (missing !== undefined) return { at, measured, value: null, holds: holds(result), missing }
  return { at, measured, value: result, holds: holds(result) }
}

interface Found {
  /** Infinite where there is none. */
  readonly number: number
  /** Why there is none. */
  readonly reason?: string
  readonly refused: boolean
}

function readingOf(term: Term, outcomes: Outcomes): Found {
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
