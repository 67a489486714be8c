/**
 * What the user got wrong. Every boundary check collects all its issues and throws one InvalidInput.
 * Law: an issue says where, what was expected, what stood there, and what to do.
 */
import { distance } from "fastest-levenshtein"

/** One wrong value. */
export interface InputIssue {
  /** Where, dotted from the root of the input: `options.overrides.l2.ways`. */
  readonly path: string
  readonly expected: string
  readonly actual: string
  readonly remedy: string
}

/** Bad input with every issue found. Never a defect of the model, never a fault of the simulated machine. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput"
  readonly issues: ReadonlyArray<InputIssue>

  constructor(issues: ReadonlyArray<InputIssue>) {
    super(
      issues.map((each) => `${each.path}: expected ${each.expected}, found ${each.actual}. ${each.remedy}`).join("\n")
    )
    this.issues = issues
  }
}

/** Throw an InvalidInput if there is any issue. */
export function rejectIssues(issues: ReadonlyArray<InputIssue>): void {
  if (issues.length > 0) throw new InvalidInput(issues)
}

/** The candidates closest to `name` by edit distance, closest first, at most `most`; equally close ones by name. */
export function nearest(name: string, candidates: ReadonlyArray<string>, most = 3): Array<string> {
  const wanted = name.toLowerCase()
  return candidates
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate)
}

/** A wrong value as a message shows it. */
export function shown(value: unknown): string {
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === "object" && value !== null) return "an object"
  const text = typeof value === "string" ? JSON.stringify(value) : String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
