/**
 * What a test looks at, gathered while its system runs: steps begun, faults by place, registers of reads. It also makes
 * the choices that a thread's own steps leave open. Law: it listens and delays; it changes nothing else.
 */
import { callback } from "@isolde/core/kernel/callback"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Ordering, Serialise } from "@isolde/core/processor/operation"
import { Program } from "@isolde/core/processor/program"
import type { System } from "@isolde/core/scenario/system"
import type { LitmusTest, Step } from "./litmus-test.ts"
import { type LitmusWorkload, placeKey } from "./litmus-workload.ts"
import type { Schedule } from "./schedule.ts"

/** A delayed step is so many instructions at most, so that interrupts get in. */
const DELAY_PARTS = 64
/** Registers of loads of words begin here, one for each step. */
const FIRST_REGISTER = 1

/** Listens to a system that is about to run. */
export class Watch {
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
    for (const t of system.threads)
      t.stores.delay = callback((row) => schedule.own(t.owner, t.stores.commit[row] as number))
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
    monitor.fault = callback((...of) => {
      const [, page, offset, , , late] = of
      this.#faults.set(placeKey(page, offset), late === true ? "late" : "fault")
      fault(...of)
    })
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

/**
 * Instructions that others wait for without waiting themselves write registers (WRPKRU): each is a step of its own. An
 * interrupt's way in and out waits so too, and is its message's to delay.
 */
function delayRegisterWrites(t: HardwareThread, schedule: Schedule): void {
  const push = t.pushProgram.bind(t)
  const seen = new WeakSet<Program>()
  t.pushProgram = callback((interrupts) => {
    const program = push(interrupts)
    if (seen.has(program)) return program
    seen.add(program)
    const serialise = program.serialise.bind(program)
    const serialiseChain = program.serialiseChain.bind(program)
    program.serialise = callback((kind, latency) => {
      if (kind === Serialise.hold && program.slotClass !== Cause.interrupt)
        appendHold(program, schedule.own(t.owner, t.tick))
      return serialise(kind, latency)
    })
    program.serialiseChain = callback((kind, latency) => {
      if (kind === Serialise.hold && program.slotClass !== Cause.interrupt)
        appendHold(program, schedule.own(t.owner, t.tick))
      return serialiseChain(kind, latency)
    })
    return program
  })
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
