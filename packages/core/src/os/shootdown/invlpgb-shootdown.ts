/**
 * Shootdown with AMD's INVLPGB and TLBSYNC: a process that runs on enough CPUs has a global ASID, and its flushes are
 * broadcast to all of them without an interrupt; a process that runs on fewer is flushed by interrupt, as Linux 6.15.
 *
 *   AS1  which of the two it is goes by the CPU mask as the initiator reads it
 */
import { Cause } from "../../processor/cause.ts"
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"
import { Any } from "../../translation/contexts.ts"
import { BroadcastShootdown } from "./broadcast-shootdown.ts"
import { INTERRUPT_ROUTINES } from "./interrupt-shootdown.ts"
import { ShootdownMark } from "./shootdown-log.ts"
import { NO_PAGES, type ShootdownContext, type ShootdownPolicy, WHOLE_CONTEXT } from "./shootdown-policy.ts"
import type { SpaceGenerations } from "./space-generations.ts"

const Routine = {
  space: INTERRUPT_ROUTINES,
  first: INTERRUPT_ROUTINES + 1,
  count: INTERRUPT_ROUTINES + 2,
  cpus: INTERRUPT_ROUTINES + 3,
  choose: INTERRUPT_ROUTINES + 4
} as const

export class InvlpgbShootdown implements ShootdownPolicy {
  readonly defers = false
  readonly #context: ShootdownContext
  readonly #broadcasts: BroadcastShootdown
  readonly #space: Int32Array // [initiator]
  readonly #first: Int32Array // [initiator]
  readonly #count: Int32Array // [initiator]
  readonly #cpus: Int32Array // [initiator] bits of the CPU mask seen

  constructor(context: ShootdownContext) {
    this.#context = context
    this.#broadcasts = new BroadcastShootdown(context)
    this.#space = new Int32Array(context.threads)
    this.#first = new Int32Array(context.threads)
    this.#count = new Int32Array(context.threads)
    this.#cpus = new Int32Array(context.threads)
  }

  get generations(): SpaceGenerations {
    return this.#broadcasts.calls.generations
  }

  flush(program: Program, thread: HardwareThread, space: number, first: number, count: number, reclaim: boolean): void {
    const { calls } = this.#broadcasts
    if (count === NO_PAGES || count === WHOLE_CONTEXT) return calls.flush(program, thread, space, first, count, reclaim)
    const { mask, maskWords } = calls.generations
    program.as(Cause.kernel).run(Routine.space, space).run(Routine.first, first).run(Routine.count, count)
    for (let word = 0; word < maskWords; word++) program.loadWord(mask[space] + word).run(Routine.cpus)
    program.run(Routine.choose)
    if (reclaim) this.#context.reclaim(program, thread, space, first, count, false)
  }

  handle(program: Program, thread: HardwareThread): void {
    this.#broadcasts.handle(program, thread)
  }

  tick(): void {}

  switchFrom(): void {}

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    const me = t.number
    switch (routine) {
      case Routine.space:
        this.#space[me] = argument
        this.#cpus[me] = 0
        return
      case Routine.first:
        this.#first[me] = argument
        return
      case Routine.count:
        this.#count[me] = argument
        return
      case Routine.cpus:
        for (let bits = t.value; bits !== 0; bits &= bits - 1) this.#cpus[me]++
        return
      case Routine.choose:
        return this.#choose(program, t)
      default:
        this.#broadcasts.routine(program, t, routine, argument)
    }
  }

  #choose(program: Program, t: HardwareThread): void {
    const me = t.number
    program.as(Cause.kernel)
    if (this.#cpus[me] < this.#context.numbers.remoteInvalidation.globalFrom) {
      this.#broadcasts.calls.flush(program, t, this.#space[me], this.#first[me], this.#count[me], false)
      return
    }
    this.#broadcasts.begin(t, this.#count[me])
    program.mark(ShootdownMark.begin)
    // Without an identifier of its own on every CPU, the whole of a space goes with every other one's.
    const { mask } = this.#broadcasts.calls.generations
    this.#broadcasts.append(program, this.#first[me], this.#count[me], mask.length === 1 ? 0 : Any)
    program.mark(ShootdownMark.end)
  }
}
