/**
 * Stores that loads can take their data from: a small table by 8-byte word, which remembers the youngest store to it.
 * Law: a load forwards only from a store that has not drained when the load executes.
 */
import type { StoreBuffer } from "./store-buffer.ts"

/** Buffered stores that loads can find, a power of two. */
const FORWARDS = 64

/** Fields of a slot: tick of the data, or -1 - the number of the instruction that stores; number of the store. */
export const Forward = { word: 0, page: 1, ready: 2, store: 3 } as const

/** Cells of the table. */
export const FORWARD_CELLS = FORWARDS * 4

/** Slot of the thread's table in which a word would be. */
export const forwardSlot = (word: number, page: number): number => ((word + page * 7) & (FORWARDS - 1)) << 2

/** In `table`, at `slot`: store `number` goes to `word`; its data are there at `ready`, or -1 - the number of its instruction. */
export function noteStore(
  table: Int32Array,
  slot: number,
  word: number,
  page: number,
  ready: number,
  number: number
): void {
  table[slot + Forward.word] = word
  table[slot + Forward.page] = page
  table[slot + Forward.ready] = ready
  table[slot + Forward.store] = number
}

/** True while store `number` has not drained by `tick`. */
export function isBuffered(stores: StoreBuffer, number: number, tick: number): boolean {
  if (number >= stores.firstUnresolved) return true
  return stores.next - number <= stores.mask && stores.drain[number & stores.mask] > tick
}
