/** A machine's tables in a terminal. Law: every number that a figure shows stands there. */
import { siText } from "../number-text.ts"
import { type TextColumn, textTable } from "../report/text-table.ts"
import type { MachineStudy, ShownTable } from "./study-machine.ts"

export const machineText = ({ cores, clock, failed, machine, tables }: MachineStudy): string =>
  [
    `${machine}, ${cores} ${cores === 1 ? "core" : "cores"}, cycles of ${clock} GHz`,
    ...tables.map(tableText),
    ...failed.map((text) => `failed: ${text}`)
  ].join("\n\n")

/** A table with its title. */
export function tableText(table: ShownTable): string {
  const columns: ReadonlyArray<TextColumn> = [
    { heading: [table.xLabel], align: "right" },
    ...table.series.map(({ name }) => ({ heading: [name, table.unit], align: "right" as const }))
  ]
  const rows = table.x.map((x, i) => [
    xText(table, x),
    ...table.series.map(({ values }) => numberText(values[i] ?? null))
  ])
  return `${table.title}\n${textTable(columns, [rows])}`
}

/** A place on the x axis: bytes with binary prefixes, counts as they are. */
export const xText = ({ xText: kind }: Pick<ShownTable, "xText">, x: number): string => {
  if (kind === "count") return String(x)
  if (x >= 2 ** 30) return `${x / 2 ** 30} GB`
  if (x >= 1 << 20) return `${x / (1 << 20)} MB`
  return x >= 1024 ? `${x / 1024} KB` : `${x} B`
}

/** A number of a table; a dash where there is none. */
export const numberText = (value: number | null): string =>
  value === null ? "–" : Math.abs(value) < 100 && !Number.isInteger(value) ? value.toFixed(2) : siText(value)
