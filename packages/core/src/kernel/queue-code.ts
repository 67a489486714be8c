/**
 * What the event queue does for each event. integer-code.ts makes WebAssembly of this text; the memory is laid out as
 * queue-layout.ts says. Law: the rules are EventQueue's.
 */
import { forget, note } from "./agenda.ts"
import type { queueNumbers } from "./queue-layout.ts"
import { sorted } from "./tick-order.ts"
import { append, next, take } from "./wheel-level.ts"

declare const cells: Int32Array
declare const m: typeof queueNumbers

/** Schedule an event: 0, or why it can't be (`full`, `early`). */
export function push(q: number, tick: number, key: number, kind: number, a: number, b: number, c: number): number {
  const now = cells[(q + m.now) >> 2]
  if (tick <= now) {
    if (tick < now) return m.early
    if (key < cells[(q + m.key) >> 2]) return m.early
  }
  let node = cells[(q + m.free) >> 2]
  if (node) cells[(q + m.free) >> 2] = cells[node >> 2]
  else {
    node = cells[(q + m.fresh) >> 2]
    if (node === cells[(q + m.end) >> 2]) return m.full
    cells[(q + m.fresh) >> 2] = node + m.nodeBytes
  }
  cells[(node + m.next) >> 2] = 0
  cells[(node + m.tick) >> 2] = tick
  cells[(node + m.eventKey) >> 2] = key
  cells[(node + m.kind) >> 2] = kind
  cells[(node + m.a) >> 2] = a
  cells[(node + m.b) >> 2] = b
  cells[(node + m.c) >> 2] = c
  // The phase of deliveries is 0: what is left of the key is the destination.
  const row = (key >>> m.ownerBits) - cells[(q + m.firstAhead) >> 2]
  if (row >>> 0 < cells[(q + m.ahead) >> 2]) note(q + m.agendas + (row << 2), node)
  const ahead = tick ^ now
  if (ahead < m.slots) link(q, tick, node, key)
  else if (ahead < m.levelTicks) append(q + m.windows, m.slots, (tick >>> m.bits) & m.mask, node)
  else append(q + m.epochLevel, m.epochs, tick >>> m.epochBits, node)
  return 0
}

/** Schedule a delivery, as `push`. */
export function deliver(
  q: number,
  tick: number,
  destination: number,
  source: number,
  kind: number,
  a: number,
  b: number
): number {
  const rank = (source + tick) & cells[(q + m.rankMask) >> 2]
  return push(q, tick, (destination << m.ownerBits) | rank, kind, a, b, 0)
}

/** The next event is the one popped last: index of its node in int32, whose fields stand until the next push, or -1. */
export function pop(q: number): number {
  let slot = cells[(q + m.now) >> 2] & m.mask
  let node = cells[(q + m.ticks + (slot << 3)) >> 2]
  if (!node) {
    slot = turn(q)
    if (slot === m.none) return -1
    node = cells[(q + m.lone) >> 2]
    if (slot >= 0) node = cells[(q + m.ticks + (slot << 3)) >> 2]
  }
  if (slot >= 0) {
    const following = cells[node >> 2]
    cells[(q + m.near) >> 2] = cells[(q + m.near) >> 2] - 1
    if (following) cells[(q + m.ticks + (slot << 3)) >> 2] = following
    else take(q + m.ticks, m.slots, slot)
  }
  const key = cells[(node + m.eventKey) >> 2]
  cells[(q + m.key) >> 2] = key
  cells[node >> 2] = cells[(q + m.free) >> 2]
  cells[(q + m.free) >> 2] = node
  const row = (key >>> m.ownerBits) - cells[(q + m.firstAhead) >> 2]
  if (row >>> 0 < cells[(q + m.ahead) >> 2]) forget(q + m.agendas + (row << 2))
  return node >>> 2
}

/** No event of any owner is earlier: the tick of the earliest within this window, else where the next begins. */
export function nextTick(q: number): number {
  const now = cells[(q + m.now) >> 2]
  const slot = next(q + m.ticks, m.slots, now & m.mask)
  if (slot >= 0) return (now & ~m.mask) | slot
  const window = next(q + m.windows, m.slots, (now >>> m.bits) & m.mask)
  if (window >= 0) return ((now >>> m.epochBits) << m.epochBits) | (window << m.bits)
  const epoch = next(q + m.epochLevel, m.epochs, now >>> m.epochBits)
  return epoch < 0 ? m.never : epoch << m.epochBits
}

