/**
 * Every schedule of a test within its bounds: the plain run, then every run with a delay at one of the choice points
 * that it came by, then with another behind that, depth first; less those whose last delay passes nothing (races.ts).
 * Stateless: each schedule is a run from the start. Law: a bound that is hit is said, and makes the test fail.
 */
import type { Bounds } from "./litmus-test.ts"
import type { Observed } from "./observed-run.ts"
import type { Delay } from "./schedule.ts"

export interface Exploration {
  /** Outcomes reached, sorted, each with the delays of the first schedule that reached it. */
  readonly outcomes: ReadonlyMap<string, ReadonlyArray<Delay>>
  readonly schedules: number
  /** There were more schedules than the bound. */
  readonly bounded: boolean
}

/** Run `run` under every schedule within `bounds`, or until an outcome is `enough`. */
export function explore(
  run: (delays: ReadonlyArray<Delay>) => Observed,
  bounds: Bounds,
  enough: (outcome: string) => boolean = () => false
): Exploration {
  const outcomes = new Map<string, ReadonlyArray<Delay>>()
  const open: Array<ReadonlyArray<Delay>> = [[]]
  let schedules = 0
  for (let delays = open.pop(); delays !== undefined; delays = open.pop()) {
    if (schedules === bounds.schedules) return { outcomes: sorted(outcomes), schedules, bounded: true }
    schedules++
    const { matters, outcome, points } = run(delays)
    if (!outcomes.has(outcome)) outcomes.set(outcome, delays)
    if (enough(outcome)) break
    if (delays.length === bounds.delays) continue
    // What a delay passes may be there only once another one has been added: the last of several is chosen alone.
    const all = delays.length + 1 < bounds.delays
    for (let point = (delays.at(-1)?.point ?? -1) + 1; point < points; point++)
      for (const [at, ticks] of bounds.by.entries())
        if (all || matters(point, bounds.by[at - 1] ?? 0, ticks)) open.push([...delays, { point, ticks }])
  }
  return { outcomes: sorted(outcomes), schedules, bounded: false }
}

const sorted = <V>(outcomes: ReadonlyMap<string, V>): ReadonlyMap<string, V> =>
  new Map([...outcomes].sort(([one], [other]) => (one < other ? -1 : 1)))
