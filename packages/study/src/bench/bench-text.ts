/** The benchmark as text: a table per part, each figure beside its baseline and their ratio. */
import { textTable } from "../report/text-table.ts"
import type { BenchOutcome } from "./bench.ts"
import { type Figures, type Part, parts } from "./figures.ts"

const units: Readonly<Record<Part, string>> = {
  engine: "million events/s",
  memory: "million simulated accesses/s; 1,500,000 of hit, 200,000 of the others, behind a warm-up with 100,000",
  recordings: "million simulated instructions/s",
  hooks: "million simulated accesses/s that hit, with the mechanism; baseline: without; loaded_N: MTE where N have run",
  traces: "tables_percent: % slower; accesses_rows: million rows/s"
}

const beside = ["_baseline", "_ratio", "_priority_queue", "_priority_queue_ratio"]

export function benchText(outcome: BenchOutcome): string {
  const measured = parts.filter((part) => Object.keys(outcome[part]).length > 0)
  const tables = measured.map((part) => `${part} (${units[part]})\n${tableOf(outcome[part])}`)
  const alone = outcome.alone === undefined ? [] : [`Figures stand alone: ${outcome.alone}.`]
  return [...tables, ...alone].join("\n\n")
}

function tableOf(figures: Figures): string {
  const names = Object.keys(figures).filter((name) => !beside.some((suffix) => name.endsWith(suffix)))
  const columns = beside.filter((suffix) => names.some((name) => `${name}${suffix}` in figures))
  return textTable(
    [
      { heading: ["figure"], align: "left" },
      ...["_median", ...columns].map((suffix) => ({
        heading: suffix
          .slice(1)
          .split(/_(?=ratio|queue)/)
          .map((line) => line.replaceAll("_", " ")),
        align: "right" as const
      }))
    ],
    [names.map((name) => [name, shown(figures[name]), ...columns.map((suffix) => shown(figures[`${name}${suffix}`]))])]
  )
}

const shown = (value: number | undefined): string => (value === undefined ? "" : value.toPrecision(3))
