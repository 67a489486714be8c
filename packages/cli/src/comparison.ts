/** What `compare`, `run` and `start` share: a comparison with its progress on stderr, and the runs that failed. */
import { type CompareOptions, type CompareRequest, type ComparisonOutcome, compare } from "@isolde/study"
import { Incomplete } from "./exit-code.ts"
import { remark } from "./output.ts"
import { ProgressLine, showComparison } from "./progress-line.ts"

/** Rejects with InvalidInput, InvalidRecording, TraceFailed. */
export async function compareWithProgress(
  request: CompareRequest,
  options: Omit<CompareOptions, "onProgress">
): Promise<ComparisonOutcome> {
  const line = new ProgressLine()
  try {
    const outcome = await compare(request, { ...options, onProgress: (progress) => showComparison(line, progress) })
    line.end()
    for (const name of outcome.withoutEffect)
      remark(`isolde: ${name} was mapped by the kernel, not by a system call; it runs in the application all the same`)
    return outcome
  } finally {
    line.end()
  }
}

/** Tell of every run that failed; throws Incomplete if there is one. Results of the others have been printed. */
export function requireWhole({ failed }: ComparisonOutcome): void {
  for (const { kind, message, run, stack } of failed) {
    remark(`isolde: ${run.mechanism} with exchange ${run.exchange} on ${run.cores} of ${run.machine} failed: ${kind}`)
    remark(kind === "Exhausted" ? message : stack)
  }
  if (failed.length > 0) throw new Incomplete(`${failed.length} runs failed`)
}
