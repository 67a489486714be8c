/**
 * A thread goes on. Law: what it waited for until now is what its block says; the slots left empty go there once nothing
 * older is unfinished.
 */
import * as fromCause from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromHardwareThread from "./hardware-thread.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Cause } = fromCause
const { Block } = fromHardwareThread

/** `t` may go on, not before `now`. */
export function wake(t: HardwareThread, now: number): void {
  if (t.block === Block.spin && t.pendingInterrupts > 0 && !t.masked) {
    // The wait is an instruction of its own: it retires here and is made again if it has to be.
    t.window.complete[t.wordEntry] = now
    t.window.settle()
    t.programs[t.depth].repeat = 0
  }
  if (t.front < now) {
    t.front = now
    if (t.block === Block.fetch) t.frontCause = Cause.frontEnd
    else if (t.block === Block.ended) t.frontCause = Cause.idle
    else if (t.block === Block.storeBuffer || t.block === Block.drain) t.frontCause = Cause.storeBuffer
  }
  t.block = Block.none
  t.due = now > t.tick ? now : t.tick
}
