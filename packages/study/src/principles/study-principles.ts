/**
 * `isolde study principles`: makes the runs behind the claims and judges each.
 * Law: a run is made once, however many claims stand on it; a claim whose runs are missing is undecided.
 */
import { mechanismsByText } from "../compare/mechanisms-by-text.ts"
import { type MakeOptions, makeRuns, type RunOutcome } from "../validate/make-runs.ts"
import { runOf } from "../validate/run-key.ts"
import { type Claim, type ClaimCase, type JudgedCase, type JudgedClaim, verdictOf } from "./claim.ts"
import { allClaims } from "./claims/all-claims.ts"
import { instrumentationClaim } from "./claims/instrumentation.ts"
import { type MechanismRow, mechanismRow, termsOfRow } from "./mechanism-table.ts"
import { readingOf } from "./reading-of.ts"
import { type RecordedCost, type RecordedProgram, recordedCosts } from "./recorded-costs.ts"
import { variants as allVariants } from "./variants.ts"

export interface PrinciplesStudy {
  readonly claims: ReadonlyArray<JudgedClaim>
  readonly mechanisms: ReadonlyArray<MechanismRow & { readonly recorded: ReadonlyArray<RecordedCost> }>
  /** Runs that were made. */
  readonly runs: number
}

export interface StudyPrinciplesOptions extends MakeOptions {
  /** The program that overhead and exposure are measured on; without it there are none. */
  readonly program?: RecordedProgram | undefined
}

/** Rejects with InvalidInput for a variant that isn't there, and with the signal's reason. */
export async function studyPrinciples(
  { program, ...options }: StudyPrinciplesOptions = {},
  claims: ReadonlyArray<Claim> = allClaims,
  variants: ReadonlyArray<string> = allVariants
): Promise<PrinciplesStudy> {
  const instances = await Promise.all(variants.map(async (text) => [text, await mechanismsByText(text)] as const))
  const terms = [
    ...claims.flatMap(({ cases }) => cases.flatMap((each) => Object.values(each.terms))),
    ...instances.flatMap(([text, made]) => termsOfRow(text, made))
  ]
  const outcomes = await makeRuns(terms.map(runOf), options)
  const recorded = program === undefined ? undefined : await recordedCosts(program, variants, options)
  return {
    claims: [
      ...claims.map((claim) => judgedClaim(claim, outcomes)),
      ...["pac", "mte"].flatMap((name) => {
        const costs = recorded?.get(name)
        return costs === undefined ? [] : [instrumentationClaim(name, costs)]
      })
    ],
    mechanisms: instances.map(([text, made]) => ({
      ...mechanismRow(text, made, outcomes),
      recorded: recorded?.get(text) ?? []
    })),
    runs: outcomes.size
  }
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
