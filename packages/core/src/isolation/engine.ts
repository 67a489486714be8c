/**
 * Isolation operations as the machine executes them: each becomes a program that the mechanism lowers, with
 * marks around it, so that gates, transfers and rights are measured where they happen.
 *
 *   EN1  a thread's domain changes when it dispatches the first instruction behind the gate
 */
import { callback } from "../kernel/callback.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import { KernelRoutine, type KernelRoutines } from "../os/kernel-routines.ts"
import { again, type FaultEnd } from "../os/page-faults.ts"
import { Cause } from "../processor/cause.ts"
import { type HardwareThread, TRAP, Trapped } from "../processor/hardware-thread.ts"
import { Fault } from "../processor/memory-port.ts"
import type { Program } from "../processor/program.ts"
import type { TileServices } from "../processor/tile-context.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import { CodedOperations, RETRY } from "./coded-operations.ts"
import { Crossings } from "./crossings.ts"
import { FaultHandling } from "./fault-handling.ts"
import type { Monitor } from "./monitor.ts"
import { type OperationScript, Verb } from "./operation-script.ts"
import type { Requests } from "./requests.ts"
import { type RightsOperations, RightsRoutine } from "./rights-operations.ts"
import { type Termination, TerminationRoutine } from "./termination.ts"
import type { ProtectionUnit } from "./unit.ts"

/** Marks of the engine begin here; those below are the kernel's. */
const ENGINE = 16
const GATE_BEGIN = ENGINE
const GATE_END = ENGINE + 1
const TRANSFER_BEGIN = ENGINE + 2
const TRANSFER_END = ENGINE + 3
const REQUEST = ENGINE + 4
const CLAIM = ENGINE + 5

export class Engine implements TileServices {
  bytesCopied = 0
  bytesMoved = 0
  readonly crossings: Crossings
  readonly #unit: ProtectionUnit
  readonly #kernel: KernelRoutines
  readonly #monitor: Monitor
  readonly #coded: CodedOperations
  readonly #rights: RightsOperations
  readonly #faults: FaultHandling
  readonly #scripts: Array<OperationScript | undefined> // [thread]
  readonly #termination: Termination | undefined

  /** `words` is the first of the program's words. */
  constructor(
    threads: number,
    unit: ProtectionUnit,
    kernel: KernelRoutines,
    monitor: Monitor,
    trace: TraceTable,
    requests: Requests,
    words: number,
    core: MachineNumbers["core"],
    rights: RightsOperations,
    termination: Termination | undefined
  ) {
    this.#unit = unit
    this.#kernel = kernel
    this.#monitor = monitor
    this.crossings = new Crossings(threads, trace)
    this.#coded = new CodedOperations(threads, unit, kernel, requests, words, core, REQUEST)
    this.#faults = new FaultHandling(unit, kernel)
    this.#rights = rights
    this.#termination = termination
    kernel.faults.ended = this.#faultEnded
    kernel.signals.signal = callback((program, t) => unit.signal?.(program, t))
    kernel.signals.sigreturn = callback((program, t) => unit.sigreturn?.(program, t))
    kernel.scheduler.saving = callback((t, context) => unit.save?.(t, context))
    kernel.scheduler.restored = callback((t, context) => unit.restore?.(t, context))
    this.#scripts = Array<OperationScript | undefined>(threads).fill(undefined)
  }

  /** Give `thread` its script. */
  assign(thread: number, script: OperationScript): void {
    this.#scripts[thread] = script
    this.#rights.assign(script)
    this.#coded.assign(thread, script)
    this.crossings.assign(thread, script)
  }

