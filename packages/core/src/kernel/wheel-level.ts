/**
 * One level of the timing wheel, laid out in the memory that the event queue shares with its nodes: a head and a tail
 * per slot, side by side, and a bit per slot that holds any node. One array, because every typed array that the hot
 * path touches costs it the loads of another header.
 * Law: a list keeps the order in which its nodes came.
 */
import * as eventNode from "./event-node.ts"

const { NEXT, Nil } = eventNode

/** Words of a level of `slots` slots, a multiple of 32. */
export const wordsOf = (slots: number): number => 2 * slots + slots / 32

/** Empty the level of `slots` slots at `base`. */
export function clearLevel(memory: Int32Array, base: number, slots: number): void {
  memory.fill(Nil, base, base + 2 * slots)
  memory.fill(0, base + 2 * slots, base + wordsOf(slots))
}

/** Append `node` to `slot`. */
export function append(memory: Int32Array, base: number, slots: number, slot: number, node: number): void {
  const at = base + 2 * slot
  const tail = memory[at + 1]
  memory[at + 1] = node
  if (tail !== Nil) memory[tail + NEXT] = node
  else {
    memory[at] = node
    memory[base + 2 * slots + (slot >>> 5)] |= 1 << (slot & 31)
  }
}

/** Empty `slot`; the first node that it held. */
export function take(memory: Int32Array, base: number, slots: number, slot: number): number {
  const at = base + 2 * slot
  const head = memory[at]
  memory[at] = memory[at + 1] = Nil
  memory[base + 2 * slots + (slot >>> 5)] &= ~(1 << (slot & 31))
  return head
}

/** First slot from `slot` on that holds a node, or -1. */
export function next(memory: Int32Array, base: number, slots: number, slot: number): number {
  const bits = base + 2 * slots
  const end = bits + (slots >>> 5)
  let word = bits + (slot >>> 5)
  if (word >= end) return -1
  let occupied = memory[word] & (-1 << (slot & 31))
  while (occupied === 0) {
    if (++word === end) return -1
    occupied = memory[word]
  }
  return ((word - bits) << 5) | (31 - Math.clz32(occupied & -occupied))
}
