/**
 * What instructions that steer do to those behind them: branches go wrong at a stated rate, serialising instructions
 * hold younger ones back. Law: a draw per branch from the thread's own random stream, whatever it waits for.
 */
import { RandomStream, thresholdOf } from "../kernel/random.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Cells } from "./cells.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import { Control } from "./instruction-table.ts"
import type { Pipeline } from "./pipeline.ts"

export class Branches {
  readonly #pipeline: Pipeline
  readonly #states: ReadonlyArray<Int32Array>
  readonly #random: Array<RandomStream> // [thread of the tile]
  readonly threshold: number
  readonly #first: number

  constructor(pipeline: Pipeline, numbers: MachineNumbers, seed: number, firstThread: number, cells: Cells) {
    this.#pipeline = pipeline
    this.#states = Array.from({ length: numbers.threadsPerTile }, () => cells.take(1))
    this.#random = this.#states.map(
      (state, i) => new RandomStream(seed, `branches of thread ${firstThread + i}`, state)
    )
    this.threshold = thresholdOf(numbers.core.mispredictPerMillion)
    this.#first = firstThread
  }

  /** An instruction of `control` completes at `result`, a tick, or -1 - its number in the window. */
  steer(t: HardwareThread, control: number, result: number): void {
    if (control >= Control.fence) {
      if (result < 0) t.serialiser = (-1 - result) & t.window.mask
      else if (result > t.barrier) t.barrier = result
      return
    }
    if (this.#random[t.number - this.#first].isBelow(this.threshold)) this.mispredict(t, result)
  }

  /** The cell with the state of the random stream of `t`. */
  stateOf(t: HardwareThread): Int32Array {
    return this.#states[t.number - this.#first]
  }

  /** A branch went wrong that is resolved at `result`, a tick, or -1 - its number in the window. */
  mispredict(t: HardwareThread, result: number): void {
    t.mispredicts++
    if (result >= 0) this.#pipeline.redirect(t, result)
    else t.mispredicted = (-1 - result) & t.window.mask
  }
}
