/**
 * Driving a system to its end in slices: the outside world looks in between. A run that stops making sense
 * ends as `Exhausted`, which says what was pending, where and since when.
 */
import { DeadEnd } from "../coherence/protocol-table.ts"
import { Outcome } from "../kernel/kernel.ts"
import { describeLine } from "./line-report.ts"
import { type Summary, summarise } from "./summary.ts"
import type { System } from "./system.ts"
import { writeTotals } from "./totals.ts"

const SLICE = 1 << 20
const LAST_TICK = 0x7f00_0000
/** Events between two looks at what waits, so that it stays in the caches: reports where snapshots are long, and rows. */
const LOOK = 1 << 12
const MANY_REGIONS = 256

/** The watchdog: the run can't or may not go on. */
export class Exhausted extends Error {
  override readonly name = "Exhausted"
  readonly tick: number
  readonly pending: ReadonlyArray<string>

  constructor(reason: string, tick: number, pending: ReadonlyArray<string>) {
    super(`${reason} at tick ${tick}; pending: ${pending.length === 0 ? "nothing" : pending.join("; ")}`)
    this.tick = tick
    this.pending = pending
  }
}

export interface Progress {
  readonly events: number
  readonly tick: number
  /** Share of the workload's stream positions executed, 0 to 1. */
  readonly done: number
}

/** Run one slice. Undefined while the run goes on; throws Exhausted. */
export function advance(system: System, maxEvents: number): Summary | undefined {
  const slice = Math.min(SLICE, maxEvents - system.kernel.events)
  const outcome = dispatched(system, slice, maxEvents)
  const { now } = system.kernel
  system.monitor.classify(now)
  const waiting = [...system.tiles.flatMap((tile) => tile.describe()), ...system.routines.scheduler.describe()]
  // What the end of the run adds comes before what its last events have left behind.
  if (outcome !== Outcome.Settled || waiting.length > 0)
    for (const table of Object.values(system.tables)) table.release(now)
  if (outcome === Outcome.SliceEnded) return undefined
  if (outcome !== Outcome.Settled) {
    const reason = outcome === Outcome.EventLimit ? `${maxEvents} events are spent` : "the clock has run out"
    throw new Exhausted(reason, now, [...waiting, ...system.kernel.describePending(16)])
  }
  if (waiting.length > 0) {
    throw new Exhausted("nothing can happen any more", now, [...waiting, ...system.homes.reports.describeStalled()])
  }
  const summary = summarise(system)
  writeTotals(system, summary.cycles)
  for (const table of Object.values(system.tables)) table.close()
  return summary
}

/** Run the kernel; a protocol's dead end says what the whole machine holds of the line. */
function dispatched(system: System, slice: number, maxEvents: number): Outcome {
  const { kernel, monitor, regions } = system
  const tables = Object.values(system.tables).filter(({ on }) => on)
  const long = regions.count >= MANY_REGIONS
  const end = kernel.events + slice
  try {
    if (!long && tables.length === 0) return kernel.run(slice, maxEvents, LAST_TICK)
    for (;;) {
      const outcome = kernel.run(Math.min(LOOK, end - kernel.events), maxEvents, LAST_TICK)
      if (outcome !== Outcome.SliceEnded || kernel.events >= end) return outcome
      if (long) monitor.classify(kernel.now)
      for (const table of tables) if (table.full) table.release(kernel.now)
    }
  } catch (error) {
    if (error instanceof DeadEnd) throw new DeadEnd(error.reached, error.line, describeLine(system, error.line))
    throw error
  }
}

export function progressOf(system: System): Progress {
  let done = 0
  let all = 0
  for (const thread of system.used) {
    const t = system.threads[thread]
    const stream = t.stream
    if (stream === undefined) continue
    all += stream.last - stream.first
    done += t.streamAt - stream.first
  }
  return { events: system.kernel.events, tick: system.kernel.now, done: all === 0 ? 1 : done / all }
}
