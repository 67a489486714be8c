/**
 * One run of a test's timed unit under one schedule, and what came of it. Law: nothing is simulated here; the system is
 * the one that every scenario runs on, with choices made at the points that timing leaves open.
 */
import { Message, typeOf } from "@isolde/core/coherence/message"
import { InvalidInput } from "@isolde/core/invalid-input"
import { ModelDefect } from "@isolde/core/kernel/model-defect"
import type { MechanismInstance } from "@isolde/core/mechanism"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Ordering, Serialise } from "@isolde/core/processor/operation"
import { Program } from "@isolde/core/processor/program"
import { InvalidScenario } from "@isolde/core/scenario/invalid-scenario"
import { advance, Exhausted } from "@isolde/core/scenario/run"
import { Scenario } from "@isolde/core/scenario/scenario"
import { System } from "@isolde/core/scenario/system"
import type { NestedWalk } from "@isolde/core/translation/nested-walk"
import { type Golden, type LitmusTest, REFUSED, type Step } from "./litmus-test.ts"
import { type LitmusWorkload, litmusWorkload, placeKey } from "./litmus-workload.ts"
import type { Mutant } from "./mutant.ts"
import { Races } from "./races.ts"
import { type Delay, Schedule } from "./schedule.ts"
import { smallMachine } from "./small-machine.ts"

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
/** A delayed step is so many instructions at most, so that interrupts get in. */
const DELAY_PARTS = 64
/** Registers of loads of words begin here, one for each step. */
const FIRST_REGISTER = 1

/** A subject, ready to be run under any schedule. */
export type PreparedRun = (delays: ReadonlyArray<Delay>) => Observed

