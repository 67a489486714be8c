/**
 * Writes a run's trace: a folder with one Arrow IPC file per table, in record batches while the run goes on, and
 * run.json. Laws L2, L7: Arrow files contain nothing but what the run determines; every file has a temporary name
 * until all are complete; run.json comes last, so a folder that has one is a whole trace.
 */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { ModelDefect } from "../../kernel/model-defect.ts"
import { type TableSchema, tableSchemas, traceColumn } from "../table-schema.ts"
import type { TraceSink } from "../trace-table.ts"
import { ArrowFile } from "./arrow-file.ts"
import { type ArrowSchema, arrowSchema, type DictionaryNames } from "./arrow-schema.ts"
import { PartFile } from "./part-file.ts"
import { recordBatch } from "./record-batch.ts"
import { writing } from "./trace-failed.ts"

/** The file of a trace that says which run it was; the only one with versions, times and paths. */
export const RUN_FILE = "run.json"

/** The name of a table's file. */
export const tableFile = (table: string): string => `${table}.arrow`

/** What run.json says: any JSON object. */
export type RunRecord = Readonly<Record<string, unknown>>

/** A trace being written. */
export interface ArrowFolder extends TraceSink {
  /** The folder. */
  readonly path: string
  /** Complete every file, give it its final name, and write run.json. A trace of the same name is replaced here. */
  close(run: RunRecord): void
  /** Stop here: files keep their temporary names and can be read with `recoverTrace`. Never throws. */
  abandon(): void
}

interface OpenTable {
  readonly table: TableSchema
  readonly file: PartFile
  readonly arrow: ArrowFile
  schema?: ArrowSchema
}

/**
 * Start to write a trace into the folder `path`, which is made if it isn't there. The names that dictionary columns
 * show may come as a function: it is called once, before the first batch. Throws TraceFailed, here and in every
 * operation of the result but `abandon`.
 */
export function arrowFolder(
  path: string,
  names: DictionaryNames | (() => DictionaryNames),
  tables: ReadonlyArray<TableSchema> = Object.values(tableSchemas)
): ArrowFolder {
  writing(path, () => mkdirSync(path, { recursive: true }))
  const open = new Map<string, OpenTable>()
  const abandon = (): void => {
    for (const { file } of open.values()) {
      try {
        file.close()
      } catch {
        // The descriptor is gone either way.
      }
    }
  }
  try {
    for (const table of tables) {
      const file = new PartFile(join(path, tableFile(table.name)))
      open.set(table.name, { table, file, arrow: new ArrowFile(file) })
    }
  } catch (failure) {
    abandon()
    throw failure
  }

  let begun = false
  const begin = (): void => {
    if (begun) return
    begun = true
    const given = typeof names === "function" ? names() : names
    for (const each of open.values()) {
      each.schema = arrowSchema(each.table, given)
      each.arrow.begin(
        recordBatch(
          each.schema,
          each.table.columns.map(({ type }) => traceColumn(type, 0)),
          0
        )
      )
    }
  }

  return {
    path,
    write(table, columns, rows) {
      begin()
      const target = open.get(table.name)
      if (target?.schema === undefined) throw new ModelDefect("TR3", `no file is open for table ${table.name}`)
      target.arrow.write(recordBatch(target.schema, columns, rows))
    },
    close(run) {
      begin()
      const files = [...open.values()].map(({ file }) => file)
      for (const { arrow } of open.values()) arrow.close()
      for (const file of files) file.close()
      const record = new PartFile(join(path, RUN_FILE))
      record.write(new TextEncoder().encode(`${JSON.stringify(run, undefined, 2)}\n`))
      record.close()
      // From here until the end the folder has no run.json: it doesn't claim to be a whole trace.
      record.clear()
      for (const file of files) file.clear()
      for (const file of files) file.publish()
      record.publish()
    },
    abandon
  }
}
