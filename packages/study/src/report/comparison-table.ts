/**
 * The table of a comparison's results for a terminal of 120 columns.
 * Law: marks are explained under the table that has them, and refusals are listed with their reasons.
 */
import { type Comparison, type ComparisonRun, coreCounts, orderedRuns, type Refusal } from "../comparison.ts"
import { ASSUMED, HYPOTHETICAL, resultColumns } from "./result-columns.ts"
import { TERMINAL_WIDTH, textTable, wrapped } from "./text-table.ts"

/** Results by mechanism, policy and cores, then the refusals. */
export function comparisonTable(comparison: Comparison): string {
  const runs = orderedRuns(comparison)
  const groups = coreCounts(comparison).map((cores) =>
    runs.filter((run) => run.cores === cores).map((run) => resultColumns.map((column) => column.text(run, comparison)))
  )
  return [textTable(resultColumns, groups), ...notes(runs), ...refusals(comparison.refused)].join("\n")
}

function notes(runs: ReadonlyArray<ComparisonRun>): ReadonlyArray<string> {
  const lines: Array<string> = []
  if (runs.some((run) => run.hypothetical))
    lines.push(
      `${HYPOTHETICAL} hypothetical: the machine doesn't have this mechanism, or the recorded instructions are not the machine's.`
    )
  if (runs.some((run) => run.dependences === "assumed"))
    lines.push(`${ASSUMED} register dependences are assumed: the recording has no instruction bytes.`)
  return [...lines, ...machinesLine(runs)]
}

function machinesLine(runs: ReadonlyArray<ComparisonRun>): ReadonlyArray<string> {
  const machines = [...new Set(runs.map((run) => run.machine))]
  if (machines.length === 0) return []
  const parts = machines.map((machine) => {
    const mechanisms = [...new Set(runs.filter((run) => run.machine === machine).map((run) => run.mechanism))]
    return `${machine} (${mechanisms.join(", ")})`
  })
  return [wrapped(`Machines: ${parts.join(", ")}.`, TERMINAL_WIDTH, 0, 2)]
}

function refusals(refused: ReadonlyArray<Refusal>): ReadonlyArray<string> {
  if (refused.length === 0) return []
  const lines = refused.map(({ mechanism, exchange, reason }) =>
    wrapped(`${mechanism} · ${exchange}: ${reason}`, TERMINAL_WIDTH, 2, 4)
  )
  return ["Refused:", ...lines]
}
