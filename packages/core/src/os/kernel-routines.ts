/**
 * The operating system as programs: system calls on mappings, page faults, the handler of the call-function interrupt,
 * a context switch. Every shared datum is a word in memory, or is read and written by who holds a lock in memory. How
 * translations leave the TLBs is a policy's (shootdown/shootdown-policy.ts).
 */
import { callback } from "../kernel/callback.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import type { AddressSpace, KernelPages } from "./address-space.ts"
import { AddressSpaces } from "./address-spaces.ts"
import { FRAME_ROUTINES } from "./frames.ts"
import { FUTEX_ROUTINES, Futexes } from "./futexes.ts"
import { KernelEntry } from "./kernel-entry.ts"
import { FAULT_ROUTINES, PageFaults } from "./page-faults.ts"
import { Pipes } from "./pipes.ts"
import { SEMAPHORE_ROUTINES } from "./read-write-semaphore.ts"
import { SCHEDULER_ROUTINES, Scheduler } from "./scheduler.ts"
import { ShootdownLog } from "./shootdown/shootdown-log.ts"
import { shootdownOf } from "./shootdown/shootdown-policies.ts"
import {
  FIRST_SHOOTDOWN_ROUTINE,
  NO_PAGES,
  type ShootdownContext,
  type ShootdownPolicy,
  WHOLE_CONTEXT
} from "./shootdown/shootdown-policy.ts"
import { SIGNAL_ROUTINES, Signals } from "./signals.ts"
import { CALL_ROUTINES, SystemCalls } from "./system-calls.ts"

/** The address space of the process: the only one, unless a mechanism opens others. */
const PROCESS = 0

/** Routines of the kernel, by the numbers that `Operation.run` carries; those of shootdowns come after them. */
export const KernelRoutine = { restore: 0 } as const
const FIRST_SPACE_ROUTINE = 1
const FIRST_FRAME_ROUTINE = FIRST_SPACE_ROUTINE + SEMAPHORE_ROUTINES
const FIRST_CALL_ROUTINE = FIRST_FRAME_ROUTINE + FRAME_ROUTINES
const FIRST_SCHEDULER_ROUTINE = FIRST_CALL_ROUTINE + CALL_ROUTINES
const FIRST_FAULT_ROUTINE = FIRST_SCHEDULER_ROUTINE + SCHEDULER_ROUTINES
const FIRST_FUTEX_ROUTINE = FIRST_FAULT_ROUTINE + FAULT_ROUTINES
const FIRST_SIGNAL_ROUTINE = FIRST_FUTEX_ROUTINE + FUTEX_ROUTINES
const FIRST_PIPE_ROUTINE = FIRST_SIGNAL_ROUTINE + SIGNAL_ROUTINES

export class KernelRoutines {
  readonly log: ShootdownLog
  readonly shootdown: ShootdownPolicy
  readonly entry: KernelEntry
  readonly spaces: AddressSpaces
  readonly calls: SystemCalls
  readonly faults: PageFaults
  readonly scheduler: Scheduler
  readonly futexes: Futexes
  readonly signals: Signals
  readonly pipes: Pipes
  readonly #context: ShootdownContext
  readonly #asked: Array<KernelPages> = []
  readonly #software: number
  #open = false

  /** `software`: how many software threads there may be, numbered like hardware threads and on from them. */
  constructor(
    threads: number,
    software: number,
    numbers: MachineNumbers,
    pages: Pages,
    words: Words,
    trace: TraceTable
  ) {
    this.log = new ShootdownLog(threads, trace)
    this.entry = new KernelEntry(numbers)
    this.spaces = new AddressSpaces(threads, software, pages, words, numbers, FIRST_SPACE_ROUTINE, FIRST_FRAME_ROUTINE)
    this.#context = {
      threads,
      numbers,
      words,
      log: this.log,
      forgetContext: 0,
      serve: undefined,
      reclaim: (program, t, _space, first, count, deferred) => this.calls.giveBack(program, t, first, count, deferred)
    }
    this.shootdown = shootdownOf(this.#context)
    const { entry, shootdown, spaces } = this
    spaces.keptBy(shootdown.generations)
    this.calls = new SystemCalls(software, numbers, pages, spaces, entry, shootdown, FIRST_CALL_ROUTINE)
    this.scheduler = new Scheduler(threads, numbers, words, entry, shootdown, spaces, FIRST_SCHEDULER_ROUTINE)
    const { scheduler } = this
    entry.idle = callback((t) => scheduler.isIdle(t))
    this.futexes = new Futexes(software, numbers, words, entry, scheduler, FIRST_FUTEX_ROUTINE)
    this.signals = new Signals(software, numbers, pages, words, entry, scheduler, spaces, FIRST_SIGNAL_ROUTINE)
    this.pipes = new Pipes(software, numbers, pages, words, entry, this.futexes, spaces, FIRST_PIPE_ROUTINE)
    this.#software = software
    this.faults = new PageFaults(software, numbers, spaces, entry, shootdown, FIRST_FAULT_ROUTINE)
  }

