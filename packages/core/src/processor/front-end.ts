/**
 * Taken branches as programs have them. The front end delivers one block of instructions after another, each up to a
 * taken branch, and runs ahead of dispatch as far as its queue reaches; what stalls dispatch hides it.
 *
 *   FE1  a block of n instructions takes ceil(n / width) ticks, and a taken branch's own least if that is more
 *   FE2  the front end is at most a queue of instructions ahead of dispatch
 *   FE3  the target dispatches no earlier than it has been delivered
 *
 * Targets are predicted: gates and kernel paths are hot code. Streams don't come here, they go wrong at a stated rate.
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { Cause } from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"

export class FrontEnd {
  readonly #width: number
  readonly #taken: number
  readonly #indirect: number
  readonly #lead: number

  constructor({ core, frontEnd }: MachineNumbers) {
    this.#width = core.width
    this.#taken = frontEnd.takenBranch
    this.#indirect = frontEnd.indirectBranch
    this.#lead = Math.floor(frontEnd.queue / core.width)
  }

  /** The youngest instruction of `t`, dispatched at `tick`, is a taken branch. */
  taken(t: HardwareThread, indirect: boolean, tick: number): void {
    const block = Math.ceil((t.window.next - t.deliveredTo) / this.#width)
    const least = indirect ? this.#indirect : this.#taken
    const ahead = tick - this.#lead
    const delivered = t.delivered + (block > least ? block : least)
    const restarted = t.front > ahead ? t.front : ahead
    t.delivered = delivered > restarted ? delivered : restarted
    t.deliveredTo = t.window.next
    if (t.delivered <= t.front) return
    t.front = t.delivered
    t.frontCause = Cause.frontEnd
  }
}
