/**
 * Invalidations on the tile that executes them: page by page up to the ceiling, everything above it.
 * Law: with page-table isolation each page has two translations, and the user's goes with one more instruction.
 */
import type { MachineNumbers } from "../../machines/machine.ts"
import type { Program } from "../../processor/program.ts"
import { NO_PAGES, type ShootdownContext, WHOLE_CONTEXT, WHOLE_SPACE } from "./shootdown-policy.ts"

export class LocalInvalidation {
  readonly #context: ShootdownContext
  readonly #numbers: MachineNumbers

  constructor(context: ShootdownContext) {
    this.#context = context
    this.#numbers = context.numbers
  }

  /** True when every translation of the address space goes instead of `count` pages. */
  isWhole(count: number): boolean {
    return count === WHOLE_SPACE || count > this.#numbers.kernel.flushCeiling
  }

  /** Invalidate pages [first, first + count), WHOLE_CONTEXT or WHOLE_SPACE; `user`: the user's translations too. */
  append(program: Program, first: number, count: number, user = true): void {
    if (count === NO_PAGES) return
    if (count === WHOLE_CONTEXT) program.invalidateContext(first, this.#context.forgetContext)
    else if (this.isWhole(count)) this.whole(program)
    else {
      const { kernel } = this.#numbers
      for (let i = 0; i < count; i++) program.invalidatePage(first + i, kernel.invalidatePage)
      if (user) this.user(program, first, count, this.#numbers.tlb.invalidateAddress)
    }
  }

  /** Every translation; the user's go with the write of CR3 on the way out, which page-table isolation pays anyway. */
  whole(program: Program): void {
    program.invalidateAll(this.#numbers.kernel.invalidateAll)
  }

  /** The user's translations of pages [first, first + count), if there are any of their own. */
  user(program: Program, first: number, count: number, latency: number): void {
    if (!this.#numbers.kernelChoice.pageTableIsolation || count < 0 || this.isWhole(count)) return
    for (let i = 0; i < count; i++) program.invalidatePage(first + i, latency)
  }
}
