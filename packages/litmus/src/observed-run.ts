/**
 * One run of a test's timed unit under one schedule, and what came of it. Law: nothing is simulated here; the system is
 * the one that every scenario runs on, with choices made at the points that timing leaves open.
 */
import { Message, typeOf } from "@isolde/core/coherence/message"
import { InvalidInput } from "@isolde/core/invalid-input"
import { Columns } from "@isolde/core/kernel/columns"
import { ModelDefect } from "@isolde/core/kernel/model-defect"
import type { MechanismInstance } from "@isolde/core/mechanism"
import { InvalidScenario } from "@isolde/core/scenario/invalid-scenario"
import { advance, Exhausted } from "@isolde/core/scenario/run"
import { Scenario } from "@isolde/core/scenario/scenario"
import { System } from "@isolde/core/scenario/system"
import type { NestedWalk } from "@isolde/core/translation/nested-walk"
import { type Golden, type LitmusTest, REFUSED } from "./litmus-test.ts"
import { type LitmusWorkload, litmusWorkload } from "./litmus-workload.ts"
import type { Mutant } from "./mutant.ts"
import { Races } from "./races.ts"
import { type Delay, Schedule } from "./schedule.ts"
import { smallMachine } from "./small-machine.ts"
import { Watch } from "./watch.ts"

/** A test under one golden, with the mechanisms' code. */
export interface Subject {
  readonly test: LitmusTest
  readonly golden: Golden
  /** In scenario order. */
  readonly mechanisms: ReadonlyArray<MechanismInstance>
  readonly mutant?: Mutant | undefined
}

export interface Observed {
  readonly outcome: string
  /** Choice points that the run came by. */
  readonly points: number
  /** Whether choice point `point` delayed by `to` ticks passes something that a delay by `from` ticks doesn't. */
  readonly matters: (point: number, from: number, to: number) => boolean
}

const nothing = (outcome: string): Observed => ({ outcome, points: 0, matters: () => false })

const MOST_EVENTS = 400_000
/** Machine of tests without a mechanism that name none. */
const DEFAULT_MACHINE = "tiger-lake"
/** A subject, ready to be run under any schedule. */
export type PreparedRun = (delays: ReadonlyArray<Delay>) => Observed

/** Check `subject` once; what it refuses has one outcome under every schedule. */
export function prepare(subject: Subject): PreparedRun {
  const { mutant, test } = subject
  const made = litmusWorkload(
    test,
    subject.mechanisms.flatMap(({ traits }) => traits.instructions ?? [])
  )
  const { workload } = made
  const walks: Array<NestedWalk> = []
  let scenario: Scenario
  try {
    scenario = scenarioOf(subject, made, walks)
  } catch (error) {
    if (error instanceof InvalidScenario) return () => nothing(REFUSED)
    throw error
  }
  // One schedule is over before the next begins, so they are built in the same memory.
  const columns = new Columns()
  let before: System | undefined
  return (delays) => {
    try {
      columns.recycle()
      before?.kernel.release()
      const system = new System(scenario, undefined, [], columns)
      before = system
      mutant?.system?.(system)
      const [first] = system.threads
      const races = new Races(
        first?.owner ?? 0,
        system.numbers.tiles,
        test.threadsPerCore > 1 || workload.judged === true
      )
      const schedule = new Schedule(delays, races, concernOf(test, made, system, walks.pop()))
      const watch = new Watch(test, made, system, schedule)
      while (advance(system, MOST_EVENTS) === undefined);
      return { outcome: watch.outcome(), points: schedule.points, matters: races.matters.bind(races) }
    } catch (error) {
      if (error instanceof InvalidInput) return nothing(REFUSED)
      if (error instanceof Exhausted) return nothing("stuck")
      if (error instanceof ModelDefect) return nothing(`defect ${error.invariant}`)
      // A unit that fails in a way of its own fails this test, and not the others.
      return nothing(`crash ${error instanceof Error ? error.name : "of another kind"}`)
    }
  }
}

/** `walks` gets the second-level tables that the mechanism asks for. */
function scenarioOf(
  { golden, mechanisms, mutant, test }: Subject,
  { workload }: LitmusWorkload,
  walks: Array<NestedWalk>
): Scenario {
  const instances = mechanisms.map((mechanism): MechanismInstance => {
    const instance = mutant?.instance?.(mechanism) ?? mechanism
    return {
      ...instance,
      build: (parts) =>
        instance.build({
          ...parts,
          nest: (...of) => {
            const walk = parts.nest(...of)
            walks.push(walk)
            return walk
          }
        })
    }
  })
  const machine = smallMachine(
    golden.machine ?? instances[0]?.traits.nativeMachine ?? DEFAULT_MACHINE,
    test.cores,
    test.threadsPerCore
  )
  return Scenario.make({
    machine,
    mechanisms: instances,
    workload,
    workers: test.threads.length,
    hostPages: test.hostPages,
    frames: "contiguous"
  })
}

/** Messages whose order can be seen: of lines with values, of table entries of regions, interrupts, invalidations. */
function concernOf(
  test: LitmusTest,
  { places }: LitmusWorkload,
  { pages, regions, words }: System,
  nested: NestedWalk | undefined
): (a: number, line: number) => boolean {
  const lines = new Set<number>()
  // The tables of a host are the system's own: every line counts.
  const all = test.hostPages > 0
  for (let word = 0; word < words.values.length; word++)
    if ((words.page[word] as number) > 0) lines.add(words.line(word))
  for (let region = 0; region < test.regions.length; region++) {
    for (const page of regions.pagesOf(region)) {
      lines.add(pages.entryLine(page))
      if (nested === undefined) continue
      for (let context = 0; context < nested.contexts; context++) lines.add(nested.entryLine(context, page))
    }
  }
  for (const row of places)
    for (const place of row) if (place >= 0) lines.add(pages.line(Math.floor(place / 4096), place % 4096))
  return (a, line) => {
    const type = typeOf(a)
    if (type >= Message.Interrupt && type <= Message.InvalidateAck) return true
    return type !== Message.MemRead && type !== Message.MemWrite && type !== Message.MemData && (all || lines.has(line))
  }
}
