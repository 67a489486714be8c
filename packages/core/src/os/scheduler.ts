/**
 * Software threads on hardware threads: those of one hardware thread take turns, first in, first out. A turn ends when
 * its thread yields, ends, sleeps or leaves for another hardware thread, or, with a tick, at the tick if it is in user
 * mode. The queue belongs to its hardware thread and to nobody else: what others want of it is a word and an interrupt.
 *
 *   SC1  a thread is switched away from in user mode or in a call of its own: never while it holds a lock of the kernel
 *   SC2  no wake-up is lost: who sleeps has said so in a word before it looked, and looks once more before it sleeps
 *   SC3  a hardware thread whose threads all sleep is idle, on the address space that it finds (lazy TLB)
 */
import type { MachineNumbers } from "../machines/machine.ts"
import type { Words } from "../memory/words.ts"
import { Cause } from "../processor/cause.ts"
import { type HardwareThread, RESCHEDULE } from "../processor/hardware-thread.ts"
import { Program } from "../processor/program.ts"
import type { ThreadContext } from "../processor/thread-context.ts"
import type { AddressSpaces } from "./address-spaces.ts"
import type { KernelEntry } from "./kernel-entry.ts"
import { sendingOf } from "./shootdown/interrupt-clusters.ts"
import type { ShootdownPolicy } from "./shootdown/shootdown-policy.ts"

const Step = { turn: 0, sleep: 1, woken: 2, kick: 3, leave: 4, post: 5, posted: 6, take: 7 } as const
/** How many routines the scheduler has. */
export const SCHEDULER_ROUTINES = 8

export class Scheduler {
  /** [hardware thread] context switches, and ticks taken. */
  readonly switches: Float64Array
  readonly ticks: Float64Array
  /** Times that a thread has gone to sleep, and to another hardware thread. */
  sleeps = 0
  migrations = 0
  /** What a mechanism has of a thread beside its registers goes along. */
  saving: ((t: HardwareThread, context: ThreadContext) => void) | undefined
  restored: ((t: HardwareThread, context: ThreadContext) => void) | undefined
  readonly #firstRoutine: number
  readonly #numbers: MachineNumbers
  readonly #words: Words
  readonly #entry: KernelEntry
  readonly #shootdown: ShootdownPolicy
  readonly #spaces: AddressSpaces
  readonly #running: Array<ThreadContext | undefined> // [hardware thread]
  readonly #waiting: Array<Array<ThreadContext>> // [hardware thread] in the order of their turns
  readonly #sleeping: Array<Array<ThreadContext>> // [hardware thread]
  readonly #idle: Array<Array<Program>> // [hardware thread] programs of its idle thread
  readonly #leaving: Int32Array // [hardware thread] software thread on its way from there
  readonly #contexts: Array<ThreadContext> = [] // [software thread]
  readonly #workers: Array<number> = [] // [worker] software thread
  #state = new Int32Array(0) // [software thread] word: 1 when it may run
  #home = new Int32Array(0) // [software thread] word: its hardware thread
  #mail = new Int32Array(0) // [hardware thread] word: 1 + software thread that comes to it, or 0

  constructor(
    threads: number,
    numbers: MachineNumbers,
    words: Words,
    entry: KernelEntry,
    shootdown: ShootdownPolicy,
    spaces: AddressSpaces,
    firstRoutine: number
  ) {
    this.#firstRoutine = firstRoutine
    this.#numbers = numbers
    this.#words = words
    this.#entry = entry
    this.#shootdown = shootdown
    this.#spaces = spaces
    this.switches = new Float64Array(threads)
    this.ticks = new Float64Array(threads)
    this.#running = Array<ThreadContext | undefined>(threads).fill(undefined)
    this.#waiting = Array.from({ length: threads }, () => [])
    this.#sleeping = Array.from({ length: threads }, () => [])
    this.#idle = Array.from({ length: threads }, () => [new Program(), new Program()])
    this.#leaving = new Int32Array(threads)
  }

