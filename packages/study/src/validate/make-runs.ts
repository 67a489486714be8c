/**
 * Makes the runs of a study or a validation on threads, each once.
 * Law: the outcome depends on the runs alone, not on how many threads there are or which of them was faster.
 */
import { availableParallelism } from "node:os"
import { RunFailed } from "../threads/failure.ts"
import { RunThreads, threadFile } from "../threads/run-threads.ts"
import type { Readings } from "./measure.ts"
import type { RunDefinition } from "./point.ts"
import { runKey } from "./run-key.ts"
import type { MeasureResults, MeasureTask } from "./run-thread.ts"

/** How a run ended. */
export type RunOutcome =
  | { readonly readings: Readings }
  | { readonly failed: { readonly kind: string; readonly message: string; readonly stack: string } }

/** Bad input is a failure of its run alone: what a mechanism refuses says nothing about the others. */
function failureOf(error: unknown): { readonly kind: string; readonly message: string; readonly stack: string } {
  if (error instanceof RunFailed) return { kind: error.kind, message: error.message, stack: error.stack ?? "" }
  if (error instanceof Error) return { kind: error.name, message: error.message, stack: error.stack ?? "" }
  return { kind: "Error", message: String(error), stack: "" }
}

export interface MakeOptions {
  /** Runs at once; default: one per processor of this computer. */
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Runs done, and all there are; `running` is what is under way. */
  readonly onProgress?: ((done: number, total: number, running: ReadonlyArray<RunDefinition>) => void) | undefined
}

/** Outcomes by `runKey`. Rejects with the signal's reason alone. */
export async function makeRuns(
  runs: ReadonlyArray<RunDefinition>,
  { onProgress, signal, threads: most = availableParallelism() }: MakeOptions = {}
): Promise<ReadonlyMap<string, RunOutcome>> {
  const distinct = new Map(runs.map((run) => [runKey(run), run] as const))
  const threads = new RunThreads<MeasureTask, MeasureResults>(threadFile("./run-thread", import.meta.url), {}, most)
  const stop = (): void => void threads.close()
  signal?.addEventListener("abort", stop, { once: true })
  const running = new Set<RunDefinition>()
  let done = 0
  const report = (): void => onProgress?.(done, distinct.size, [...running])
  const make = async (run: RunDefinition): Promise<RunOutcome> => {
    const onStart = (): void => {
      running.add(run)
      report()
    }
    try {
      return { readings: await threads.perform({ kind: "measure", run }, { onStart }) }
    } catch (error) {
      if (error instanceof RunFailed && error.kind === "Closed") throw error
      return { failed: failureOf(error) }
    } finally {
      running.delete(run)
      done++
      report()
    }
  }
  try {
    signal?.throwIfAborted()
    const made = [...distinct].map(async ([key, run]) => [key, await make(run)] as const)
    return new Map(await Promise.all(made))
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error
  } finally {
    signal?.removeEventListener("abort", stop)
    await threads.close()
  }
}
