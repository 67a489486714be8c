/** The tables of a run. Law: a table that nobody wants costs one comparison per row (law L6). */
import { type TableName, tableSchemas } from "../trace/table-schema.ts"
import { type TraceSink, TraceTable } from "../trace/trace-table.ts"

/** Tables that a run can write. */
export type Tables = { readonly [Name in TableName]: TraceTable }

/** Tables that are on when a trace is asked for: all of them. */
export const DEFAULT_TABLES = Object.keys(tableSchemas) as ReadonlyArray<TableName>

/** Every table, those of `wanted` with `sink` behind them. */
export function openTables(sink: TraceSink | undefined, wanted: ReadonlyArray<TableName>): Tables {
  const open = (name: TableName) => new TraceTable(tableSchemas[name], wanted.includes(name) ? sink : undefined)
  const names = Object.keys(tableSchemas) as Array<TableName>
  return Object.fromEntries(names.map((name) => [name, open(name)])) as unknown as Tables
}
