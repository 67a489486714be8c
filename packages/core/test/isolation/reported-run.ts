/**
 * A monitor fed by hand: a test says what threads report and when, and reads the rows that come of it.
 * Law: the monitor is the one that a run has; only the reports are written here.
 */
import { Monitor } from "@isolde/core/isolation/monitor"
import { type RegionDefinition, Regions } from "@isolde/core/isolation/regions"
import { Whole } from "@isolde/core/isolation/register-rights"
import { Report } from "@isolde/core/isolation/report-log"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { ProtectionUnit } from "@isolde/core/isolation/unit"
import { verdictNames } from "@isolde/core/isolation/verdict"
import { tableSchemas } from "@isolde/core/trace/table-schema"
import { TraceTable } from "@isolde/core/trace/trace-table"

const silent: ProtectionUnit = {
  copyChunk: 8,
  start: () => undefined,
  enter: () => undefined,
  leave: () => undefined,
  openBoth: () => undefined,
  grant: () => undefined,
  revoke: () => undefined,
  move: () => undefined,
  act: () => undefined,
  allows: () => Right.none
}

const Verbs = { revoke: 3, move: 4 } as const

/** Rows of a table, by the names of their columns. */
type NamedRow = Readonly<Record<string, number>>

export interface Ends {
  readonly exposure: number
  readonly transfers: ReadonlyArray<NamedRow>
  readonly violations: ReadonlyArray<Readonly<Record<string, number | string>>>
  readonly verdicts: Readonly<Record<string, number>>
  readonly windows: Monitor["windows"]
}

/** Domain 0 owns region 0 (100 bytes); nobody else has rights to it. One hardware thread per tile. */
export class ReportedRun {
  readonly monitor: Monitor
  readonly #rows = new Map<string, Array<NamedRow>>()

  constructor(
    options: {
      readonly regions?: ReadonlyArray<RegionDefinition>
      readonly copies?: (domain: number, region: number, right: Rights) => number
      readonly governs?: Rights
      readonly threads?: number
    } = {}
  ) {
    const { copies, governs = Right.readWrite, threads = 2 } = options
    const regions = new Regions(
      options.regions ?? [{ name: "object", kind: 2, owner: 0, worker: -1, extents: [[1, 0, 100]] }]
    )
    const table = (name: "transfers" | "rights" | "violations") =>
      new TraceTable(tableSchemas[name], {
        write: (schema, columns, count) => {
          const rows = this.#rows.get(name) ?? []
          this.#rows.set(name, rows)
          for (let row = 0; row < count; row++)
            rows.push(Object.fromEntries(schema.columns.map((column, at) => [column.name, columns[at]?.[row] ?? 0])))
        }
      })
    this.tables = { transfers: table("transfers"), rights: table("rights"), violations: table("violations") }
    this.monitor = new Monitor({
      regions,
      domains: 2,
      exchange: "borrow",
      unit: copies === undefined ? silent : { ...silent, copies },
      governed: { modes: governs, leaves: [1] },
      tables: this.tables,
      workerOf: Int32Array.from({ length: threads }, (_, thread) => thread),
      ownerOf: Int32Array.from({ length: threads }, (_, thread) => thread),
      threadsPerTile: 1,
      stores: 16,
      software: threads + 2,
      steady: true,
      settled: 20
    })
  }

  readonly tables: { readonly transfers: TraceTable; readonly rights: TraceTable; readonly violations: TraceTable }

  /** `thread` runs `software` in `domain`, and its registers hold `rights` to region 0. */
  state(tick: number, thread: number, domain: number, rights: Rights, software = thread, ended = false): this {
    const { log } = this.monitor
    const at = log.reserve(3)
    log.snapshots.set([0, 0, rights], at)
    log.add(tick, thread, Report.state, domain, at, 3, software, ended ? 1 : 0, Whole)
    return this
  }

  /** `domain` has `rights` to region 0 by policy. */
  intent(tick: number, thread: number, domain: number, rights: Rights): this {
    this.monitor.log.add(tick, thread, Report.intent, domain, 0, rights, thread)
    return this
  }

  /** The operation of `thread` that began at `issued` completes; `buffered`: a store of it has not drained. */
  completed(tick: number, thread: number, issued: number, buffered = false): this {
    this.monitor.log.add(tick, thread, Report.completed, Verbs.revoke, 0, 0, thread, issued, buffered ? 1 : 0)
    return this
  }

  add(tick: number, thread: number, kind: Report, ...facts: ReadonlyArray<number>): this {
    this.monitor.log.add(tick, thread, kind, ...facts)
    return this
  }

  /** A store or load of domain 0 is allowed. `row`: of a store that is judged again. */
  checked(tick: number, thread: number, right: Rights, row = -1, exempt = false): this {
    return this.add(tick, thread, Report.checked, 0, 0, right, exempt ? 1 : 0, row)
  }

  performed(tick: number, thread: number, right: Rights, row = -1): this {
    return this.add(tick, thread, Report.performed, 0, 0, right, 0, row)
  }

  ends(tick: number): Ends {
    const exposure = this.monitor.close(tick)
    for (const table of Object.values(this.tables)) table.close()
    const violations = (this.#rows.get("violations") ?? []).map(({ verdict = 0, ...row }) => ({
      ...row,
      verdict: verdictNames[verdict] ?? ""
    }))
    const { judge, windows } = this.monitor
    const verdicts = Object.fromEntries(verdictNames.map((name, at) => [name, judge.verdicts[at] ?? 0]))
    return { exposure, transfers: this.#rows.get("transfers") ?? [], violations, verdicts, windows }
  }
}
