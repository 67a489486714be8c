/**
 * Shootdown by Arm's broadcast: TLBI ... IS for each page (or range), then one DSB that waits until every tile of the
 * inner-shareable domain has acknowledged. Nobody is interrupted; what no TLBI can do is called by interrupt.
 *
 *   BS1  every tile hears of every flush, whoever runs there
 */
import { Cause } from "../../processor/cause.ts"
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"
import { ALL_PAGES, MOST_PAGES, ONE_CONTEXT } from "../../processor/remote-invalidations.ts"
import { Any } from "../../translation/contexts.ts"
import { INTERRUPT_ROUTINES, InterruptShootdown } from "./interrupt-shootdown.ts"
import { LocalInvalidation } from "./local-invalidation.ts"
import { ShootdownMark } from "./shootdown-log.ts"
import {
  NO_PAGES,
  type ShootdownContext,
  type ShootdownPolicy,
  WHOLE_CONTEXT,
  WHOLE_SPACE
} from "./shootdown-policy.ts"
import type { SpaceGenerations } from "./space-generations.ts"

/** Routines of broadcasts. */
const BEGIN = INTERRUPT_ROUTINES + 15
const WHOLE = INTERRUPT_ROUTINES + 16

export class BroadcastShootdown implements ShootdownPolicy {
  readonly defers = false
  /** Calls of what no broadcast can do. */
  readonly calls: InterruptShootdown
  readonly #context: ShootdownContext
  readonly #invalidation: LocalInvalidation

  constructor(context: ShootdownContext) {
    this.#context = context
    this.#invalidation = new LocalInvalidation(context)
    this.calls = new InterruptShootdown(context)
  }

  get generations(): SpaceGenerations {
    return this.calls.generations
  }

  flush(program: Program, thread: HardwareThread, space: number, first: number, count: number, reclaim: boolean): void {
    if (count === NO_PAGES) return this.calls.flush(program, thread, space, first, count, reclaim)
    program.as(Cause.kernel).mark(ShootdownMark.begin).run(BEGIN, count)
    const { identifiers, mask } = this.generations
    if (identifiers !== undefined && mask.length > 1 && this.#invalidation.isWhole(count)) {
      identifiers.load(program, space)
      program.run(WHOLE)
    } else this.append(program, first, count, space)
    program.mark(ShootdownMark.end)
    if (reclaim) this.#context.reclaim(program, thread, space, first, count, false)
  }

  /**
   * The broadcasts of pages [first, first + count), WHOLE_CONTEXT or WHOLE_SPACE, and the wait for them. `identifier` is
   * that of the address space on every CPU, or Any.
   */
  append(program: Program, first: number, count: number, identifier: number): void {
    const { core, kernelChoice, remoteInvalidation } = this.#context.numbers
    const { issue } = remoteInvalidation
    const most = Math.min(remoteInvalidation.pages, MOST_PAGES)
    // With page-table isolation the user's translations have an identifier of their own.
    for (let table = kernelChoice.pageTableIsolation ? 2 : 1; table > 0; table--) {
      if (count === WHOLE_CONTEXT) program.broadcast(first, ONE_CONTEXT, issue)
      else if (this.#invalidation.isWhole(count)) program.broadcast(identifier, ALL_PAGES, issue)
      else for (let at = 0; at < count; at += most) program.broadcast(first + at, Math.min(most, count - at), issue)
    }
    program.awaitBroadcasts(core.fence)
  }

  /** Note a shootdown of which every other tile hears. */
  begin(t: HardwareThread, count: number): void {
    const { log, numbers, threads } = this.#context
    const { threadsPerTile } = numbers
    log.opened(t.number, count)
    for (let thread = 0; thread < threads; thread += threadsPerTile)
      if (thread !== t.number - (t.number % threadsPerTile)) log.told(t.number, thread)
    log.closed(t.number)
  }

  handle(program: Program, thread: HardwareThread): void {
    this.calls.handle(program, thread)
  }

  tick(): void {}

  switchFrom(): void {}

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    if (routine === BEGIN) this.begin(t, argument)
    else if (routine === WHOLE)
      this.append(program, 0, WHOLE_SPACE, this.generations.identifiers?.named(t.value) ?? Any)
    else this.calls.routine(program, t, routine, argument)
  }
}
