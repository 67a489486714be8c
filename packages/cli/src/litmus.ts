/**
 * Runs the litmus suite with the mechanisms that Isolde brings, on threads where there are many rows, and shows them.
 * Law: no row is left out silently; rows come in the order of the files.
 */
import { availableParallelism } from "node:os"
import { type LitmusRow, mutants, runSuite, subjectsOf } from "@isolde/litmus"
import { textTable } from "@isolde/study/report/text-table"
import { RunThreads, threadFile } from "@isolde/study/threads/run-threads"
import { type LitmusRequest, suiteOf } from "./litmus-suite.ts"
import type { RowResults, RowTask } from "./litmus-thread.ts"
import { ProgressLine } from "./progress-line.ts"

/** Rows for which starting threads takes longer than it saves. */
const FEW = 12

export interface ListedMutant {
  readonly name: string
  readonly breaks: string
  /** Tests that notice it, as test/mechanism. */
  readonly flips: ReadonlyArray<string>
}

/** Rejects with InvalidInput for an unknown mechanism, family or mutant. */
export async function litmusRows(request: LitmusRequest, signal: AbortSignal): Promise<ReadonlyArray<LitmusRow>> {
  const { options, tests } = await suiteOf(request)
  const subjects = subjectsOf(tests, options)
  const line = new ProgressLine()
  const show = (test: string, done: number): void => {
    signal.throwIfAborted()
    line.update("exploring litmus tests", `${done}/${subjects.length} · ${test}`)
  }
  try {
    if (subjects.length <= FEW) return runSuite(tests, { ...options, onRow: (row, done) => show(row.test, done) })
    return await onThreads(request, subjects.length, signal, show)
  } finally {
    line.end()
  }
}

async function onThreads(
  request: LitmusRequest,
  count: number,
  signal: AbortSignal,
  show: (test: string, done: number) => void
): Promise<ReadonlyArray<LitmusRow>> {
  const file = threadFile("./litmus-thread", import.meta.url)
  const threads = new RunThreads<RowTask, RowResults>(file, {}, Math.min(count, availableParallelism()))
  const stop = (): void => void threads.close()
  signal.addEventListener("abort", stop, { once: true })
  let done = 0
  try {
    const rows = Array.from({ length: count }, async (_, at) => {
      const row = await threads.perform({ kind: "row", request, at })
      show(row.test, ++done)
      return row
    })
    return await Promise.all(rows)
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener("abort", stop)
    await threads.close()
  }
}

export const listedMutants = (): ReadonlyArray<ListedMutant> =>
  mutants.map(({ breaks, flips, name }) => ({ name, breaks, flips }))

export const mutantsText = (listed: ReadonlyArray<ListedMutant>): string =>
  listed.map(({ breaks, flips, name }) => `${name}\n    ${breaks}\n    noticed by ${flips.join(", ")}`).join("\n")

/** A line per row, and below it what went wrong with those that fail. */
export function litmusText(rows: ReadonlyArray<LitmusRow>, mutant: string | undefined): string {
  const families = [...new Set(rows.map((row) => row.family))]
  const table = textTable(
    ["test", "mechanism", "schedules", "outcomes", "allowed", "status"].map((heading) => ({
      heading: [heading],
      align: heading === "test" || heading === "mechanism" || heading === "status" ? "left" : "right"
    })),
    families.map((family) => rows.filter((row) => row.family === family).map(cellsOf))
  )
  const failed = rows.filter((row) => row.status === "fail")
  const why = failed.flatMap((row) => [
    "",
    `${row.test} under ${row.mechanism} fails${row.bounded ? ": it has more schedules than its bound" : ""}`,
    ...row.unexpected.map((outcome) => `  found, not allowed:  ${outcome}`),
    ...row.missing.map((outcome) => `  not found, required: ${outcome}`),
    `  by ${row.cites}`
  ])
  const noticed = `${failed.length} of ${rows.length} tests ${mutant === undefined ? "fail" : `notice ${mutant}`}`
  return [table, ...why, "", noticed].join("\n")
}

const cellsOf = (row: LitmusRow): ReadonlyArray<string> => [
  `${row.family}/${row.test}`,
  row.mechanism,
  `${row.schedules}`,
  `${row.outcomes.length}`,
  `${row.golden.length}`,
  row.status
]
