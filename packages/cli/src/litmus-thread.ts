/** A thread of the litmus suite: explores one row after another. Law: one task at a time; nothing is shared. */
import { parentPort } from "node:worker_threads"
import { judge, type LitmusRow, subjectsOf } from "@isolde/litmus"
import { failureOf } from "@isolde/study/threads/failure"
import type { Answer } from "@isolde/study/threads/run-threads"
import { type LitmusRequest, suiteOf } from "./litmus-suite.ts"

/** The only kind of task: the row of subject `at` of what was asked for. */
export interface RowTask {
  readonly kind: "row"
  readonly request: LitmusRequest
  readonly at: number
}

export type RowResults = { readonly row: LitmusRow }

const answer = (message: Answer<LitmusRow>): void => parentPort?.postMessage(message)

type Asked = { readonly hasty: boolean; readonly subjects: ReturnType<typeof subjectsOf> }

/** What was asked for last, read and parsed once: every task of a command asks for the same. */
let last: { readonly request: string; readonly asked: Promise<Asked> } | undefined

async function subjectsFor(request: LitmusRequest): Promise<Asked> {
  const { options, tests } = await suiteOf(request)
  return { hasty: options.hasty === true, subjects: subjectsOf(tests, options) }
}

async function explored({ at, request }: RowTask): Promise<LitmusRow> {
  const key = JSON.stringify(request)
  if (last?.request !== key) last = { request: key, asked: subjectsFor(request) }
  const { hasty, subjects } = await last.asked
  return judge(subjects[at] as Asked["subjects"][number], hasty)
}

parentPort?.on("message", (task: RowTask) => {
  explored(task).then(
    (result) => answer({ kind: "done", result }),
    (error: unknown) => answer({ kind: "failed", failure: failureOf(error) })
  )
})
