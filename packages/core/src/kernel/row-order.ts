/**
 * Rows that wait until no earlier one can come, and the order in which they leave: by (tick, owner, sequence), where the
 * sequence is the order in which they were added (law L2). Owners run ahead of each other by little, so what comes is
 * almost in order: stretches of it are sorted by insertion and merged, and of two stretches only where they overlap.
 */
import { grown } from "./grown.ts"

/** Rows of a stretch that is sorted by insertion. */
const STRETCH = 16

export class RowOrder {
  /** Rows that wait. */
  count = 0
  /** After `sort`, the rows in order; after `keep`, the rows that stay, in the order in which they were added. */
  rows: Int32Array
  tick: Float64Array // [row]
  owner: Int32Array // [row]
  #spare: Int32Array

  /** `capacity`: rows for which there is room; 0 until `grow`. */
  constructor(capacity: number) {
    this.tick = new Float64Array(capacity)
    this.owner = new Int32Array(capacity)
    this.rows = new Int32Array(capacity)
    this.#spare = new Int32Array(capacity)
  }

  get capacity(): number {
    return this.owner.length
  }

  /** There is room for `capacity` rows. */
  grow(capacity: number): void {
    this.tick = grown(this.tick, capacity)
    this.owner = grown(this.owner, capacity)
    this.rows = new Int32Array(capacity)
    this.#spare = new Int32Array(capacity)
  }

  /** Put every row that waits into `rows`, in order; how many of them have a tick below `safe`. */
  sort(safe: number): number {
    const { count, rows, tick } = this
    for (let begin = 0; begin < count; begin += STRETCH) this.#insert(begin, Math.min(begin + STRETCH, count))
    for (let width = STRETCH; width < count; width *= 2)
      for (let middle = width; middle < count; middle += 2 * width)
        this.#merge(middle - width, middle, Math.min(middle + width, count))
    let low = 0
    for (let high = count; low < high; ) {
      const middle = (low + high) >>> 1
      if (tick[rows[middle]] < safe) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The first `taken` of the sorted rows have left; the others move to the front, from where `rows` says. */
  keep(taken: number): void {
    const { count, owner, rows, tick } = this
    const left = count - taken
    rows.copyWithin(0, taken, count)
    rows.subarray(0, left).sort()
    for (let i = 0; i < left; i++) {
      tick[i] = tick[rows[i]]
      owner[i] = owner[rows[i]]
    }
    this.count = left
  }

  #insert(begin: number, end: number): void {
    const { owner, rows, tick } = this
    for (let row = begin; row < end; row++) {
      const at = tick[row]
      const by = owner[row]
      let place = row
      for (; place > begin; place--) {
        const before = rows[place - 1]
        if (tick[before] < at || (tick[before] === at && owner[before] <= by)) break
        rows[place] = before
      }
      rows[place] = row
    }
  }

  /** Merge [begin, middle) and [middle, end): what comes before all of the other or after all of it stays in place. */
  #merge(begin: number, middle: number, end: number): void {
    const { rows } = this
    if (!this.#isAfter(rows[middle - 1], rows[middle])) return
    const spare = this.#spare
    const first = rows[middle]
    let from = middle - 1
    while (from > begin && this.#isAfter(rows[from - 1], first)) from--
    const aside = middle - from
    for (let i = 0; i < aside; i++) spare[i] = rows[from + i]
    let left = 0
    let right = middle
    let into = from
    while (left < aside) {
      if (right < end && this.#isAfter(spare[left], rows[right])) rows[into++] = rows[right++]
      else rows[into++] = spare[left++]
    }
  }

  #isAfter(x: number, y: number): boolean {
    const { owner, tick } = this
    return tick[x] > tick[y] || (tick[x] === tick[y] && owner[x] > owner[y])
  }
}
