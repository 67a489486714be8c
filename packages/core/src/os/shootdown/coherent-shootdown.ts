/**
 * Shootdown by coherence, as UNITD: a TLB entry leaves when the line of its page-table entry does, so it is gone
 * everywhere when the initiator's store performs, and a flush has nothing left to do. The hook is Translation's
 * `coherent`; what is no page-table entry is called by interrupt.
 *
 *   CO1  a tile holds a translation only while it holds the line of its table entry
 */
import { Cause } from "../../processor/cause.ts"
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"
import { INTERRUPT_ROUTINES, InterruptShootdown } from "./interrupt-shootdown.ts"
import { NO_PAGES, type ShootdownContext, type ShootdownPolicy, WHOLE_CONTEXT } from "./shootdown-policy.ts"
import type { SpaceGenerations } from "./space-generations.ts"

const COUNTED = INTERRUPT_ROUTINES

export class CoherentShootdown implements ShootdownPolicy {
  readonly defers = false
  readonly #context: ShootdownContext
  readonly #calls: InterruptShootdown

  constructor(context: ShootdownContext) {
    this.#context = context
    this.#calls = new InterruptShootdown(context)
  }

  get generations(): SpaceGenerations {
    return this.#calls.generations
  }

  flush(program: Program, thread: HardwareThread, space: number, first: number, count: number, reclaim: boolean): void {
    if (count === NO_PAGES || count === WHOLE_CONTEXT)
      return this.#calls.flush(program, thread, space, first, count, reclaim)
    program.as(Cause.kernel).run(COUNTED)
    if (reclaim) this.#context.reclaim(program, thread, space, first, count, false)
  }

  handle(program: Program, thread: HardwareThread): void {
    this.#calls.handle(program, thread)
  }

  tick(): void {}

  switchFrom(): void {}

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    if (routine === COUNTED) this.#context.log.shootdowns++
    else this.#calls.routine(program, t, routine, argument)
  }
}
