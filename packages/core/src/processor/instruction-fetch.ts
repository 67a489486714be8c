/**
 * Instruction fetch: the line of the instruction at hand comes through the ITLB and L1I before it dispatches.
 * Law: what the front end waits for is in `waits`, and the thread is blocked until it has come.
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import * as fromRetry from "../coherence/retry.ts"
import type { Translation } from "../translation/translation.ts"
import * as fromCause from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromHardwareThread from "./hardware-thread.ts"
import * as fromInstructionTable from "./instruction-table.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Retry } = fromRetry
const { Cause } = fromCause
const { Block } = fromHardwareThread
const { Field } = fromInstructionTable

export class InstructionFetch {
  readonly #caches: PrivateCaches
  readonly #translation: Translation

  constructor(caches: PrivateCaches, translation: Translation) {
    this.#caches = caches
    this.#translation = translation
  }

  /** True if the line of the instruction whose row is at `at` is at the front end, or comes there at once. */
  has(t: HardwareThread, rows: Int32Array, at: number): boolean {
    return rows[at + Field.line] === t.fetchLine || this.fetch(t, rows, at)
  }

  /** Bring the line of the instruction whose row is at `at` to the front end; false while it is under way. */
  fetch(t: HardwareThread, rows: Int32Array, at: number): boolean {
    // A word operation that ended in an event leaves its barrier ahead: nothing is asked for in the past.
    let from = t.front > t.tick ? t.front : t.tick
    if (t.barrier > from) from = t.barrier
    const line = rows[at + Field.line]
    let tick = this.#translation.code(rows[at + Field.page], t.context, from)
    if (tick >= 0) tick = this.#caches.fetch(line, tick)
    if (tick < 0) {
      t.block = Block.fetch
      t.fetchAt = at
      t.waits = tick === Retry ? -1 : -1 - tick
      return false
    }
    t.fetchLine = line
    if (tick > from) {
      t.front = tick
      t.frontCause = Cause.frontEnd
    }
    return true
  }
}
