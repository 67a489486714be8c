/**
 * What the threads of a comparison are told.
 * Law: messages are plain data; every task is answered exactly once, by its result or by its failure.
 */
import type { Demand, Exchange } from "@isolde/core"
import type { ComparisonRun } from "../comparison.ts"
import type { PlannedRun } from "./plan.ts"

/** The same for all runs: given to a thread when it starts. */
export interface Setting {
  readonly recording: string
  readonly isolate: Readonly<Record<string, ReadonlyArray<string>>>
  readonly shared: ReadonlyArray<string>
  readonly seed: number
  readonly runAhead: boolean
}

/** A run to make, with the folder of its trace if it has one. */
export interface RunTask extends PlannedRun {
  readonly traceDir?: string | undefined
}

/** A finished run; how it compares with `none` is known only when all have finished. */
export type RunResult = Omit<ComparisonRun, "overheadPercent">

/** What the recording asks of a mechanism under a policy. */
export interface Inspection {
  readonly demand: Demand
  /** Names in the policy that change nothing, because only the kernel mapped them. */
  readonly withoutEffect: ReadonlyArray<string>
}

export type Task =
  | { readonly kind: "inspect"; readonly exchange: Exchange }
  | { readonly kind: "run"; readonly run: RunTask }

/** What each kind of task results in. */
export type Results = {
  readonly inspect: Inspection
  readonly run: RunResult
}
