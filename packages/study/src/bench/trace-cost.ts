/**
 * What looking costs: the same run with no table, with all tables but `accesses`, and with every access in a row.
 * Law: the run without tables and the run with them take turns in one process, after one that warms up.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { simulate, tigerLake } from "@isolde/core"
import { type TableName, tableSchemas } from "@isolde/core/trace/table-schema"
import { median, type Sample } from "./figures.ts"
import { sharingWorkload } from "./recording-rate.ts"

const PAIRS = 3
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
    run(undefined)
    const slower: Array<number> = []
    const rows: Array<number> = []
    for (let pair = 0; pair < PAIRS; pair++) {
      const off = run(undefined)
      const tables = run(all.filter((name) => name !== "accesses"))
      const accesses = run(["accesses"])
      slower.push((tables.seconds / off.seconds - 1) * 100)
      rows.push(accesses.rows / accesses.seconds / 1e6)
    }
    return { tables_percent: median(slower), accesses_rows: median(rows) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