/** Check `subject` once; what it refuses has one outcome under every schedule. */
export function prepare(subject: Subject): PreparedRun {
  const { mutant, test } = subject
  const made = litmusWorkload(
    test,
    subject.mechanisms.flatMap(({ traits }) => traits.instructions ?? [])
  )
  const walks: Array<NestedWalk> = []
  let scenario: Scenario
  try {
    scenario = scenarioOf(subject, made, walks)
  } catch (error) {
    if (error instanceof InvalidScenario) return () => nothing(REFUSED)
    throw error
  }
  return (delays) => {
    try {
      const system = new System(scenario, undefined)
      mutant?.system?.(system)
      const [first] = system.threads
      const races = new Races(first?.owner ?? 0, system.numbers.tiles, test.threadsPerCore > 1)
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

/** Listens to a system that is about to run. */
class Watch {
  readonly #test: LitmusTest
  readonly #made: LitmusWorkload
  readonly #system: System
  readonly #begun: ReadonlyArray<Uint8Array> // [thread][step]
  readonly #faults = new Map<number, "fault" | "late">() // placeKey ->
  readonly #registers: ReadonlyArray<Int32Array> // [thread][step] register of a read

  constructor(test: LitmusTest, made: LitmusWorkload, system: System, schedule: Schedule) {
    this.#test = test
    this.#made = made
    this.#system = system
    this.#begun = test.threads.map(({ steps }) => new Uint8Array(steps.length))
    this.#registers = test.threads.map(({ steps }) => Int32Array.from(steps, (_, at) => FIRST_REGISTER + at))
    system.interconnect.choices = schedule
    for (const t of system.threads) t.stores.delay = (row) => schedule.own(t.owner, t.stores.commit[row] as number)
    for (const t of system.threads) delayRegisterWrites(t, schedule)
    const { engine, monitor } = system
    const operate = engine.operate
    Object.assign(engine, {
      operate: (t: HardwareThread, operation: number) => {
        operate(t, operation)
        this.#step(t, operation)
        if (this.#waits(t, operation)) return
        const ticks = schedule.own(t.owner, t.tick)
        if (ticks > 0) hold(t, ticks)
      }
    })
    const fault = monitor.fault.bind(monitor)
    monitor.fault = (...of) => {
      const [, page, offset, , , late] = of
      this.#faults.set(placeKey(page, offset), late === true ? "late" : "fault")
      fault(...of)
    }
  }

  /** What comes behind a wait, or a signal's wait, can be delayed itself. */
  #waits(t: HardwareThread, operation: number): boolean {
    const verb = this.#test.threads[this.#threadOf(t)]?.steps[operation]?.verb
    return verb === "wait" || verb === "signal"
  }

  outcome(): string {
    const { judge } = this.#system.monitor
    if (this.#test.final.some(({ kind }) => kind === "verdict")) this.#system.monitor.close(this.#system.kernel.now)
    return this.#test.final
      .map((each) => {
        if (each.kind === "verdict") return `${each.label}=${judge.verdicts[each.verdict]}`
        if (each.kind === "word") return `${each.label}=${this.#system.words.values[this.#word(each.word)]}`
        return `${each.label}=${this.#value(each.kind, each.thread, each.step)}`
      })
      .join(" ")
  }

  #value(kind: "access" | "read", thread: number, step: number): string | number {
    if (this.#begun[thread]?.[step] !== 1) return "never"
    if (kind === "access") return this.#faults.get(this.#made.places[thread]?.[step] as number) ?? "ok"
    const t = this.#system.threads[this.#pinned(thread)] as HardwareThread
    return t.registers[this.#registers[thread]?.[step] as number] as number
  }

  #pinned(thread: number): number {
    const { on } = this.#test.threads[thread] as LitmusTest["threads"][number]
    const { threadsPerTile, tiles } = this.#system.numbers
    return on ?? (thread % tiles) * threadsPerTile + Math.floor(thread / tiles)
  }

  /** The machine's number of the test's word: those of the program come first. */
  #word(word: number): number {
    return this.#system.firstWord + word
  }

  #step(t: HardwareThread, operation: number): void {
    const thread = this.#threadOf(t)
    const begun = this.#begun[thread] as Uint8Array
    begun[operation] = 1
    const step = this.#test.threads[thread]?.steps[operation] as Step
    const { core } = this.#system.numbers
    const ordering = (ordered: Ordering): Ordering => (step.ordered ? ordered : Ordering.plain)
    switch (step.verb) {
      case "set":
      case "set-release":
        t.pushProgram().storeValue(this.#word(step.word), step.value, ordering(Ordering.release))
        return
      case "read":
      case "read-acquire": {
        const register = this.#registers[thread]?.[operation] as number
        t.pushProgram().loadValue(this.#word(step.word), register, ordering(Ordering.acquire))
        return
      }
      case "fence":
        t.pushProgram().serialise(Serialise.drainStores, core.locked)
        return
      case "store-fence":
        t.pushProgram().storeFence()
    }
  }

  #threadOf(t: HardwareThread): number {
    const { threads } = this.#system
    if (t.software < threads.length) {
      return this.#test.threads.findIndex((_, thread) => this.#pinned(thread) === t.software)
    }
    // Those that take turns are numbered behind the hardware threads, in the order of their columns.
    const seen = new Set<number>()
    const later = this.#test.threads.flatMap((_, thread) => {
      const on = this.#pinned(thread)
      if (!seen.has(on)) {
        seen.add(on)
        return []
      }
      return [thread]
    })
    return later[t.software - threads.length] as number
  }
}

/** Instructions that others wait for without waiting themselves write registers (WRPKRU): each is a step of its own. */
function delayRegisterWrites(t: HardwareThread, schedule: Schedule): void {
  const push = t.pushProgram.bind(t)
  const seen = new WeakSet<Program>()
  t.pushProgram = (interrupts) => {
    const program = push(interrupts)
    if (seen.has(program)) return program
    seen.add(program)
    const serialise = program.serialise.bind(program)
    const serialiseChain = program.serialiseChain.bind(program)
    program.serialise = (kind, latency) => {
      if (kind === Serialise.hold) appendHold(program, schedule.own(t.owner, t.tick))
      return serialise(kind, latency)
    }
    program.serialiseChain = (kind, latency) => {
      if (kind === Serialise.hold) appendHold(program, schedule.own(t.owner, t.tick))
      return serialiseChain(kind, latency)
    }
    return program
  }
}

/** Let `t` do nothing for `ticks` before its step; interrupts get in. */
function hold(t: HardwareThread, ticks: number): void {
  appendHold(t.pushProgram(), ticks)
}

function appendHold(program: Program, ticks: number): void {
  const part = Math.ceil(ticks / DELAY_PARTS)
  for (let left = ticks; left > 0; left -= part)
    Program.prototype.serialise.call(program, Serialise.hold, Math.min(part, left))
}
