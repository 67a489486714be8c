/**
 * Ways into the kernel and out of it: system call, page fault, interrupt. With page-table isolation each way in from
 * user code and each way back writes CR3, and the way back clears buffers where that is needed; in a guest,
 * exceptions and interrupts cost what they cost there.
 *
 *   KE1  an interrupt waits for nothing but misses: what is in flight otherwise is thrown away, and takes the time
 *        that it still needed again behind the return
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { Serialise } from "../processor/operation.ts"
import type { Program } from "../processor/program.ts"

/** Ticks of work that is done again, after which the next interrupt may come. */
const AGAIN = 32

export class KernelEntry {
  /** Ticks of the way into the hypervisor and back when a target is interrupted, on top of the interrupt itself. */
  handlerExit = 0
  handlerEntry = 0
  /** Whether `t` has nothing to run: what interrupts it first ends its idle state. */
  idle: (t: HardwareThread) => boolean = () => false
  /** What is done before a way out of the kernel, which was `level` ways in deep, and behind it. */
  leaving: ((program: Program, level: number) => void) | undefined
  left: ((program: Program) => void) | undefined
  /** What hardware does with a thread that an interrupt takes away from what it executes, and before it goes on with that. */
  taken: ((program: Program, t: HardwareThread) => void) | undefined
  resumed: ((program: Program, t: HardwareThread) => void) | undefined
  readonly #numbers: MachineNumbers
  readonly #isolation: number
  readonly #bufferClear: number
  readonly #thrownAway: Int32Array // [hardware thread] ticks that its work in flight would have taken yet
  readonly #guestEntry: number
  readonly #guestExit: number

  constructor(numbers: MachineNumbers) {
    const { interrupt, kernel, kernelChoice } = numbers
    this.#numbers = numbers
    this.#thrownAway = new Int32Array(numbers.tiles * numbers.threadsPerTile)
    this.#isolation = kernelChoice.pageTableIsolation ? kernel.isolationSwitch : 0
    this.#bufferClear = kernelChoice.pageTableIsolation ? kernel.bufferClear : 0
    this.#guestEntry = kernelChoice.virtualised ? interrupt.guestEntry : 0
    this.#guestExit = kernelChoice.virtualised ? interrupt.guestExit : 0
  }

  /** A system call instruction. What follows is the kernel's. */
  call(program: Program): Program {
    program.as(Cause.kernel).serialise(Serialise.drain, this.#numbers.kernel.syscallEntry).enterKernel(true)
    return this.#switch(program)
  }

  /** Back from a system call. */
  return(program: Program): void {
    this.leaving?.(program.as(Cause.kernel), 1)
    this.#switchBack(program.as(Cause.kernel))
    program.enterKernel(false).serialise(Serialise.drain, this.#numbers.kernel.syscallExit)
    this.left?.(program)
  }

  /** A page fault of user code. */
  fault(program: Program): Program {
    const { faultEntry } = this.#numbers.kernel
    program
      .as(Cause.fault)
      .serialise(Serialise.drain, faultEntry + this.#guestEntry)
      .enterKernel(true)
    return this.#switch(program)
  }

  /** Back from a page fault. */
  faultReturn(program: Program): void {
    this.leaving?.(program.as(Cause.kernel), 1)
    this.#switchBack(program.as(Cause.fault))
    program.enterKernel(false).serialise(Serialise.drain, this.#numbers.kernel.faultExit + this.#guestExit)
    this.left?.(program)
  }

  /** KE1. An interrupt is taken by `t`: in the kernel its page tables are the kernel's already. */
  interrupt(program: Program, t: HardwareThread): void {
    const { entry, idleExit } = this.#numbers.interrupt
    const ticks = entry + (this.idle(t) ? idleExit : 0) + this.handlerExit + this.#guestEntry
    const { lastCommit, settled } = t.window
    this.#thrownAway[t.number] = settled ? Math.max(0, lastCommit - Math.max(t.tick, t.barrier)) : 0
    program.as(Cause.interrupt).maskInterrupts(true)
    this.taken?.(program, t)
    program.serialise(settled ? Serialise.hold : Serialise.drain, ticks)
    if (t.inKernel === 0) this.#switch(program)
  }

  /** Back from an interrupt that `interrupt` began in the same program; `routine` runs before work is done again. */
  interruptReturn(program: Program, t: HardwareThread, routine?: number): void {
    const ticks = this.#numbers.interrupt.exit + this.handlerEntry + this.#guestExit
    if (!this.idle(t)) this.leaving?.(program.as(Cause.kernel), 0)
    program.as(Cause.interrupt)
    if (t.inKernel === 0) this.#switchBack(program)
    program.serialise(Serialise.drain, ticks)
    this.resumed?.(program, t)
    program.maskInterrupts(false)
    if (!this.idle(t)) this.left?.(program)
    if (routine !== undefined) program.run(routine)
    for (let left = this.#thrownAway[t.number]; left > 0; left -= AGAIN) {
      program.as(Cause.interrupt).serialise(Serialise.hold, left < AGAIN ? left : AGAIN)
    }
  }

  #switch(program: Program): Program {
    return this.#isolation === 0 ? program : program.serialise(Serialise.drain, this.#isolation)
  }

  #switchBack(program: Program): void {
    if (this.#bufferClear > 0) program.serialise(Serialise.drain, this.#bufferClear)
    this.#switch(program)
  }
}
