/**
 * Registers that instructions read, packed as fields of six bits, each register + 1.
 * Law: looking at a register whose producer has completed makes its tick known for good.
 */
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromWindow from "./window.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Unresolved } = fromWindow

/** Latest ready tick of the registers packed in `fields`, 0 if there are none, or Unresolved. */
export function readyOf(t: HardwareThread, packed: number): number {
  let latest = 0
  for (let fields = packed; fields !== 0; fields >>>= 6) {
    let ready = t.ready[fields & 63]
    if (ready < 0) {
      ready = t.window.doneAt(-1 - ready)
      if (ready < 0) return Unresolved
      t.ready[fields & 63] = ready
    }
    if (ready > latest) latest = ready
  }
  return latest
}
