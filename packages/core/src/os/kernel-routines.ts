/**
 * The operating system as programs: mprotect and pkey_mprotect, the handler of the call-function interrupt, a
 * context switch. Every shared datum is a word in memory. How translations leave the TLBs is a policy's
 * (shootdown/shootdown-policy.ts).
 */
import type { MachineNumbers } from "../machines/machine.ts"
import type { Words } from "../memory/words.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { Serialise } from "../processor/operation.ts"
import type { Program } from "../processor/program.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import { InterruptShootdown } from "./shootdown/interrupt-shootdown.ts"
import { ShootdownLog } from "./shootdown/shootdown-log.ts"
import {
  FIRST_SHOOTDOWN_ROUTINE,
  NO_PAGES,
  type ShootdownContext,
  type ShootdownPolicy,
  WHOLE_CONTEXT
} from "./shootdown/shootdown-policy.ts"

/** Routines of the kernel, by the numbers that `Operation.run` carries; those of shootdowns come after them. */
export const KernelRoutine = { restore: 0 } as const

/** The address space that every thread runs. */
const PROCESS = 0

export class KernelRoutines {
  /** Ticks of the way into the hypervisor and back when a target is interrupted, on top of the interrupt itself. */
  handlerExit = 0
  handlerEntry = 0
  readonly log: ShootdownLog
  readonly shootdown: ShootdownPolicy
  readonly #context: ShootdownContext
  readonly #numbers: MachineNumbers
  readonly #lock: number

  constructor(threads: number, numbers: MachineNumbers, words: Words, trace: TraceTable) {
    this.#numbers = numbers
    this.log = new ShootdownLog(threads, trace)
    this.#lock = words.allocate(1)
    this.#context = {
      threads,
      spaces: 1,
      numbers,
      words,
      log: this.log,
      forgetContext: 0,
      serve: undefined,
      reclaim: () => undefined
    }
    this.shootdown = new InterruptShootdown(this.#context)
  }

  /** Ticks of the instruction that forgets one context, where a mechanism has one. */
  set forgetContext(ticks: number) {
    this.#context.forgetContext = ticks
  }

  /** What a mechanism has every thread do that is called by `synchronise`, before it acknowledges. */
  set serve(append: ShootdownContext["serve"]) {
    this.#context.serve = append
  }

  get serve(): ShootdownContext["serve"] {
    return this.#context.serve
  }

  /** `thread` runs the process: it is a target of shootdowns from the start. */
  attach(thread: number): void {
    this.shootdown.attach(thread, PROCESS)
  }

  /** mprotect or pkey_mprotect: pages [first, first + count) get page-table entry `entry`. */
  protect(program: Program, thread: HardwareThread, first: number, count: number, entry: number): void {
    const { kernel } = this.#numbers
    program.as(Cause.kernel).serialise(Serialise.drain, kernel.syscallEntry).chain(kernel.protectPath)
    program.lock(this.#lock, this.#numbers.core.locked)
    for (let i = 0; i < count; i++) program.chain(kernel.perPage).storeEntry(first + i, entry)
    this.shootdown.flush(program, thread, PROCESS, first, count, false)
    program.storeWord(this.#lock, 0).serialise(Serialise.drain, kernel.syscallExit)
  }

  /** Every translation of `context` leaves every TLB before what follows. */
  shootdownContext(program: Program, thread: HardwareThread, context: number): void {
    this.shootdown.flush(program, thread, PROCESS, context, WHOLE_CONTEXT, false)
  }

  /** A system call that changes no page: every other thread of the CPU mask does what `serve` appends; wait for all. */
  synchronise(program: Program, thread: HardwareThread): void {
    const { kernel } = this.#numbers
    program.as(Cause.kernel).serialise(Serialise.drain, kernel.syscallEntry)
    this.shootdown.flush(program, thread, PROCESS, 0, NO_PAGES, false)
    program.serialise(Serialise.drain, kernel.syscallExit)
  }

  /** An interrupt is taken: entry, the queue of calls, return. */
  handle(program: Program, thread: HardwareThread): void {
    const { interrupt } = this.#numbers
    program
      .as(Cause.interrupt)
      .maskInterrupts(true)
      .serialise(Serialise.drain, interrupt.entry + this.handlerExit)
    this.shootdown.handle(program, thread)
    program
      .as(Cause.interrupt)
      .serialise(Serialise.drain, interrupt.exit + this.handlerEntry)
      .maskInterrupts(false)
  }

  /** A context switch: into the kernel, and out of it as a thread that runs in `domain`. */
  resume(program: Program, domain: number): void {
    const { kernel } = this.#numbers
    program.as(Cause.kernel).serialise(Serialise.drain, kernel.syscallEntry)
    program.serialise(Serialise.drain, kernel.syscallExit).run(KernelRoutine.restore, domain)
  }

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    if (routine >= FIRST_SHOOTDOWN_ROUTINE) this.shootdown.routine(program, t, routine, argument)
  }

  marked(t: HardwareThread, kind: number, argument: number, tick: number): void {
    this.log.marked(t, kind, argument, tick)
  }
}
