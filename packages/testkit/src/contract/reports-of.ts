/**
 * Every report to the monitor of a run, kept for a slow one. Law: nothing is left out, and the monitor itself hears the
 * same.
 */
import { Monitor } from "@isolde/core/isolation/monitor"
import { Report, ReportLog } from "@isolde/core/isolation/report-log"
import { Right } from "@isolde/core/isolation/rights"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { System } from "@isolde/core/scenario/system"

/** One report, as it was added. */
export interface Reported {
  readonly tick: number
  readonly thread: number
  readonly kind: number
  readonly facts: ReadonlyArray<number>
  /** Of a state: bytes beside the regions, then the rights of the thread's own regions. */
  readonly snapshot: ReadonlyArray<number>
}

/** Places in memory that give rights before the run, by mechanism, domain and region: for reading, for writing. */
export type Copies = ReadonlyMap<string, readonly [number, number]>

/** A system, what its threads report, and what lay in memory before they did. */
export interface Reporting {
  readonly system: System
  readonly reports: ReadonlyArray<Reported>
  readonly copies: Copies
}

/** The system that `build` makes, and every report to its monitor, those of its making included. */
export function reporting(build: () => System): Reporting {
  const reports: Array<Reported> = []
  const { add } = ReportLog.prototype
  const { changed } = Monitor.prototype
  let whole: ReadonlyArray<number> = []
  const asked: typeof changed = function (this: Monitor, t, tick, ended) {
    whole = registersOf(this, t, tick)
    changed.call(this, t, tick, ended)
  }
  const recording: typeof add = function (this: ReportLog, tick, thread, kind, ...facts) {
    const snapshot = kind === Report.state ? whole : []
    reports.push({ tick, thread, kind, facts: Array.from({ length: 6 }, (_, at) => facts[at] ?? 0), snapshot })
    add.call(this, tick, thread, kind, ...facts)
  }
  ReportLog.prototype.add = recording
  Monitor.prototype.changed = asked
  try {
    const system = build()
    system.monitor.log.add = recording
    system.monitor.changed = asked
    return { system, reports, copies: copiesOf(system) }
  } finally {
    ReportLog.prototype.add = add
    Monitor.prototype.changed = changed
  }
}

/** Every right that the registers of `t` hold at `tick`, whatever the monitor asks for: bytes beside regions come first. */
function registersOf(
  { registers: { enforced, unit } }: Monitor,
  t: HardwareThread,
  tick: number
): ReadonlyArray<number> {
  const rights = (region: number) => unit.holds?.(t, region, tick) ?? unit.allows(t, region, tick)
  return [unit.ungovernedBytes?.(t) ?? 0, ...Array.from(enforced.own[t.number] ?? [], rights)]
}

/** Reports in the order in which they count: by tick, thread, and as they came. */
export const inOrder = (reports: ReadonlyArray<Reported>): ReadonlyArray<Reported> =>
  reports
    .map((report, at) => ({ report, at }))
    .sort((x, y) => x.report.tick - y.report.tick || x.report.thread - y.report.thread || x.at - y.at)
    .map(({ report }) => report)

function copiesOf({ placement, regions, unit }: System): Copies {
  const copies = new Map<string, readonly [number, number]>()
  for (const [at, each] of (unit.each ?? [unit]).entries())
    placement.domains.forEach((_, domain) => {
      for (let region = 0; region < regions.count; region++) {
        const places = (right: number) => each.copies?.(domain, region, right) ?? 0
        copies.set(`${at} ${pair(domain, region)}`, [places(Right.read), places(Right.write)])
      }
    })
  return copies
}

/** A domain and a region as a key. */
export const pair = (domain: number, region: number): string => `${domain} ${region}`
