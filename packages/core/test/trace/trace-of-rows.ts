/** A small table with every type of column, names for it, and rows that follow from their number. */
import type { DictionaryNames } from "@isolde/core/trace/arrow/arrow-schema"
import { type TableSchema, type TraceColumn, traceColumn } from "@isolde/core/trace/table-schema"
import type { TraceSink } from "@isolde/core/trace/trace-table"

export const names: DictionaryNames = {
  owner: ["tile 0", "tile 1", "slice 0"],
  thread: ["t0", "t1"],
  domain: ["application", "crypto", "naïve ☂"],
  region: ["heap"],
  request: ["lap"],
  message: [],
  cause: ["application", "dram"],
  component: ["llc"],
  counter: ["misses"],
  operation: ["revoke"],
  verdict: ["leaked"],
  place: ["PKRU"],
  level: ["L1"]
}

/** Every type of column; `from` and `to` show the same names. */
export const allTypes: TableSchema = {
  name: "everything",
  meaning: "one column of each type",
  columns: [
    { name: "tick", type: "float64", unit: "tick", meaning: "when" },
    { name: "owner", type: "dictionary", unit: "name", meaning: "who", names: "owner" },
    { name: "from", type: "dictionary", unit: "name", meaning: "domain left", names: "domain" },
    { name: "to", type: "dictionary", unit: "name", meaning: "domain entered", names: "domain" },
    { name: "delta", type: "int32", unit: "line", meaning: "a signed number" },
    { name: "flag", type: "uint8", unit: "flag", meaning: "a small number" }
  ]
}

/** The values of row `row`, with -1 ("none") in `to` now and then. */
export const rowOf = (row: number): ReadonlyArray<number> => [
  2 ** 40 + row,
  row % 3,
  (row + 1) % 3,
  row % 5 === 4 ? -1 : row % 2,
  row % 2 === 0 ? -row : row,
  row % 256
]

/** The same row as a reader shows it. */
export const shownRow = (row: number): Record<string, unknown> => {
  const [tick, owner, from, to, delta, flag] = rowOf(row) as [number, number, number, number, number, number]
  return {
    tick,
    owner: names.owner[owner],
    from: names.domain[from],
    to: to === -1 ? null : names.domain[to],
    delta: delta === 0 ? 0 : delta,
    flag
  }
}

/** Rows `first` to `first + rows - 1` in columns with room for a few more. */
export const columnsOf = (first: number, rows: number): ReadonlyArray<TraceColumn> => {
  const columns = allTypes.columns.map(({ type }) => traceColumn(type, rows + 7))
  for (let row = 0; row < rows; row++)
    for (const [i, value] of rowOf(first + row).entries()) (columns[i] as TraceColumn)[row] = value
  return columns
}

/** Write rows `first` to `first + rows - 1`, then spoil the columns as their owner would by reusing them. */
export const writeRows = (sink: TraceSink, first: number, rows: number): void => {
  const columns = columnsOf(first, rows)
  sink.write(allTypes, columns, rows)
  for (const column of columns) column.fill(99)
}

/** Rows 0 to `rows - 1` as a reader shows them. */
export const shownRows = (rows: number): Array<Record<string, unknown>> =>
  Array.from({ length: rows }, (_, row) => shownRow(row))
