/**
 * What looking costs: a run whose gates and rights MPK keeps, with no table and with all tables but `accesses`; and one
 * without isolation, with every access in a row.
 * Law: the runs without tables and with them take turns in one process, behind some of each that warm up, and the first
 * of a pair is the second of the next: a full collection is of what several runs have left, and comes to whoever runs
 * when it is due. The runs of accesses come behind them, as what they make V8 compile anew would count against the next.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type MechanismInstance, simulate, tigerLake } from "@isolde/core"
import { type TableName, tableSchemas } from "@isolde/core/trace/table-schema"
import { mechanismByName } from "../compare/mechanism-by-name.ts"
import { median, type Sample } from "./figures.ts"
import { sharingWorkload } from "./recording-rate.ts"

/** Runs of each in a process that count, and those before them that don't. */
const TURNS = 5
const WARM_UP = 2
const all = Object.keys(tableSchemas) as ReadonlyArray<TableName>

/** `tables_percent`: how much more processor time all tables but `accesses` take; `accesses_rows`: million rows of it per second. */
export async function traceCosts(recording: string): Promise<Sample> {
  const workload = await sharingWorkload(recording)
  const folder = mkdtempSync(join(tmpdir(), "isolde-trace-"))
  const mpk = (await mechanismByName("mpk"))()
  const run = (mechanisms: ReadonlyArray<MechanismInstance>, tables?: ReadonlyArray<TableName>) => {
    const scenario = { machine: tigerLake({ cores: 1 }), mechanisms, workload }
    const start = performance.now()
    const before = process.cpuUsage()
    const { summary } = simulate(
      scenario,
      tables === undefined ? {} : { trace: join(folder, "run"), tables, sampleAccesses: 1 }
    )
    const { system, user } = process.cpuUsage(before)
    return { seconds: (performance.now() - start) / 1000, worked: system + user, rows: summary.simulatedAccesses }
  }
  try {
    const warm = <A>(turn: () => A): ReadonlyArray<A> => Array.from({ length: WARM_UP + TURNS }, turn).slice(WARM_UP)
    const other = all.filter((name) => name !== "accesses")
    const slower = warm(() => {
      const before = run([mpk]).worked
      const looked = run([mpk], other).worked + run([mpk], other).worked
      return (looked / (before + run([mpk]).worked) - 1) * 100
    })
    const rows = warm(() => {
      const accesses = run([], ["accesses"])
      return accesses.rows / accesses.seconds / 1e6
    })
    return { tables_percent: median(slower), accesses_rows: median(rows) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