  /** The address space of the process. */
  get space(): AddressSpace {
    return this.spaces.of(PROCESS)
  }

  /** Ticks of the instruction that forgets one context, where a mechanism has one. */
  set forgetContext(ticks: number) {
    this.#context.forgetContext = ticks
  }

  /** What a mechanism has every thread do that is called by `synchronise`, before it acknowledges. */
  set serve(append: ShootdownContext["serve"]) {
    this.#context.serve = append
  }

  /** What gives the frames of pages back when nobody can reach them any more. */
  set reclaim(append: ShootdownContext["reclaim"]) {
    this.#context.reclaim = append
  }

  get serve(): ShootdownContext["serve"] {
    return this.#context.serve
  }

  /** A mechanism will ask the kernel about `pages`. While the machine is built. */
  ask(pages: KernelPages): void {
    this.#asked.push(pages)
  }

  /** Threads will sleep, raise signals, move or use pipes. While the machine is built, before all pages are known. */
  openThreads(): void {
    if (this.#open) return
    this.#open = true
    this.scheduler.open(this.#software)
    this.futexes.open()
    this.signals.open()
  }

  /** All pages are known; programs will ask the kernel about those in `asked`. */
  seal(asked: ReadonlyArray<KernelPages>): void {
    this.spaces.seal([...this.#asked, ...asked], this.shootdown.defers ? 4 : 1)
  }

  /** `t` runs in `space` from the start, on `node`: it is a target of that space's shootdowns. */
  attach(t: HardwareThread, node: number, space: number): void {
    this.spaces.place(t, space)
    this.spaces.frames.attach(t.number, node)
  }

  /** mprotect or pkey_mprotect: pages [first, first + count) get page-table entry `entry`. */
  protect(program: Program, thread: HardwareThread, first: number, count: number, entry: number): void {
    this.calls.protect(program, thread, first, count, entry)
  }

  /** What a change of pages [first, first + count) ends with, alone: in the kernel, without a way into it. */
  flushRange(program: Program, thread: HardwareThread, first: number, count: number): void {
    program.as(Cause.kernel).enterKernel(true)
    this.shootdown.flush(program, thread, thread.space, first, count, false)
    program.as(Cause.kernel).enterKernel(false)
  }

  /** Every translation of `context` leaves every TLB before what follows. */
  shootdownContext(program: Program, thread: HardwareThread, context: number): void {
    this.shootdown.flush(program, thread, PROCESS, context, WHOLE_CONTEXT, false)
  }

  /** A system call that changes no page: every other thread of the CPU mask does what `serve` appends; wait for all. */
  synchronise(program: Program, thread: HardwareThread): void {
    this.entry.call(program)
    this.shootdown.flush(program, thread, PROCESS, 0, NO_PAGES, false)
    this.entry.return(program)
  }

  /** An interrupt is taken: entry, the queue of calls, return; a remote action request is microcode alone. */
  handle(program: Program, thread: HardwareThread): void {
    if (thread.pendingActions > 0) {
      thread.pendingActions--
      thread.interrupts--
      this.shootdown.act?.(program, thread)
      return
    }
    if (thread.pendingTicks > 0) {
      thread.pendingTicks--
      return this.scheduler.tick(program, thread)
    }
    this.entry.interrupt(program, thread)
    if (thread.pendingReschedules > 0) {
      thread.pendingReschedules--
      this.scheduler.reschedule(program.as(Cause.kernel), thread)
    } else this.shootdown.handle(program, thread)
    this.entry.interruptReturn(program, thread)
  }

  /** A context switch: into the kernel, and out of it as a thread that runs in `domain`. */
  resume(program: Program, domain: number): void {
    this.entry.call(program)
    this.entry.return(program)
    program.run(KernelRoutine.restore, domain)
  }

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    if (routine >= FIRST_SHOOTDOWN_ROUTINE) this.shootdown.routine(program, t, routine, argument)
    else if (routine >= FIRST_PIPE_ROUTINE) this.pipes.routine(program, t, routine)
    else if (routine >= FIRST_SIGNAL_ROUTINE) this.signals.routine(program, t, routine, argument)
    else if (routine >= FIRST_FUTEX_ROUTINE) this.futexes.routine(program, t, routine, argument)
    else if (routine >= FIRST_FAULT_ROUTINE) this.faults.routine(program, t, routine, argument)
    else if (routine >= FIRST_SCHEDULER_ROUTINE) this.scheduler.routine(program, t, routine, argument)
    else if (routine >= FIRST_CALL_ROUTINE) this.calls.routine(program, t, routine, argument)
    else if (routine >= FIRST_FRAME_ROUTINE) this.spaces.frames.routine(t, routine)
    else this.spaces.acting(t).mappings.routine(program, t, routine, argument)
  }

  marked(t: HardwareThread, kind: number, argument: number, tick: number): void {
    this.log.marked(t, kind, argument, tick)
  }
}
