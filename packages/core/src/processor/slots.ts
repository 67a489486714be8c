/**
 * Accounting of dispatch slots, one row of causes per hardware thread.
 *
 *   SL1  at the end of a run a thread's slots add up to width x elapsed ticks, exactly
 */
import { invariant } from "../kernel/model-defect.ts"
import { Cause, causeNames } from "./cause.ts"

const CAUSES = causeNames.length

export class Slots {
  readonly #counts: Float64Array // [thread][cause] slots
  readonly #width: number

  constructor(threads: number, width: number) {
    this.#width = width
    this.#counts = new Float64Array(threads * CAUSES)
  }

  /** The causes of one thread, live: processors add to it directly. */
  of(thread: number): Float64Array {
    return this.#counts.subarray(thread * CAUSES, (thread + 1) * CAUSES)
  }

  /** Give the slots after a thread's end to `idle` and check SL1. `ended` is in slots. */
  close(thread: number, ended: number, cycles: number): void {
    const row = this.of(thread)
    row[Cause.idle] += cycles * this.#width - ended
    const sum = row.reduce((total, slots) => total + slots, 0)
    invariant(
      sum === cycles * this.#width,
      "SL1",
      `thread ${thread} accounts for ${sum} of ${cycles * this.#width} slots`
    )
  }
}
