/**
 * A claim of the field as a predicate: what is measured, at which values of the constants it depends on, and when it
 * holds. Law: a claim knows nothing of how it turns out; refuted is a result like confirmed.
 */
import type { Term } from "../validate/point.ts"

/** The claim at one choice of the constants it depends on. */
export interface ClaimCase {
  /** The constants and parameters of this case, for the reader. */
  readonly at: Readonly<Record<string, string | number>>
  /** What is measured, by the names that `holds` uses. */
  readonly terms: Readonly<Record<string, Term>>
  /**
   * A mechanism that refuses one of these is what the claim is about: the term's value is then infinite. Default: none
   * may refuse, and a refusal leaves the case open.
   */
  readonly refusalCounts?: boolean
  /** The number that is held against the threshold. */
  readonly value: (measured: Readonly<Record<string, number>>) => number
  readonly holds: (value: number) => boolean
}

export interface Claim {
  /** Letters and hyphens. */
  readonly id: string
  readonly text: string
  /** Where the field says so. */
  readonly source: string
  /** The predicate in words, with its number and unit. */
  readonly threshold: string
  readonly cases: ReadonlyArray<ClaimCase>
}

/** `undecided`: the constants' ranges leave room for both, or a run behind a case is missing. */
export type ClaimVerdict = "confirmed" | "refuted" | "undecided"

/** A case with what its runs came to. */
export interface JudgedCase {
  readonly at: ClaimCase["at"]
  readonly measured: Readonly<Record<string, number | "refused">>
  /** null where a run is missing or refused. */
  readonly value: number | null
  readonly holds: boolean | null
  /** Why a run is missing, or refused. */
  readonly missing?: string
}

export interface JudgedClaim {
  readonly id: string
  readonly text: string
  readonly source: string
  readonly threshold: string
  readonly verdict: ClaimVerdict
  readonly cases: ReadonlyArray<JudgedCase>
}

/** What the cases of a claim say together. */
export function verdictOf(cases: ReadonlyArray<JudgedCase>): ClaimVerdict {
  if (cases.length === 0 || cases.some(({ holds }) => holds === null)) return "undecided"
  if (cases.every(({ holds }) => holds === true)) return "confirmed"
  return cases.every(({ holds }) => holds === false) ? "refuted" : "undecided"
}