  /** Threads sleep, signal each other or move: they have words for that. While the machine is built. */
  open(software: number): void {
    const each = (count: number) => Int32Array.from({ length: count }, () => this.#words.allocate(1))
    this.#state = each(software)
    this.#home = each(software)
    this.#mail = each(this.switches.length)
  }

  /** A thread of hardware thread `thread`, the next worker's: the first runs, the others wait. While the machine is built. */
  add(thread: number, context: ThreadContext): void {
    this.#contexts[context.software] = context
    this.#workers.push(context.software)
    if (this.#home.length > 0) this.#words.values[this.#home[context.software]] = thread
    if (this.#running[thread] === undefined) this.#running[thread] = context
    else this.#waiting[thread].push(context)
  }

  /** Software thread of `worker`. */
  softwareOf(worker: number): number {
    return this.#workers[worker]
  }

  /** True if another thread waits for `t`. */
  contended(t: HardwareThread): boolean {
    return this.#waiting[t.number].length > 0
  }

  /** True if its threads all sleep or have gone. */
  isIdle(t: HardwareThread): boolean {
    return this.#running[t.number] === undefined
  }

  /** The threads that wait for `thread` or sleep there: their contexts hold rights still. */
  saved(thread: number): ReadonlyArray<ThreadContext> {
    return this.#sleeping[thread].length === 0
      ? this.#waiting[thread]
      : [...this.#waiting[thread], ...this.#sleeping[thread]]
  }

  /** Who sleeps, for a watchdog's report. */
  describe(): Array<string> {
    return this.#sleeping.flatMap((contexts, thread) =>
      contexts.map(({ software }) => `software thread ${software} sleeps on thread ${thread}`)
    )
  }

  /** sched_yield. */
  yield(program: Program): void {
    this.#entry.call(program).run(this.#firstRoutine + Step.turn)
    this.#entry.return(program)
  }

  /** The timer's interrupt: the tick's own work, and the next turn if it came in user mode. */
  tick(program: Program, t: HardwareThread): void {
    this.ticks[t.number]++
    this.#entry.interrupt(program, t)
    program.as(Cause.kernel).chain(this.#numbers.kernel.tickPath)
    this.#shootdown.tick(program, t)
    if (t.inKernel === 0) program.as(Cause.kernel).run(this.#firstRoutine + Step.turn)
    this.#entry.interruptReturn(program, t)
  }

  /** SC2: `t`'s thread is about to look whether it has to sleep. */
  prepareSleep(program: Program, t: HardwareThread): void {
    program.storeWord(this.#state[t.software], 0)
  }

  /** In the kernel, without a lock: sleep unless woken since `prepareSleep`. What follows runs when it has been woken. */
  sleep(program: Program, t: HardwareThread): void {
    program.loadWord(this.#state[t.software]).run(this.#firstRoutine + Step.sleep)
  }

  /** In the kernel: `software` may run; its hardware thread is told. */
  wake(program: Program, software: number): void {
    program.chain(this.#numbers.kernel.wakePath).storeWord(this.#state[software], 1)
    this.kick(program, software)
  }

  /** Interrupt the hardware thread of `software`, or look for it here. */
  kick(program: Program, software: number): void {
    program.loadWord(this.#home[software]).run(this.#firstRoutine + Step.kick)
  }

  /** sched_setaffinity of the thread itself: it goes on on hardware thread `thread`. */
  migrate(program: Program, thread: number): void {
    this.#entry.call(program).chain(this.#numbers.kernel.wakePath)
    program.run(this.#firstRoutine + Step.leave, thread)
    this.#entry.return(program)
  }

  /** What the handler of a reschedule interrupt does: who has come, and which of those who slept here may run. */
  reschedule(program: Program, t: HardwareThread): void {
    program.swapWord(this.#mail[t.number], 0, this.#numbers.core.locked).run(this.#firstRoutine + Step.take)
    for (const { software } of this.#sleeping[t.number])
      program.loadWord(this.#state[software]).run(this.#firstRoutine + Step.woken, software)
  }

  /** The thread on `t` has ended: the next one, if there is one, runs on. */
  next(t: HardwareThread): boolean {
    const [context] = this.#waiting[t.number].splice(0, 1)
    if (context === undefined) return false
    this.#switch(t, context)
    return true
  }

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    switch (routine - this.#firstRoutine) {
      case Step.turn:
        return this.#turn(t)
      case Step.sleep:
        return this.#sleep(t)
      case Step.woken:
        return this.#woken(t, argument)
      case Step.kick:
        if (t.value === t.number) this.reschedule(program, t)
        else program.interrupt(t.value, RESCHEDULE, sendingOf(this.#numbers))
        return
      case Step.leave:
        return this.#leave(t, argument)
      case Step.post:
        program
          .compareSwap(this.#mail[argument], 0, 1 + this.#leaving[t.number], this.#numbers.core.locked)
          .run(this.#firstRoutine + Step.posted, argument)
        return
      case Step.posted:
        if (t.value === 0) program.interrupt(argument, RESCHEDULE, sendingOf(this.#numbers))
        else program.spin(this.#mail[argument], 0, Cause.lockWait).run(this.#firstRoutine + Step.post, argument)
        return
      default:
        if (t.value > 0) this.#waiting[t.number].push(this.#contexts[t.value - 1])
    }
  }

  #turn(t: HardwareThread): void {
    const running = this.#running[t.number]
    const [context] = this.#waiting[t.number].splice(0, 1)
    if (running === undefined || context === undefined) return
    this.#save(t, running)
    this.#waiting[t.number].push(running)
    this.#switch(t, context)
  }

  #sleep(t: HardwareThread): void {
    const running = this.#running[t.number]
    if (t.value === 1 || running === undefined) return
    this.sleeps++
    this.#save(t, running)
    this.#sleeping[t.number].push(running)
    this.#release(t)
  }

  #woken(t: HardwareThread, software: number): void {
    const sleeping = this.#sleeping[t.number]
    const at = sleeping.findIndex((context) => context.software === software)
    if (t.value === 0 || at < 0) return
    this.#waiting[t.number].push(...sleeping.splice(at, 1))
  }

  #leave(t: HardwareThread, thread: number): void {
    const running = this.#running[t.number]
    if (thread === t.number || running === undefined) return
    this.migrations++
    this.#save(t, running)
    this.#leaving[t.number] = running.software
    const program = this.#release(t)
    program.storeWord(this.#home[running.software], thread).run(this.#firstRoutine + Step.post, thread)
  }

  #save(t: HardwareThread, context: ThreadContext): void {
    context.save(t)
    this.saving?.(t, context)
  }

  /** The thread on `t` is saved: the next one's turn, or (SC3) nobody's. The program that does it, in the kernel. */
  #release(t: HardwareThread): Program {
    const [context] = this.#waiting[t.number].splice(0, 1)
    if (context !== undefined) {
      this.#switch(t, context)
      return t.pushProgram().as(Cause.kernel)
    }
    this.switches[t.number]++
    this.#running[t.number] = undefined
    t.programs = this.#idle[t.number]
    t.depth = -1
    t.stream = undefined
    t.masked = false
    t.inKernel = 0
    const program = t.pushProgram().as(Cause.kernel).chain(this.#numbers.kernel.switchPath)
    this.#shootdown.generations.borrow(program, t)
    return program
  }

  #switch(t: HardwareThread, context: ThreadContext): void {
    const { kernel } = this.#numbers
    const isNew = context.depth < 0
    this.switches[t.number]++
    this.#running[t.number] = context
    context.restore(t)
    this.restored?.(t, context)
    const program = t.pushProgram().as(Cause.kernel).chain(kernel.switchPath)
    if (!this.#shootdown.generations.runs(t, context.space)) this.#spaces.switchTo(program, t, context.space)
    if (!isNew) return
    t.inKernel++
    this.#entry.return(program)
  }
}