/** Into the near level, in order: in a list that is long and not the present tick's, when its tick comes. */
export function link(q: number, tick: number, node: number, key: number): void {
  cells[(q + m.near) >> 2] = cells[(q + m.near) >> 2] + 1
  const slot = tick & m.mask
  const tail = cells[(q + m.ticks + (slot << 3) + 4) >> 2]
  if (tail)
    if (key < cells[(tail + m.eventKey) >> 2])
      if (!isUnsorted(q, slot)) {
        place(q, tick, slot, node, key)
        return
      }
  append(q + m.ticks, m.slots, slot, node)
}

export function isUnsorted(q: number, slot: number): number {
  return cells[(q + m.unsorted + ((slot >>> 5) << 2)) >> 2] & (1 << (slot & 31))
}

/** Put `node` before the tail of `slot`, whose key is greater. */
export function place(q: number, tick: number, slot: number, node: number, key: number): void {
  let before = 0
  let at = cells[(q + m.ticks + (slot << 3)) >> 2]
  let patience = tick === cells[(q + m.now) >> 2] ? m.never : m.patience
  for (; cells[(at + m.eventKey) >> 2] <= key; ) {
    before = at
    at = cells[at >> 2]
    patience = patience - 1
    if (!patience) {
      const word = q + m.unsorted + ((slot >>> 5) << 2)
      cells[word >> 2] = cells[word >> 2] | (1 << (slot & 31))
      append(q + m.ticks, m.slots, slot, node)
      return
    }
  }
  cells[node >> 2] = at
  if (before) cells[before >> 2] = node
  else cells[(q + m.ticks + (slot << 3)) >> 2] = node
}

/** Make the tick of the earliest event the present one: its slot, `alone`, or `none` if no event is pending. */
export function turn(q: number): number {
  let slot: number = m.none
  if (cells[(q + m.near) >> 2]) slot = next(q + m.ticks, m.slots, cells[(q + m.now) >> 2] & m.mask)
  for (; slot < 0; ) {
    const window = next(q + m.windows, m.slots, (cells[(q + m.now) >> 2] >>> m.bits) & m.mask)
    if (window >= 0) {
      const at = q + m.windows + (window << 3)
      if (cells[at >> 2] === cells[(at + 4) >> 2]) return takeLone(q, window)
    }
    if (!descend(q, window)) return m.none
    slot = next(q + m.ticks, m.slots, 0)
  }
  cells[(q + m.now) >> 2] = (cells[(q + m.now) >> 2] & ~m.mask) | slot
  if (isUnsorted(q, slot)) order(q, slot)
  return slot
}

export function order(q: number, slot: number): void {
  const word = q + m.unsorted + ((slot >>> 5) << 2)
  cells[word >> 2] = cells[word >> 2] & ~(1 << (slot & 31))
  const at = q + m.ticks + (slot << 3)
  cells[at >> 2] = sorted(q, cells[at >> 2])
  cells[(at + 4) >> 2] = cells[(q + m.last) >> 2]
}

/** The earliest event stands alone in its window, and needs no slot of its own; its tick is the present one. */
export function takeLone(q: number, window: number): number {
  const node = take(q + m.windows, m.slots, window)
  cells[(q + m.lone) >> 2] = node
  cells[(q + m.now) >> 2] = cells[(node + m.tick) >> 2]
  return m.alone
}

/** Deal out the next window, or if it is -1 the next 2,048 windows, to the level below; 0 when there is none. */
export function descend(q: number, window: number): number {
  const now = cells[(q + m.now) >> 2]
  if (window >= 0) {
    cells[(q + m.now) >> 2] = ((now >>> m.epochBits) << m.epochBits) | (window << m.bits)
    for (let node = take(q + m.windows, m.slots, window); node; ) {
      const following = cells[node >> 2]
      cells[node >> 2] = 0
      link(q, cells[(node + m.tick) >> 2], node, cells[(node + m.eventKey) >> 2])
      node = following
    }
    return 1
  }
  const epoch = next(q + m.epochLevel, m.epochs, now >>> m.epochBits)
  if (epoch < 0) return 0
  cells[(q + m.now) >> 2] = epoch << m.epochBits
  for (let node = take(q + m.epochLevel, m.epochs, epoch); node; ) {
    const following = cells[node >> 2]
    cells[node >> 2] = 0
    append(q + m.windows, m.slots, (cells[(node + m.tick) >> 2] >>> m.bits) & m.mask, node)
    node = following
  }
  return 1
}
