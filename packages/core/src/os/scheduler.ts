/**
 * Software threads on hardware threads: each is pinned, those of one hardware thread take turns, first in, first out.
 * A turn ends when its thread yields or ends, or, with a tick, at the tick if it is in user mode. The queue belongs to
 * its hardware thread and to nobody else.
 *
 *   SC1  a thread is switched away from in user mode or in a yield of its own: never while it holds a lock of the kernel
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import type { ThreadContext } from "../processor/thread-context.ts"
import type { AddressSpaces } from "./address-spaces.ts"
import type { KernelEntry } from "./kernel-entry.ts"
import type { ShootdownPolicy } from "./shootdown/shootdown-policy.ts"

/** How many routines the scheduler has. */
export const SCHEDULER_ROUTINES = 1

export class Scheduler {
  /** [hardware thread] context switches, and ticks taken. */
  readonly switches: Float64Array
  readonly ticks: Float64Array
  /** What a mechanism has of a thread beside its registers goes along. */
  saving: ((t: HardwareThread, context: ThreadContext) => void) | undefined
  restored: ((t: HardwareThread, context: ThreadContext) => void) | undefined
  readonly #firstRoutine: number
  readonly #numbers: MachineNumbers
  readonly #entry: KernelEntry
  readonly #shootdown: ShootdownPolicy
  readonly #spaces: AddressSpaces
  readonly #running: Array<ThreadContext | undefined> // [hardware thread]
  readonly #waiting: Array<Array<ThreadContext>> // [hardware thread] in the order of their turns

  constructor(
    threads: number,
    numbers: MachineNumbers,
    entry: KernelEntry,
    shootdown: ShootdownPolicy,
    spaces: AddressSpaces,
    firstRoutine: number
  ) {
    this.#firstRoutine = firstRoutine
    this.#numbers = numbers
    this.#entry = entry
    this.#shootdown = shootdown
    this.#spaces = spaces
    this.switches = new Float64Array(threads)
    this.ticks = new Float64Array(threads)
    this.#running = Array<ThreadContext | undefined>(threads).fill(undefined)
    this.#waiting = Array.from({ length: threads }, () => [])
  }

  /** A thread of hardware thread `thread`: the first runs, the others wait. While the machine is built. */
  add(thread: number, context: ThreadContext): void {
    if (this.#running[thread] === undefined) this.#running[thread] = context
    else this.#waiting[thread].push(context)
  }

  /** True if another thread waits for `t`. */
  contended(t: HardwareThread): boolean {
    return this.#waiting[t.number].length > 0
  }

  /** The threads that wait for `thread`, in the order of their turns: their contexts hold rights still. */
  saved(thread: number): ReadonlyArray<ThreadContext> {
    return this.#waiting[thread]
  }

  /** sched_yield. */
  yield(program: Program): void {
    this.#entry.call(program).run(this.#firstRoutine)
    this.#entry.return(program)
  }

  /** The timer's interrupt: the tick's own work, and the next turn if it came in user mode. */
  tick(program: Program, t: HardwareThread): void {
    this.ticks[t.number]++
    this.#entry.interrupt(program, t)
    program.as(Cause.kernel).chain(this.#numbers.kernel.tickPath)
    this.#shootdown.tick(program, t)
    if (t.inKernel === 0) program.as(Cause.kernel).run(this.#firstRoutine)
    this.#entry.interruptReturn(program, t)
  }

  /** The thread on `t` has ended: the next one, if there is one, runs on. */
  next(t: HardwareThread): boolean {
    const [context] = this.#waiting[t.number].splice(0, 1)
    if (context === undefined) return false
    this.#switch(t, context)
    return true
  }

  routine(t: HardwareThread): void {
    const running = this.#running[t.number]
    const [context] = this.#waiting[t.number].splice(0, 1)
    if (running === undefined || context === undefined) return
    running.save(t)
    this.saving?.(t, running)
    this.#waiting[t.number].push(running)
    this.#switch(t, context)
  }

  #switch(t: HardwareThread, context: ThreadContext): void {
    const { kernel } = this.#numbers
    const isNew = context.depth < 0
    this.switches[t.number]++
    this.#running[t.number] = context
    context.restore(t)
    this.restored?.(t, context)
    const program = t.pushProgram().as(Cause.kernel).chain(kernel.switchPath)
    if (context.space !== t.space) this.#spaces.switchTo(program, t, context.space)
    if (!isNew) return
    t.inKernel++
    this.#entry.return(program)
  }
}
