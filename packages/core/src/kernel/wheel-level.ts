/**
 * One level of the timing wheel, which lies at `base`: a head and a tail per slot, side by side, and a bit per slot
 * that holds any node. integer-code.ts makes WebAssembly of this text.
 * Law: a list keeps the order in which its nodes came.
 */
declare const cells: Int32Array

/** Append `node`, which has no next one, to `slot`. */
export function append(base: number, slots: number, slot: number, node: number): void {
  const at = base + (slot << 3)
  const tail = cells[(at + 4) >> 2]
  cells[(at + 4) >> 2] = node
  if (tail) cells[tail >> 2] = node
  else {
    cells[at >> 2] = node
    const bits = base + (slots << 3) + ((slot >>> 5) << 2)
    cells[bits >> 2] = cells[bits >> 2] | (1 << (slot & 31))
  }
}

/** Empty `slot`; the first node that it held. */
export function take(base: number, slots: number, slot: number): number {
  const at = base + (slot << 3)
  const head = cells[at >> 2]
  cells[at >> 2] = 0
  cells[(at + 4) >> 2] = 0
  const bits = base + (slots << 3) + ((slot >>> 5) << 2)
  cells[bits >> 2] = cells[bits >> 2] & ~(1 << (slot & 31))
  return head
}

/** First slot from `slot` on that holds a node, or -1. */
export function next(base: number, slots: number, slot: number): number {
  const bits = base + (slots << 3)
  const end = bits + ((slots >>> 5) << 2)
  let word = bits + ((slot >>> 5) << 2)
  if (word >= end) return -1
  let occupied = cells[word >> 2] & (-1 << (slot & 31))
  for (; occupied === 0; ) {
    word = word + 4
    if (word === end) return -1
    occupied = cells[word >> 2]
  }
  return ((word - bits) << 3) | (31 - Math.clz32(occupied & -occupied))
}
