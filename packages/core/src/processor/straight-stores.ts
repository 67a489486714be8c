/**
 * What the loop in straight-loop.ts asks of the store buffer; integer-code.ts makes WebAssembly of it as well.
 * Law: each answers as StoreBuffer and forwarding.ts would.
 */
import type { LoopCalls } from "./loop-calls.ts"
import type { LoopNumbers } from "./straight-numbers.ts"

declare const calls: LoopCalls
declare const cells: Int32Array
declare const m: LoopNumbers

/** StoreBuffer.freeAt: tick from which a row is free, or -1. */
export function freeStore(t: number): number {
  const leaving = cells[(t + 84) >> 2] - m.storeSize
  if (leaving < 0) return 0
  if (leaving >= cells[(t + 96) >> 2]) return -1
  return cells[(t + m.drains + ((leaving & m.storeMask) << 2)) >> 2]
}

/** Tick of the data that the store in slot `forward` has for a load of `address`, -1 if that isn't known, or -2 if it has drained. */
export function suppliedBy(t: number, next: number, forward: number, address: number): number {
  const store = cells[(forward + 12) >> 2]
  const ready = cells[(forward + 8) >> 2]
  if (store < cells[(t + 96) >> 2]) {
    if (cells[(t + 84) >> 2] - store > m.storeMask) return -2
    if (cells[(t + m.drains + ((store & m.storeMask) << 2)) >> 2] <= address) return -2
  }
  if (ready >= 0) return ready
  return calls.doneAt(next, -1 - ready)
}
