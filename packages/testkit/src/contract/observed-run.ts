/**
 * A run with everything it reports: rows of its tables, faults, and what every hardware thread would be allowed
 * at each completion of a rights operation. Law: observing changes nothing in the run.
 */
import { type OperationScript, Verb } from "@isolde/core/isolation/operation-script"
import { Right } from "@isolde/core/isolation/rights"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { namesOf } from "@isolde/core/scenario/names"
import { advance } from "@isolde/core/scenario/run"
import { Scenario, type ScenarioInput } from "@isolde/core/scenario/scenario"
import type { Summary } from "@isolde/core/scenario/summary"
import { System } from "@isolde/core/scenario/system"
import type { ThreadPlan, Workload } from "@isolde/core/scenario/workload"
import { type TableName, tableSchemas } from "@isolde/core/trace/table-schema"
import type { TraceSink } from "@isolde/core/trace/trace-table"
import { type Reporting, reporting } from "./reports-of.ts"

/** Rows of one table: values in the order of its schema. */
export type Rows = ReadonlyArray<ReadonlyArray<number>>

/** What one hardware thread would be allowed, at the completion of a rights operation. */
export interface ThreadState {
  readonly thread: number
  readonly domain: number
  /** It is on its way through a gate, or has both domains open for copies: its rights are neither domain's. */
  readonly between: boolean
  readonly allows: number
}

/** A rights operation as it completed. */
export interface Completion {
  readonly verb: number
  readonly issuer: number
  readonly region: number
  readonly issued: number
  readonly completed: number
  /** Its issuer has begun to change rights to the region again, and goes by what they will be. */
  readonly superseded: boolean
  readonly states: ReadonlyArray<ThreadState>
}

/** An access that faulted. */
export interface Fault {
  readonly thread: number
  readonly page: number
  readonly offset: number
  readonly store: boolean
  readonly tick: number
  /** It took effect and is reported later. */
  readonly late: boolean
}

/** An operation that its domain may not do (RO1). */
export interface Refusal {
  readonly thread: number
  readonly domain: number
  readonly region: number
  readonly tick: number
}

export interface ObservedRun extends Reporting {
  readonly summary: Summary
  readonly rows: Readonly<Record<TableName, Rows>>
  readonly completions: ReadonlyArray<Completion>
  readonly faults: ReadonlyArray<Fault>
  readonly refusals: ReadonlyArray<Refusal>
}

const observed: ReadonlyArray<TableName> = [
  "crossings",
  "transfers",
  "rights",
  "violations",
  "shootdowns",
  "messages",
  "accesses",
  "accounting",
  "counters"
]

const MOST_EVENTS = 4_000_000

/** Run a scenario to its end with every table on. Throws what the run throws. */
export function observe(input: ScenarioInput): ObservedRun {
  const rows = Object.fromEntries(observed.map((name) => [name, []])) as unknown as Record<
    TableName,
    Array<ReadonlyArray<number>>
  >
  let plans: ReadonlyArray<ThreadPlan> = []
  const workload = withPlans(input.workload, (made) => {
    plans = made
  })
  const sink: TraceSink = {
    write: ({ name }, columns, count) => {
      const table = rows[name as TableName]
      for (let row = 0; row < count; row++) table.push(columns.map((column) => column[row] as number))
    }
  }
  const scenario = Scenario.make({ maxEvents: MOST_EVENTS, ...input, workload })
  const { copies, reports, system } = reporting(() => new System(scenario, sink, observed))
  // Every dictionary column must be nameable.
  namesOf(system)
  for (const tile of system.tiles) tile.port.observer.sampleEvery = 1
  const completions: Array<Completion> = []
  const faults: Array<Fault> = []
  const refusals: Array<Refusal> = []
  listen(system, plans, completions, faults, refusals)
  let summary: Summary | undefined
  while (summary === undefined) summary = advance(system, input.maxEvents ?? MOST_EVENTS)
  return { system, summary, rows, completions, faults, refusals, reports, copies }
}

/** The column of `table` called `name`. */
export function columnOf(table: TableName, name: string): number {
  return tableSchemas[table].columns.findIndex((column) => column.name === name)
}

function withPlans(workload: Workload, take: (plans: ReadonlyArray<ThreadPlan>) => void): Workload {
  return {
    ...workload,
    place: (pages, workers, seed) => {
      const placement = workload.place(pages, workers, seed)
      return {
        ...placement,
        threads: (numbers, added) => {
          const plans = placement.threads(numbers, added)
          take(plans)
          return plans
        }
      }
    }
  }
}

function listen(
  system: System,
  plans: ReadonlyArray<ThreadPlan>,
  completions: Array<Completion>,
  faults: Array<Fault>,
  refusals: Array<Refusal>
): void {
  const { monitor, tables } = system
  const crossed = new Int32Array(system.threads.length) // [thread] gates left behind
  const emitCrossing = tables.crossings.emit.bind(tables.crossings)
  tables.crossings.emit = (tick, owner, ...values) => {
    crossed[values[0] as number] = (crossed[values[0] as number] ?? 0) + 1
    emitCrossing(tick, owner, ...values)
  }
  const completed = monitor.completed.bind(monitor)
  monitor.completed = (t, verb, domain, region, issued, tick) => {
    completed(t, verb, domain, region, issued, tick)
    let superseded = false
    const states = plans.flatMap(({ script }, worker) => {
      const each = system.threads[system.used[worker] ?? -1]
      if (each === undefined) return []
      const begun = script.verb.subarray(0, each.operation)
      const between = gatesIn(begun) !== crossed[each.number] || isOpen(begun)
      if (each === t) superseded = changesIn(begun, script, region) > changesOf(completions, t, region) + 1
      const allows = region < 0 ? Right.none : system.unit.allows(each, region)
      return [{ thread: each.number, domain: each.domain, between, allows }]
    })
    completions.push({ verb, issuer: t.number, region, issued, completed: tick, superseded, states })
  }
  const refused = monitor.refused.bind(monitor)
  monitor.refused = (t, domain, region, tick) => {
    refused(t, domain, region, tick)
    refusals.push({ thread: t.number, domain, region, tick })
  }
  const fault = monitor.fault.bind(monitor)
  monitor.fault = (t, page, offset, store, tick, late = false) => {
    fault(t, page, offset, store, tick, late)
    faults.push({ thread: t.number, page, offset, store, tick, late })
  }
}

const takesOrGives: ReadonlyArray<number> = [Verb.grant, Verb.revoke, Verb.move, Verb.share, Verb.allocate, Verb.free]

/** Operations that change rights to `region` among the `begun` ones of a script. */
function changesIn(begun: Uint8Array, script: OperationScript, region: number): number {
  return begun.filter((verb, at) => takesOrGives.includes(verb) && script.region[at] === region).length
}

/** Those of `t` that have completed. */
function changesOf(completions: ReadonlyArray<Completion>, t: HardwareThread, region: number): number {
  return completions.filter((each) => each.issuer === t.number && each.region === region).length
}

const isGate = (verb: number | undefined): boolean => verb === Verb.enter || verb === Verb.leave

const gatesIn = (begun: Uint8Array): number => begun.filter(isGate).length

/** Both domains' memory was opened and no gate has been passed since. */
function isOpen(begun: Uint8Array): boolean {
  return begun.lastIndexOf(Verb.open) > Math.max(begun.lastIndexOf(Verb.enter), begun.lastIndexOf(Verb.leave))
}
