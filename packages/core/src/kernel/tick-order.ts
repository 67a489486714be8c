/**
 * Puts the events of one tick in the order of their keys. Few are sorted by insertion; many are dealt out by phase
 * and destination, a list each, so that an event costs no more when thousands share its tick.
 * integer-code.ts makes WebAssembly of this text.
 * Law: events with equal keys keep their order, which is their source's own.
 */
import type { queueNumbers } from "./queue-layout.ts"
import { append, next, take } from "./wheel-level.ts"

declare const cells: Int32Array
declare const m: typeof queueNumbers

/** The list that begins with `head`, in order: its first node. Its last one is the header's. */
export function sorted(q: number, head: number): number {
  let count = 0
  for (let node = head; node; node = cells[node >> 2]) {
    count = count + 1
    if (count > m.few) return dealt(q, head)
  }
  return inserted(q, head)
}

export function inserted(q: number, head: number): number {
  let first = head
  let last = head
  for (;;) {
    const node = cells[last >> 2]
    if (!node) break
    if (cells[(node + m.eventKey) >> 2] >= cells[(last + m.eventKey) >> 2]) last = node
    else {
      cells[last >> 2] = cells[node >> 2]
      first = insert(first, node)
    }
  }
  cells[(q + m.last) >> 2] = last
  return first
}

export function dealt(q: number, head: number): number {
  const base = cells[(q + m.lists) >> 2]
  for (let node = head; node; ) {
    const following = cells[node >> 2]
    const key = cells[(node + m.eventKey) >> 2]
    const list = (key >>> m.phaseShift) * cells[(q + m.owners) >> 2] + ((key >>> m.ownerBits) & m.ownerMask)
    const at = base + (list << 3)
    const tail = cells[(at + 4) >> 2]
    let isBefore = 0
    if (tail) isBefore = key < cells[(tail + m.eventKey) >> 2] ? 1 : 0
    if (isBefore) cells[at >> 2] = insert(cells[at >> 2], node)
    else {
      cells[node >> 2] = 0
      append(base, cells[(q + m.listCount) >> 2], list, node)
    }
    node = following
  }
  return gathered(q, base, cells[(q + m.listCount) >> 2])
}

/** The lists in a row; they are empty then. */
export function gathered(q: number, base: number, lists: number): number {
  let first = 0
  let last = 0
  for (let list = next(base, lists, 0); list >= 0; list = next(base, lists, list + 1)) {
    const tail = cells[(base + (list << 3) + 4) >> 2]
    const head = take(base, lists, list)
    if (last) cells[last >> 2] = head
    else first = head
    last = tail
  }
  cells[(q + m.last) >> 2] = last
  return first
}

/** Put `node` into the list in order that begins with `head`, whose last key is greater; the first node then. */
export function insert(head: number, node: number): number {
  const key = cells[(node + m.eventKey) >> 2]
  let before = 0
  let at = head
  for (; cells[(at + m.eventKey) >> 2] <= key; ) {
    before = at
    at = cells[at >> 2]
  }
  cells[node >> 2] = at
  if (before) {
    cells[before >> 2] = node
    return head
  }
  return node
}
