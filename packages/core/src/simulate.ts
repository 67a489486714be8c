/**
 * Run a scenario to its end, synchronously: no Effect, no Node. The same scenario and seed give the same
 * summary and, with a sink, the same rows.
 */

import type { RequestRows } from "./isolation/requests.ts"
import { namesOf } from "./scenario/names.ts"
import { advance, type Progress, progressOf } from "./scenario/run.ts"
import { Scenario, type ScenarioInput } from "./scenario/scenario.ts"
import type { Summary } from "./scenario/summary.ts"
import { System } from "./scenario/system.ts"
import type { Names, TableName } from "./trace/table-schema.ts"
import type { TraceSink } from "./trace/trace-table.ts"

/** Opens the sink of a run, given the names that its dictionaries show. */
export type OpenSink = (names: Readonly<Record<Names, ReadonlyArray<string>>>) => TraceSink

export interface SimulateOptions {
  readonly sink?: OpenSink
  /** Tables to write; default: all. */
  readonly tables?: ReadonlyArray<TableName>
  /** Emit every n-th access to `accesses`; default 64. */
  readonly sampleAccesses?: number
  /** Emit every n-th message to `messages`; default 16. */
  readonly sampleMessages?: number
  readonly onProgress?: (progress: Progress) => void
}

export interface Run {
  readonly scenario: Scenario
  readonly summary: Summary
  /** The measured regions that ended. */
  readonly requests: RequestRows
  /** Makespan against that of the same scenario without mechanisms, less one, in percent; run when first asked. */
  readonly overheadPercent: number
}

/** Throws InvalidScenario, Exhausted, or a ModelDefect. */
export function simulate(input: ScenarioInput, options: SimulateOptions = {}): Run {
  const session = begin(Scenario.make(input), options)
  for (;;) {
    const run = session.slice()
    if (run !== undefined) return run
  }
}

/** A run under way. */
export interface Session {
  /** Simulate about a million events more; the run, once it is over. Throws Exhausted or a ModelDefect. */
  slice(): Run | undefined
}

/** Build the machine of `scenario` and be ready to run it. */
export function begin(scenario: Scenario, options: SimulateOptions = {}): Session {
  const deferred: { sink?: TraceSink } = {}
  const forward: TraceSink = { write: (...batch) => deferred.sink?.write(...batch) }
  const system = new System(scenario, options.sink === undefined ? undefined : forward, options.tables)
  if (options.sink !== undefined) deferred.sink = options.sink(namesOf(system))
  system.interconnect.sampleEvery = options.sampleMessages ?? 16
  for (const tile of system.tiles) tile.port.observer.sampleEvery = options.sampleAccesses ?? 64
  return {
    slice() {
      const summary = advance(system, scenario.maxEvents)
      options.onProgress?.(progressOf(system))
      if (summary === undefined) return undefined
      system.kernel.release()
      return runOf(scenario, summary, system.requests.rows())
    }
  }
}

/** A run as its user sees it. */
export function runOf(scenario: Scenario, summary: Summary, requests: RequestRows): Run {
  let overhead: number | undefined
  return {
    scenario,
    summary,
    requests,
    get overheadPercent() {
      if (scenario.mechanisms.length === 0) return 0
      const workload = scenario.workload.baseline?.() ?? scenario.workload
      overhead ??= (summary.cycles / simulate({ ...scenario, workload, mechanisms: [] }).summary.cycles - 1) * 100
      return overhead
    }
  }
}
