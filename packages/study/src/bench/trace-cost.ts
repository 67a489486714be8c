/**
 * What looking costs: the same run with no table, with all tables but `accesses`, and with every access in a row.
 * Law: the runs without tables and with them take turns in one process, after one of each that warms up.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { simulate, tigerLake } from "@isolde/core"
import { type TableName, tableSchemas } from "@isolde/core/trace/table-schema"
import { median, type Sample } from "./figures.ts"
import { sharingWorkload } from "./recording-rate.ts"

/** Runs of each in a process. */
const TURNS = 2
const all = Object.keys(tableSchemas) as ReadonlyArray<TableName>

/** `tables_percent`: how much slower with all tables but `accesses`; `accesses_rows`: million rows of it per second. */
export async function traceCosts(recording: string): Promise<Sample> {
  const workload = await sharingWorkload(recording)
  const folder = mkdtempSync(join(tmpdir(), "isolde-trace-"))
  const run = (tables: ReadonlyArray<TableName> | undefined) => {
    const scenario = { machine: tigerLake({ cores: 1 }), mechanisms: [], workload }
    const start = performance.now()
    const { summary } = simulate(
      scenario,
      tables === undefined ? {} : { trace: join(folder, "run"), tables, sampleAccesses: 1 }
    )
    return { seconds: (performance.now() - start) / 1000, rows: summary.simulatedAccesses }
  }
  try {
    const turn = () => ({
      off: run(undefined),
      tables: run(all.filter((name) => name !== "accesses")),
      accesses: run(["accesses"])
    })
    turn()
    const turns = Array.from({ length: TURNS }, turn)
    return {
      tables_percent: median(turns.map(({ off, tables }) => (tables.seconds / off.seconds - 1) * 100)),
      accesses_rows: median(turns.map(({ accesses }) => accesses.rows / accesses.seconds / 1e6))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
