/**
 * Opens the trace of a finished run. Nothing is read but run.json until a table is asked for.
 * Law: a folder is a whole trace if and only if it has a run.json, which is written last.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { type Table, tableFromIPC } from "apache-arrow"
import { RUN_FILE, type RunRecord, tableFile } from "./arrow-folder.ts"
import { InvalidTrace } from "./invalid-trace.ts"
import { PART } from "./part-file.ts"

/** A trace to read. */
export interface Trace {
  readonly path: string
  /** What run.json says. */
  readonly run: RunRecord
  /** The tables that the trace has, in alphabetical order. */
  readonly tables: ReadonlyArray<string>
  /** One table, read when first asked for. Throws InvalidTrace. */
  table(name: string): Table
}

/** Open the folder of a finished run. Throws InvalidTrace if it is missing, unfinished, or something else. */
export function openTrace(path: string): Trace {
  const entries = traceEntries(path)
  const run = readRun(path, entries)
  const tables = entries.filter((name) => name.endsWith(".arrow")).map((name) => name.slice(0, -".arrow".length))
  const read = new Map<string, Table>()
  return {
    path,
    run,
    tables,
    table(name) {
      const known = read.get(name)
      if (known !== undefined) return known
      const file = join(path, tableFile(name))
      if (!existsSync(file)) throw missingTable(path, name, tables)
      const table = readTable(file)
      read.set(name, table)
      return table
    }
  }
}

/** The names in a trace's folder, sorted. */
export function traceEntries(path: string): Array<string> {
  const expected = "the folder of a trace"
  if (!existsSync(path)) {
    const remedy = "Give the folder that the run's `traceDir` names."
    throw new InvalidTrace({ path, expected, actual: "nothing", remedy })
  }
  if (!statSync(path).isDirectory()) {
    const remedy = "Give the folder that the file is in."
    throw new InvalidTrace({ path, expected, actual: "a file", remedy })
  }
  return readdirSync(path).sort()
}

/** The error for a table that isn't there. */
export function missingTable(path: string, name: string, tables: ReadonlyArray<string>): InvalidTrace {
  return new InvalidTrace({
    path,
    expected: `a table "${name}"`,
    actual: tables.length === 0 ? "no table" : `the tables ${tables.join(", ")}`,
    remedy: "Ask for one of the tables that the trace has."
  })
}

function readRun(path: string, entries: ReadonlyArray<string>): RunRecord {
  if (!entries.includes(RUN_FILE)) {
    const parts = entries.filter((name) => name.endsWith(PART)).length
    const actual = parts > 0 ? `an unfinished trace (${parts} files end in ${PART})` : `no ${RUN_FILE}`
    const remedy =
      parts > 0
        ? "Wait until the run ends, or read what an interrupted run has left with recoverTrace."
        : "Give the folder of one run; a comparison has one folder per run."
    throw new InvalidTrace({ path, expected: "the trace of a finished run", actual, remedy })
  }
  const file = join(path, RUN_FILE)
  try {
    return JSON.parse(readFileSync(file, "utf8")) as RunRecord
  } catch (cause) {
    const actual = cause instanceof Error ? cause.message : String(cause)
    throw new InvalidTrace({ path: file, expected: "JSON", actual, remedy: "Run the simulation again." })
  }
}

/** What an Arrow IPC file begins and ends with. */
const MAGIC = "ARROW1"

function readTable(file: string): Table {
  const refuse = (actual: string): InvalidTrace =>
    new InvalidTrace({ path: file, expected: "an Arrow IPC file", actual, remedy: "Run the simulation again." })
  const bytes = readFileSync(file)
  // Without this, apache-arrow takes a torn file for an empty stream.
  if (
    ![bytes.subarray(0, MAGIC.length), bytes.subarray(-MAGIC.length)].every((end) => end.toString("latin1") === MAGIC)
  )
    throw refuse(`${bytes.length} bytes of something else`)
  try {
    return tableFromIPC(bytes)
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause))
  }
}
