/** A thread of a validation: makes one run after another. Law: one task at a time; nothing is shared. */
import { parentPort } from "node:worker_threads"
import { failureOf } from "../threads/failure.ts"
import type { Answer } from "../threads/run-threads.ts"
import { measure, type Readings } from "./measure.ts"
import type { RunDefinition } from "./point.ts"

/** The only kind of task. */
export interface MeasureTask {
  readonly kind: "measure"
  readonly run: RunDefinition
}

export type MeasureResults = { readonly measure: Readings }

const answer = (message: Answer<Readings>): void => parentPort?.postMessage(message)

parentPort?.on("message", ({ run }: MeasureTask) => {
  measure(run, (share) => answer({ kind: "progress", share })).then(
    (result) => answer({ kind: "done", result }),
    (error: unknown) => answer({ kind: "failed", failure: failureOf(error) })
  )
})
