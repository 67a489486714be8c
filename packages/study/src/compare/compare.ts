/**
 * Compares mechanisms on a recorded program: plans the runs, has threads make them, and puts the rows together.
 * Law: the result depends on the request alone, not on how many threads there are or which of them was faster.
 */
import { join } from "node:path"
import type { Exchange, InputIssue, MechanismInstance } from "@isolde/core"
import { rejectIssues } from "@isolde/core/invalid-input"
import { BASELINE, type Comparison, type ComparisonRun, type Refusal } from "../comparison.ts"
import { RunFailed } from "../threads/failure.ts"
import { RunThreads, threadFile } from "../threads/run-threads.ts"
import { mechanismsByText } from "./mechanisms-by-text.ts"
import { type Plan, type PlannedRun, planRuns } from "./plan.ts"
import { type CompareRequest, checkRequest, isExchange } from "./request.ts"
import type { Results, RunResult, RunTask, Setting, Task } from "./setting.ts"

/** A run that ended in a defect of Isolde, or was given up. */
export interface FailedRun {
  readonly run: PlannedRun
  /** Name of the error: ModelDefect, Exhausted, or what the thread died of. */
  readonly kind: string
  readonly message: string
  readonly stack: string
}

/** A comparison, and what is missing from it. */
export interface ComparisonOutcome extends Comparison {
  readonly failed: ReadonlyArray<FailedRun>
  /** Names in the policy that change nothing, because only the kernel mapped them: they run in the application. */
  readonly withoutEffect: ReadonlyArray<string>
}

/** Where a comparison is. */
export interface CompareProgress {
  readonly done: number
  readonly total: number
  /** The runs under way, and the share of each that is done, 0 to 1. */
  readonly running: ReadonlyArray<{ readonly run: PlannedRun; readonly share: number }>
}

export interface CompareOptions {
  readonly onProgress?: ((progress: CompareProgress) => void) | undefined
  /** Stops the threads; traces under way keep their temporary names. */
  readonly signal?: AbortSignal | undefined
  /** Reject with InvalidInput, before anything runs, what a mechanism refuses; default: list it. */
  readonly rejectRefused?: boolean | undefined
  /** Folder of a run's trace, if it shall have one; default: its own folder below the request's `out`. */
  readonly traceOf?: ((run: PlannedRun) => string | undefined) | undefined
}

/** Rejects with InvalidInput, InvalidRecording or TraceFailed, or with the signal's reason. */
export async function compare(request: CompareRequest, options: CompareOptions = {}): Promise<ComparisonOutcome> {
  const checked = checkRequest(request)
  const mechanisms = await instancesOf(checked.mechanisms)
  const { isolate, out, recording, runAhead = true, seed, shared } = checked
  const setting: Setting = { recording, isolate, shared, seed, runAhead }
  const threads = new RunThreads<Task, Results>(
    threadFile("./run-thread", import.meta.url),
    setting,
    checked.threads ?? 1
  )
  const stop = (): void => void threads.close()
  options.signal?.addEventListener("abort", stop, { once: true })
  try {
    options.signal?.throwIfAborted()
    const inspections = await inspect(threads, checked.exchange.filter(isExchange))
    const demands = new Map(inspections.map(([exchange, { demand }]) => [exchange, demand]))
    const plan = planRuns({ mechanisms, demands, cores: checked.cores, machine: checked.machine })
    if (options.rejectRefused === true) rejectIssues(plan.refused.map(issueOf))
    const traceOf = options.traceOf ?? ((run) => (out === undefined ? undefined : join(out, run.folder)))
    const made = await makeRuns(threads, plan, traceOf, options.onProgress)
    return { ...made, withoutEffect: inspections[0]?.[1].withoutEffect ?? [] }
  } catch (error) {
    throw options.signal?.aborted === true ? options.signal.reason : error
  } finally {
    options.signal?.removeEventListener("abort", stop)
    await threads.close()
  }
}

