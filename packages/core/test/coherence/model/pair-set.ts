/**
 * Pairs of numbers below 2^32, as many as memory holds: eight bytes each, off the heap, in segments that grow one at a
 * time, so that growing never needs twice the memory. Law: exact; no two pairs are taken for one.
 */
const SEGMENTS = 256

export class PairSet {
  count = 0
  readonly #segments: Array<Uint32Array> = Array.from({ length: SEGMENTS }, () => new Uint32Array(128)) // [slot][pair]
  readonly #counts = new Int32Array(SEGMENTS)

  /** True if the pair is new. `first` is not 0. */
  add(first: number, second: number): boolean {
    const hash = mixed(first, second)
    const segment = hash & (SEGMENTS - 1)
    let slots = this.#segments[segment] as Uint32Array
    const count = this.#counts[segment] as number
    if (count * 10 > slots.length * 4) slots = this.#grow(segment)
    const at = placeOf(slots, hash, first, second)
    if (slots[at] !== 0) return false
    slots[at] = first
    slots[at + 1] = second
    this.#counts[segment] = count + 1
    this.count++
    return true
  }

  #grow(segment: number): Uint32Array {
    const before = this.#segments[segment] as Uint32Array
    const slots = new Uint32Array(2 * Math.ceil(before.length * 0.7))
    for (let i = 0; i < before.length; i += 2) {
      const first = before[i] as number
      if (first === 0) continue
      const second = before[i + 1] as number
      const at = placeOf(slots, mixed(first, second), first, second)
      slots[at] = first
      slots[at + 1] = second
    }
    this.#segments[segment] = slots
    return slots
  }
}

/** Where the pair is, or a free place for it. */
function placeOf(slots: Uint32Array, hash: number, first: number, second: number): number {
  const size = slots.length
  let at = 2 * Math.floor(((hash >>> 8) / 0x100_0000) * (size / 2))
  while (slots[at] !== 0 && (slots[at] !== first || slots[at + 1] !== second)) {
    at += 2
    if (at === size) at = 0
  }
  return at
}

function mixed(first: number, second: number): number {
  let h = Math.imul(first ^ (first >>> 15), 0x85eb_ca6b) ^ second
  h = Math.imul(h ^ (h >>> 16), 0xc2b2_ae35)
  h = Math.imul(h ^ (h >>> 13), 0x27d4_eb2f)
  return h ^ (h >>> 15)
}
