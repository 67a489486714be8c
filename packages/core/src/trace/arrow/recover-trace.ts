/**
 * Reads what an interrupted run has left: files that still have their temporary names and no footer.
 * Law L7: every batch that had been written is there; a torn last one is dropped and its bytes are counted.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { MessageReader, type Table, tableFromIPC } from "apache-arrow"
import { tableFile } from "./arrow-folder.ts"
import { InvalidTrace } from "./invalid-trace.ts"
import { missingTable, traceEntries } from "./open-trace.ts"
import { PART } from "./part-file.ts"

/** A table of an interrupted run. */
export interface RecoveredTable {
  readonly table: Table
  /** Bytes behind the last whole batch. */
  readonly tornBytes: number
}

/** The trace of an interrupted run. */
export interface RecoveredTrace {
  readonly path: string
  /** The tables that there is something of, in alphabetical order. */
  readonly tables: ReadonlyArray<string>
  /** What there is of a table, read now. Throws InvalidTrace. */
  table(name: string): RecoveredTable
}

/** "ARROW1" and two bytes of padding: what an Arrow IPC file has before the stream. */
const MAGIC_BYTES = 8
/** Marks a message of the stream; its metadata's length follows. */
const CONTINUATION = -1
const PREFIX_BYTES = 8

/** Open the folder of an interrupted run. Throws InvalidTrace if there is no such folder or nothing in it. */
export function recoverTrace(path: string): RecoveredTrace {
  const names = traceEntries(path)
    .filter((name) => name.endsWith(tableFile("")) || name.endsWith(tableFile("") + PART))
    .map((name) => name.replace(/\.arrow(\.part)?$/, ""))
  const tables = [...new Set(names)]
  if (tables.length === 0) {
    const remedy = "Give the folder of the interrupted run."
    throw new InvalidTrace({ path, expected: "tables of an interrupted run", actual: "none", remedy })
  }
  return {
    path,
    tables,
    table(name) {
      if (!tables.includes(name)) throw missingTable(path, name, tables)
      const file = join(path, tableFile(name))
      return recoverTable(existsSync(file + PART) ? file + PART : file)
    }
  }
}

function recoverTable(file: string): RecoveredTable {
  const bytes = readFileSync(file)
  const { end, whole } = endOfLastMessage(bytes)
  if (end === MAGIC_BYTES) {
    const remedy = "The run was interrupted before it began; start it again."
    throw new InvalidTrace({ path: file, expected: "a schema", actual: `${bytes.length} bytes`, remedy })
  }
  return { table: tableFromIPC(bytes.subarray(MAGIC_BYTES, end)), tornBytes: whole ? 0 : bytes.length - end }
}

/** Where the last whole message of the stream ends, and whether the stream says itself that it ends there. */
function endOfLastMessage(bytes: Buffer): { readonly end: number; readonly whole: boolean } {
  let end = MAGIC_BYTES
  while (end + PREFIX_BYTES <= bytes.length && bytes.readInt32LE(end) === CONTINUATION) {
    const metadata = bytes.readInt32LE(end + 4)
    if (metadata === 0) return { end, whole: true }
    const body = end + PREFIX_BYTES + metadata
    if (body > bytes.length) break
    const length = new MessageReader(bytes.subarray(end, body)).readMessage()?.bodyLength ?? 0
    if (body + length > bytes.length) break
    end = body + length
  }
  return { end, whole: false }
}