  readonly operate = (t: HardwareThread, operation: number): void => {
    if (this.#termination?.unwind(t, true)) return
    const script = this.#scripts[t.software] as OperationScript
    const program = t.pushProgram()
    this.#termination?.begins(program, script.verb[operation])
    const from = script.from[operation]
    const to = script.to[operation]
    const verb = script.verb[operation]
    switch (verb) {
      case Verb.enter:
        if (this.#termination?.refuses(program, t, script, operation)) return
        this.#termination?.entered(t, operation)
        return this.gate(program, t, operation)
      case Verb.leave:
        this.#termination?.left(t)
        return this.gate(program, t, operation)
      case Verb.open:
        return this.#unit.openBoth(program, t, from, to)
      case Verb.copy:
        this.bytesCopied += script.bytes[operation]
        program.as(Cause.copy)
        program.copy(
          script.page[operation],
          script.offset[operation],
          script.toPage[operation],
          script.toOffset[operation],
          script.bytes[operation],
          this.#unit.copyChunk,
          script.handle[operation],
          script.toHandle[operation]
        )
        return
      case Verb.resume:
        return this.#kernel.resume(program, to)
      case Verb.move:
      case Verb.grant:
      case Verb.revoke:
      case Verb.share:
      case Verb.allocate:
      case Verb.free:
      case Verb.terminate:
        if (!this.#rights.claims(program.mark(CLAIM), script, operation)) this.#change(program, t, script, operation)
        if (this.#termination !== undefined) program.run(TerminationRoutine.safe, 1)
        return
      default:
        this.#coded.operate(program, t, script, operation)
    }
  }

  /** Append rights operation `operation`, or that it is a fault. */
  #change(program: Program, t: HardwareThread, script: OperationScript, operation: number): void {
    if (this.#rights.refuses(program, t, script, operation)) return
    program.mark(TRANSFER_BEGIN, operation)
    this.#rights.lower(program, t, script, operation)
    this.bytesMoved += script.bytes[operation]
    this.#rights.release(program.mark(TRANSFER_END, operation), script, operation)
  }

  /** Append the gate of enter or leave `operation`. */
  gate(program: Program, t: HardwareThread, operation: number): void {
    const { from, to, verb } = this.#scripts[t.software] as OperationScript
    program.landing(verb[operation] === Verb.leave).mark(GATE_BEGIN, operation)
    if (verb[operation] === Verb.enter) this.#unit.enter(program, t, from[operation], to[operation])
    else this.#unit.leave(program, t, from[operation], to[operation])
    program.mark(GATE_END, operation)
    if (this.#termination !== undefined) program.run(TerminationRoutine.safe, 1)
  }

  /** Repeats of a software thread from operation `first` to `last` begin anew. */
  forget(software: number, first: number, last: number): void {
    this.#coded.forget(software, first, last)
  }

  readonly handle = (t: HardwareThread): void => {
    const program = t.pushProgram(true)
    if (t.pendingUnwinds > 0) this.#termination?.handle(program, t)
    else this.#kernel.handle(program, t)
  }

  readonly routine = (t: HardwareThread, routine: number, argument: number, slotClass: Cause): void => {
    if (routine === RETRY) return this.#coded.retry(t, this.#scripts[t.software] as OperationScript, argument)
    if (routine <= TerminationRoutine.announce) return this.#endingRoutine(t, routine, argument)
    if (routine !== KernelRoutine.restore) {
      const { domain, software } = t
      this.#kernel.routine(t.pushProgram().as(slotClass), t, routine, argument)
      if (t.software !== software || t.domain !== domain)
        this.#monitor.changed(t, t.barrier > t.tick ? t.barrier : t.tick)
      return
    }
    // A context switch restores what the mechanism keeps per thread.
    t.domain = argument
    this.#unit.start(t, argument)
    this.#monitor.changed(t, t.barrier)
  }

  /** A step of an operation on rights, or of the end of a domain. */
  #endingRoutine(t: HardwareThread, routine: number, argument: number): void {
    const script = this.#scripts[t.software] as OperationScript
    if (routine === RightsRoutine.claimed) this.#change(t.pushProgram(), t, script, argument)
    else if (routine === TerminationRoutine.reclaim) this.#rights.reclaim(t, script, argument)
    else if (routine <= RightsRoutine.found) this.#rights.routine(t, routine, argument)
    else this.#termination?.routine(t, routine, argument)
  }

  readonly act = (t: HardwareThread, code: number, a: number, b: number, tick: number): void => {
    this.#unit.act(t, code, a, b, tick)
    this.#monitor.changed(t, tick)
  }

  readonly tagged = (t: HardwareThread, page: number, offset: number, bytes: number, tag: number, tick: number): void =>
    this.#unit.tagged?.(t, page, offset, bytes, tag, tick)

  readonly cleared = (t: HardwareThread, slot: number, tick: number): void => this.#unit.cleared?.(t, slot, tick)

  readonly fault = (
    t: HardwareThread,
    fault: number,
    page: number,
    offset: number,
    store: boolean,
    tick: number
  ): void => {
    if (this.#faults.raised(t, fault, page, offset, store)) {
      t.repaired++
      this.#monitor.repaired(t, page, offset, store, tick)
      return
    }
    t.faults++
    this.#monitor.fault(t, page, offset, store, tick, fault >= Fault.detected)
  }

  readonly traps = (t: HardwareThread, page: number): boolean => this.#kernel.spaces.of(t.space).manages(page)

  /** The handler of the oldest access; the younger ones are made again behind it, and may find their page there. */
  readonly trapped = (t: HardwareThread): void => {
    if (t.trapCount > 1) {
      const program = t.pushProgram().as(Cause.fault)
      for (let at = TRAP; at < TRAP * t.trapCount; at += TRAP) {
        const page = t.traps[at]
        if (this.#faults.has(page)) this.#faults.append(program, t, page, t.traps[at + 1], t.traps[at + 2])
        else again(program, page, t.traps[at + 1], t.traps[at + 2], t.traps[at + 3], t.traps[at + 4])
      }
    }
    const program = t.pushProgram(true)
    if (this.#faults.has(t.traps[0])) this.#faults.append(program, t, t.traps[0], t.traps[1], t.traps[2])
    else this.#kernel.faults.handle(program, t)
    t.trapCount = 0
    if (t.serialiser === Trapped) t.serialiser = -1
  }

  /** A page-fault handler is over. */
  readonly #faultEnded: FaultEnd = (t, page, offset, store, tick, repaired) => {
    if (repaired) t.repaired++
    else t.faults++
    if (repaired) this.#monitor.repaired(t, page, offset, store, tick)
    else this.#monitor.fault(t, page, offset, store, tick)
  }

  readonly marked = (t: HardwareThread, kind: number, argument: number, tick: number): void => {
    switch (kind) {
      case REQUEST:
        return this.#coded.requested(t, this.#scripts[t.software] as OperationScript, argument, tick)
      case GATE_BEGIN:
        return this.crossings.began(t, tick)
      case GATE_END:
        return this.#crossed(t, argument, tick)
      case CLAIM:
        return this.#rights.begins(t, tick)
      case TRANSFER_BEGIN:
        return this.#rights.issued(t, this.#scripts[t.software] as OperationScript, argument, tick)
      case TRANSFER_END:
        return this.#rights.completed(t, this.#scripts[t.software] as OperationScript, argument, tick)
      default:
        this.#kernel.marked(t, kind, argument, tick)
    }
  }

  readonly contended = (t: HardwareThread): boolean => this.#kernel.scheduler.contended(t)

  readonly next = (t: HardwareThread, tick: number): void => {
    this.reported(t, tick)
    if (this.#kernel.scheduler.next(t)) this.#monitor.changed(t, tick, true)
  }

  readonly ended = (t: HardwareThread, tick: number): void => this.reported(t, tick)

  /** The thread comes into the kernel: faults that were to be reported later are. */
  readonly reported = (t: HardwareThread, tick: number): void => {
    if (t.unreported > 0) this.#monitor.reported(t, tick)
  }

  /** EN1. */
  #crossed(t: HardwareThread, operation: number, tick: number): void {
    const script = this.#scripts[t.software] as OperationScript
    t.domain = script.to[operation]
    this.#monitor.changed(t, tick)
    this.crossings.ended(t, script, operation, tick)
  }
}
