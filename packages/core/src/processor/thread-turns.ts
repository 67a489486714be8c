/**
 * Whose turn it is among the hardware threads of a tile. A tick belongs to one thread; two that are both ready
 * take ticks by turns, and the tick that one takes is lost to the other.
 */
import * as fromEventQueue from "../kernel/event-queue.ts"
import * as fromCause from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromHardwareThread from "./hardware-thread.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Never } = fromEventQueue
const { Cause } = fromCause
const { Block } = fromHardwareThread

export class ThreadTurns {
  readonly #threads: ReadonlyArray<HardwareThread>
  readonly #width: number
  #last = 0

  constructor(threads: ReadonlyArray<HardwareThread>, width: number) {
    this.#threads = threads
    this.#width = width
  }

  /** Tick at which the first of the threads that can go on does so, or Never. */
  firstDue(): number {
    let due: number = Never
    for (const t of this.#threads) if (t.block === Block.none && t.due < due) due = t.due
    return due
  }

  /** The thread to advance, its limit set; undefined when none can go on. */
  next(): HardwareThread | undefined {
    const threads = this.#threads
    if (threads.length === 1) return alone(threads[0])
    const [x, y] = threads
    if (x.block !== Block.none) return alone(y)
    if (y.block !== Block.none) return alone(x)
    const t = x.due < y.due || (x.due === y.due && this.#last === 1) ? x : y
    const sibling = t === x ? y : x
    this.#last = t === x ? 0 : 1
    t.limit = t.due + 1
    if (sibling.due === t.due) this.#yield(sibling, t.due)
    return t
  }

  /** `t` loses `tick` to its sibling; what it left empty before is its own. */
  #yield(t: HardwareThread, tick: number): void {
    if (t.tick < tick) {
      const width = this.#width
      const otherwise = tick === t.front ? t.frontCause : Cause.execute
      t.window.leaveEmpty(t.tick * width + t.position, tick * width, otherwise)
      t.position = 0
    }
    t.slots[Cause.sibling] += this.#width - t.position
    t.tick = t.due = tick + 1
    t.position = 0
  }
}

function alone(t: HardwareThread): HardwareThread | undefined {
  t.limit = Never
  return t.block === Block.none ? t : undefined
}
