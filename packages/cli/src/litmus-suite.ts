/** What `isolde litmus` is asked for, as a suite: tests, and which rows of them. Law: the same request is the same rows. */
import {
  concerned,
  type LitmusTest,
  type MechanismValue,
  mutantByName,
  type SuiteOptions,
  shippedTests
} from "@isolde/litmus"
import { mechanismByName, mechanismNames } from "@isolde/study"

export interface LitmusRequest {
  readonly mechanism: string | undefined
  readonly family: string | undefined
  readonly mutant: string | undefined
}

/** Rejects with InvalidInput for an unknown mutant. */
export async function suiteOf(
  request: LitmusRequest
): Promise<{ readonly tests: ReadonlyArray<LitmusTest>; readonly options: SuiteOptions }> {
  const mutant = request.mutant === undefined ? undefined : mutantByName(request.mutant)
  const loaded = await Promise.all(mechanismNames.map((name) => mechanismByName(name)))
  const options: SuiteOptions = {
    mechanism: request.mechanism,
    family: request.family,
    mechanisms: loaded as ReadonlyArray<unknown> as ReadonlyArray<MechanismValue>,
    mutant,
    concerns: mutant === undefined ? undefined : concerned(mutant),
    hasty: mutant !== undefined
  }
  return { tests: shippedTests(), options }
}
