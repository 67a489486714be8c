/** A test's outcomes against its golden: one row of results. Law: the rule is the oracle; nothing seen becomes one. */
import { explore } from "./explore.ts"
import { prepare, type Subject } from "./observed-run.ts"

export interface LitmusRow {
  readonly test: string
  readonly family: string
  /** Package, and what is configured otherwise than by default. */
  readonly mechanism: string
  /** Outcomes that the explorer reached. */
  readonly outcomes: ReadonlyArray<string>
  /** Outcomes that the golden allows; those that must be reached end in "!". */
  readonly golden: ReadonlyArray<string>
  readonly schedules: number
  readonly bounded: boolean
  readonly status: "pass" | "fail"
  /** What makes it fail: outcomes reached and not allowed, and such as must be reached and were not. */
  readonly unexpected: ReadonlyArray<string>
  readonly missing: ReadonlyArray<string>
  readonly cites: string
}

/** Explore `subject` and judge it; with `hasty` until the first outcome that is not allowed. */
export function judge(subject: Subject, hasty = false): LitmusRow {
  const { golden, test } = subject
  const allowed = new Set([...golden.must, ...golden.may])
  const enough = (outcome: string): boolean => hasty && !allowed.has(outcome)
  const { bounded, outcomes, schedules } = explore(prepare(subject), test.bounds, enough)
  const seen = [...outcomes.keys()]
  const unexpected = seen.filter((outcome) => !allowed.has(outcome))
  const missing = golden.must.filter((outcome) => !outcomes.has(outcome))
  return {
    test: test.name,
    family: test.family,
    mechanism: nameOf(subject),
    outcomes: seen,
    golden: [...golden.must.map((outcome) => `${outcome}!`), ...golden.may],
    schedules,
    bounded,
    status: unexpected.length + missing.length === 0 && !bounded ? "pass" : "fail",
    unexpected,
    missing,
    cites: golden.cites
  }
}

/** The mechanisms of a subject as its row names them. */
export function nameOf({ golden, mechanisms }: Subject): string {
  const configured = golden.config === undefined ? "" : ` ${JSON.stringify(golden.config)}`
  const on = golden.machine === undefined ? "" : ` on ${golden.machine}`
  return `${mechanisms.map(({ name }) => name).join("+") || "none"}${configured}${on}`
}
