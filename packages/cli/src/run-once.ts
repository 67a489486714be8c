/** One run and its `none`, out of a comparison of two. Law: a combination that is refused is bad input here. */
import type { CompareRequest, ComparisonOutcome, ComparisonRun } from "@isolde/study"
import { compareWithProgress, requireWhole } from "./comparison.ts"

/** Rejects with InvalidInput, InvalidRecording, TraceFailed, Incomplete. */
export async function runOnce(
  request: CompareRequest,
  trace: string | undefined,
  signal: AbortSignal
): Promise<{ readonly outcome: ComparisonOutcome; readonly run: ComparisonRun }> {
  const outcome = await compareWithProgress(request, {
    signal,
    rejectRefused: true,
    traceOf: (run) => (run.mechanism === request.mechanisms[0] ? trace : undefined)
  })
  requireWhole(outcome)
  return { outcome, run: outcome.runs.at(-1) as ComparisonRun }
}
