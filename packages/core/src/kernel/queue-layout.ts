/**
 * Where the levels of the event queue lie in its memory; nodes follow.
 * Law: a level's slots cover one slot of the level above.
 */
import * as eventNode from "./event-node.ts"
import * as level from "./wheel-level.ts"

const { NEXT, Nil, STRIDE } = eventNode
const { wordsOf } = level

export const BITS = 11
/** Slots of the near level, a tick each, and of the middle one, a window of as many ticks each. */
export const SLOTS = 1 << BITS
export const MASK = SLOTS - 1
/** Slots of the farthest level: the rest of 31 bits. */
export const EPOCHS = 1 << (31 - 2 * BITS)
/** The near level is at 0, the middle one here, … */
export const WINDOW = wordsOf(SLOTS)
/** … the farthest here, … */
export const EPOCH = 2 * WINDOW
/** … and the lists that sort a tick here. */
export const LISTS = EPOCH + wordsOf(EPOCHS)

/** In place of a slot: no event is pending. */
export const None = -1
/** In place of a slot: the earliest event stands alone in its window. */
export const Lone = -2

/** Make a list of the nodes from `from` on, with `free` behind them. Its first node. */
export function chainNodes(memory: Int32Array, from: number, free: number): number {
  let first = free
  for (let node = memory.length - STRIDE; node >= from; node -= STRIDE) {
    memory[node + NEXT] = first
    first = node
  }
  return first
}

/** Every node in `memory` that is pending, unsorted: for reports. */
export function pendingNodes(memory: Int32Array): Array<number> {
  const nodes: Array<number> = []
  for (const [base, slots] of [
    [0, SLOTS],
    [WINDOW, SLOTS],
    [EPOCH, EPOCHS]
  ] as const) {
    for (let slot = 0; slot < slots; slot++)
      for (let node = memory[base + 2 * slot]; node !== Nil; node = memory[node + NEXT]) nodes.push(node)
  }
  return nodes
}
