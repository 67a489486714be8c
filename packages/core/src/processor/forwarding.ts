/**
 * Stores that loads can take their data from: a small table by 8-byte word, which remembers the youngest store to it.
 * Law: a load forwards only from a store that has not drained when the load executes.
 */
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromHardwareThread from "./hardware-thread.ts"
import type { StoreBuffer } from "./store-buffer.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { FORWARDS } = fromHardwareThread

/** Slot of the thread's table in which a word would be. */
export const forwardSlot = (word: number, page: number): number => (word + page * 7) & (FORWARDS - 1)

/** Store `number` goes to `word`; its data are there at `ready`, or -1 - the number of the instruction that stores. */
export function noteStore(
  t: HardwareThread,
  slot: number,
  word: number,
  page: number,
  ready: number,
  number: number
): void {
  t.forwardKey[slot] = word
  t.forwardPage[slot] = page
  t.forwardReady[slot] = ready
  t.forwardStore[slot] = number
}

/** True while store `number` has not drained by `tick`. */
export function isBuffered(stores: StoreBuffer, number: number, tick: number): boolean {
  if (number >= stores.firstUnresolved) return true
  return stores.next - number <= stores.mask && stores.drain[number & stores.mask] > tick
}
