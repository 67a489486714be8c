/**
 * A thread of a comparison: loads the recording once, then simulates one whole run after another.
 * Law: one task at a time; nothing is shared with other threads.
 */
import { parentPort, workerData } from "node:worker_threads"
import { failureOf } from "../threads/failure.ts"
import type { Answer } from "../threads/run-threads.ts"
import { executeRun, workloadsOf } from "./execute-run.ts"
import type { Results, Setting, Task } from "./setting.ts"

const setting = workerData as Setting
const workloadOf = workloadsOf(setting)

const answer = (message: Answer<Results[keyof Results]>): void => parentPort?.postMessage(message)

async function perform(task: Task): Promise<Results[keyof Results]> {
  if (task.kind === "inspect") {
    const { demand, withoutEffect } = await workloadOf(task.exchange)
    return { demand, withoutEffect }
  }
  return executeRun(setting, workloadOf, task.run, (share) => answer({ kind: "progress", share }))
}

parentPort?.on("message", (task: Task) => {
  perform(task).then(
    (result) => answer({ kind: "done", result }),
    (error: unknown) => answer({ kind: "failed", failure: failureOf(error) })
  )
})
