/** What a run comes to: counts and cycles, nothing that depends on wall time. */
import { verdictNames } from "../isolation/verdict.ts"
import type { Windows } from "../isolation/windows.ts"
import { causeNames } from "../processor/cause.ts"
import type { System } from "./system.ts"

export interface Summary {
  /** Ticks from the start to the end of the last thread. */
  readonly cycles: number
  /** Instructions of the workload. */
  readonly instructions: number
  /** Instructions beside the workload's: gates, exchanges, instrumentation, kernel. */
  readonly addedInstructions: number
  /** Ways through a gate, in or back. */
  readonly gatePasses: number
  /** Invocations that returned. */
  readonly invocations: number
  readonly cyclesPerInvocation: { readonly p50: number; readonly p99: number }
  readonly bytesCopied: number
  readonly bytesMoved: number
  /** Deliveries to hardware threads. */
  readonly interrupts: number
  readonly shootdowns: number
  readonly shootdownTargets: number
  readonly exposureByteCycles: number
  /** Judgements of the monitor by verdict: on every access of judged programs, on faults alone of others. */
  readonly verdicts: Readonly<Record<string, number>>
  /** How long revoked rights lived on, by verb. */
  readonly windows: Readonly<Record<string, Windows>>
  readonly faults: number
  readonly mispredicts: number
  /** Memory accesses of the workload. */
  readonly simulatedAccesses: number
  /** Dispatch slots by cause over the hardware threads used; they add up to cycles x slotsPerCycle. */
  readonly slots: Readonly<Record<string, number>>
  readonly slotsPerCycle: number
  readonly lookahead: number
  readonly events: number
}

/** Read the summary off a system that has settled; closes its accounts (SL1). */
export function summarise(system: System): Summary {
  const used = system.used.map((thread) => system.threads[thread])
  const cycles = used.reduce((latest, t) => Math.max(latest, t.endedAt), 0)
  const width = system.numbers.core.width
  for (const t of used) system.slots.close(t.number, t.endedAt * width, cycles)
  const sum = (of: (t: (typeof used)[number]) => number) => used.reduce((total, t) => total + of(t), 0)
  const totals = new Float64Array(causeNames.length)
  for (const t of used)
    for (let cause = 0; cause < totals.length; cause++) totals[cause] += system.slots.of(t.number)[cause]
  const { engine, monitor, routines } = system
  const exposureByteCycles = monitor.close(cycles)
  return {
    cycles,
    instructions: sum((t) => t.instructions),
    addedInstructions: sum((t) => t.added),
    gatePasses: engine.crossings.count,
    invocations: engine.crossings.invocations,
    cyclesPerInvocation: percentiles(engine.crossings.cycles.slice(0, engine.crossings.invocations)),
    bytesCopied: engine.bytesCopied,
    bytesMoved: engine.bytesMoved,
    interrupts: system.threads.reduce((total, t) => total + t.interrupts, 0),
    shootdowns: routines.log.shootdowns,
    shootdownTargets: routines.log.targets,
    exposureByteCycles,
    verdicts: Object.fromEntries(verdictNames.map((name, verdict) => [name, monitor.judge.verdicts[verdict]])),
    windows: monitor.windows.summary(),
    faults: sum((t) => t.faults),
    mispredicts: sum((t) => t.mispredicts),
    simulatedAccesses: sum((t) => t.accesses),
    slots: Object.fromEntries(causeNames.map((name, cause) => [name, totals[cause]])),
    slotsPerCycle: width * used.length,
    lookahead: system.interconnect.lookahead,
    events: system.kernel.events
  }
}

/** Nearest-rank percentiles. */
function percentiles(values: Int32Array): { readonly p50: number; readonly p99: number } {
  if (values.length === 0) return { p50: 0, p99: 0 }
  const sorted = values.sort()
  const rank = (percent: number) => sorted[Math.max(0, Math.ceil((percent * sorted.length) / 100) - 1)]
  return { p50: rank(50), p99: rank(99) }
}
