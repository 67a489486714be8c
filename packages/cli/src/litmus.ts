/** Runs the litmus suite with the mechanisms that Isolde brings, and shows its rows. Law: no row is left out silently. */
import {
  concerned,
  type LitmusRow,
  type MechanismValue,
  mutantByName,
  mutants,
  runSuite,
  shippedTests
} from "@isolde/litmus"
import { mechanismByName, mechanismNames } from "@isolde/study"
import { textTable } from "@isolde/study/report/text-table"
import { ProgressLine } from "./progress-line.ts"

export interface LitmusRequest {
  readonly mechanism: string | undefined
  readonly family: string | undefined
  readonly mutant: string | undefined
}

export interface ListedMutant {
  readonly name: string
  readonly breaks: string
  /** Tests that notice it, as test/mechanism. */
  readonly flips: ReadonlyArray<string>
}

/** Rejects with InvalidInput for an unknown mechanism, family or mutant. */
export async function litmusRows(request: LitmusRequest, signal: AbortSignal): Promise<ReadonlyArray<LitmusRow>> {
  const mutant = request.mutant === undefined ? undefined : mutantByName(request.mutant)
  const loaded = await Promise.all(mechanismNames.map((name) => mechanismByName(name)))
  const wanted = mutant === undefined ? undefined : concerned(mutant)
  const line = new ProgressLine()
  try {
    return runSuite(shippedTests(), {
      ...request,
      mechanisms: loaded as ReadonlyArray<unknown> as ReadonlyArray<MechanismValue>,
      mutant,
      concerns: wanted,
      hasty: mutant !== undefined,
      onRow: (row, done, total) => {
        signal.throwIfAborted()
        line.update("exploring litmus tests", `${done}/${total} · ${row.test}`)
      }
    })
  } finally {
    line.end()
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