const issueOf = ({ exchange, mechanism, reason }: Refusal): InputIssue => ({
  path: "exchange",
  expected: `a policy that ${mechanism} can express`,
  actual: `"${exchange}": ${reason}`,
  remedy: "Choose another exchange policy or another mechanism."
})

async function instancesOf(
  names: ReadonlyArray<string>
): Promise<Array<readonly [string, ReadonlyArray<MechanismInstance>]>> {
  const wanted = names.map((name, at) => ({ name, at })).filter(({ name }) => name !== BASELINE)
  return Promise.all(
    wanted.map(async ({ at, name }) => [name, await mechanismsByText(name, `mechanisms[${at}]`)] as const)
  )
}

const inspect = (threads: RunThreads<Task, Results>, exchanges: ReadonlyArray<Exchange>) =>
  Promise.all(
    exchanges.map(async (exchange) => [exchange, await threads.perform({ kind: "inspect", exchange })] as const)
  )

async function makeRuns(
  threads: RunThreads<Task, Results>,
  plan: Plan,
  traceOf: (run: PlannedRun) => string | undefined,
  onProgress: CompareOptions["onProgress"]
): Promise<Omit<ComparisonOutcome, "withoutEffect">> {
  const running = new Map<PlannedRun, number>()
  let done = 0
  const report = (): void =>
    onProgress?.({ done, total: plan.runs.length, running: [...running].map(([run, share]) => ({ run, share })) })
  const watch = (run: PlannedRun) => {
    const onProgressOf = (share: number): void => {
      running.set(run, share)
      report()
    }
    return { onStart: () => onProgressOf(0), onProgress: onProgressOf }
  }
  const make = async (run: PlannedRun): Promise<RunResult | FailedRun> => {
    const task: RunTask = { ...run, traceDir: traceOf(run) }
    try {
      return await threads.perform({ kind: "run", run: task }, watch(run))
    } catch (error) {
      if (!(error instanceof RunFailed) || error.kind === "Closed") throw error
      return { run, kind: error.kind, message: error.message, stack: error.stack ?? "" }
    } finally {
      running.delete(run)
      done++
      report()
    }
  }
  // The longest first, so that no thread is left with one at the end.
  const longestFirst = [...plan.runs].sort((a, b) => b.cores - a.cores)
  const outcomes = new Map(await Promise.all(longestFirst.map(async (run) => [run, await make(run)] as const)))
  const inOrder = plan.runs.map((run) => outcomes.get(run) as RunResult | FailedRun)
  const runs = withOverhead(inOrder.filter(isFinished))
  return { runs, refused: plan.refused, failed: inOrder.filter(isFailed) }
}

/** What `--json` prints: the comparison, and the failed runs if there are any. */
export const comparisonJson = ({ failed, refused, runs }: ComparisonOutcome) => ({
  runs,
  refused,
  ...(failed.length === 0 ? {} : { failed })
})

const isFailed = (outcome: RunResult | FailedRun): outcome is FailedRun => "run" in outcome
const isFinished = (outcome: RunResult | FailedRun): outcome is RunResult => !isFailed(outcome)

/** A run whose `none` has failed has no overhead: NaN, which JSON shows as null. */
function withOverhead(results: ReadonlyArray<RunResult>): ReadonlyArray<ComparisonRun> {
  return results.map((result) => {
    const baseline = results.find(
      ({ cores, machine, mechanism }) => mechanism === BASELINE && machine === result.machine && cores === result.cores
    )
    const overheadPercent = baseline === undefined ? Number.NaN : (result.cycles / baseline.cycles - 1) * 100
    const { mechanism, exchange, cores, machine, hypothetical, cycles, instructions, addedInstructions, ...rest } =
      result
    const first = { mechanism, exchange, cores, machine, hypothetical, cycles, instructions, addedInstructions }
    return { ...first, overheadPercent, ...rest }
  })
}
