/**
 * A set-associative array of tags with exact LRU: the storage of L1, L2, LLC slices and TLBs. It knows no
 * protocol; `state` is the owner's. A row is `set * ways + way`, the handle that every other method takes.
 *
 *   CA1  a tag is in at most one way of its set
 */
import type { Columns } from "../kernel/columns.ts"
import { ModelDefect } from "../kernel/model-defect.ts"
import { type Cells, cellsOfBytes } from "../processor/cells.ts"

/** No line, no page: the tag of an empty way. */
export const Empty = -1

/** Tags that an array of one set remembers the row of, by their low bits: a power of two, a few times its ways. */
const NEAR = 256

/** Cells that an array takes of those that it is told of. */
export function cacheCells({ sets, ways }: { readonly sets: number; readonly ways: number }): number {
  return 2 * sets * ways + cellsOfBytes(sets * ways) + sets + (sets === 1 ? NEAR : 0) + 1
}

export class Cache {
  readonly sets: number
  readonly ways: number
  readonly tags: Int32Array // [set][way] tag, or Empty
  readonly state: Uint8Array // [set][way] the owner's
  readonly ages: Int32Array // [set][way] clock of the last touch
  readonly recent: Int32Array // [set] row touched last: where a look-up looks first
  /** [low bits of a tag] row in which an array of one set has found it, to look at before all others */
  readonly near: Int32Array
  /** What a set is of a line's low bits, or -1 where it is a remainder. */
  readonly mask: number
  readonly clock: Int32Array // one cell: touches that changed something

  /** Its columns are of `cells` if it is told which. */
  constructor(sets: number, ways: number, columns: Columns, cells?: Cells) {
    if (!Number.isInteger(sets) || sets < 1 || !Number.isInteger(ways) || ways < 1) {
      throw new ModelDefect("CA1", `a cache of ${sets} sets and ${ways} ways`)
    }
    this.sets = sets
    this.ways = ways
    this.mask = (sets & (sets - 1)) === 0 ? sets - 1 : -1
    const column = (length: number) => cells?.take(length) ?? columns.int32(length)
    this.tags = column(sets * ways).fill(Empty)
    this.state = cells?.takeBytes(sets * ways) ?? columns.uint8(sets * ways)
    this.ages = column(sets * ways)
    this.recent = column(sets)
    this.near = column(sets === 1 ? NEAR : 0)
    this.clock = column(1)
    for (let set = 0; set < sets; set++) this.recent[set] = set * ways
  }

  /** Set of a line or page: its low bits, or a remainder where the sets are no power of two. */
  setOf(index: number): number {
    return this.mask >= 0 ? index & this.mask : index % this.sets
  }

  /** Row of `tag` in `set`, or -1. */
  find(set: number, tag: number): number {
    const tags = this.tags
    const recent = this.recent[set]
    if (tags[recent] === tag) return recent
    if (this.sets === 1) return this.#anywhere(tag)
    const end = (set + 1) * this.ways
    for (let row = set * this.ways; row < end; row++) if (tags[row] === tag) return row
    return -1
  }

  #anywhere(tag: number): number {
    const { tags, ways } = this
    const near = this.near[tag & (NEAR - 1)]
    if (tags[near] === tag) return near
    for (let row = 0; row < ways; row++) {
      if (tags[row] !== tag) continue
      this.near[tag & (NEAR - 1)] = row
      return row
    }
    return -1
  }

  /** Mark `row` as the most recently used of its set. */
  touch(set: number, row: number): void {
    // It is the youngest of its set already.
    if (this.recent[set] === row) return
    this.recent[set] = row
    this.ages[row] = this.clock[0] = (this.clock[0] + 1) | 0
  }

  /** Row to fill next in `set`: an empty way, else the least recently used. */
  victim(set: number): number {
    const tags = this.tags
    const ages = this.ages
    let row = set * this.ways
    const end = row + this.ways
    let oldest = row
    for (; row < end; row++) {
      if (tags[row] === Empty) return row
      if (((ages[row] - ages[oldest]) | 0) < 0) oldest = row
    }
    return oldest
  }

  /** Put `tag` into `row`, whatever was there. */
  fill(set: number, row: number, tag: number, state: number): void {
    this.tags[row] = tag
    this.state[row] = state
    this.touch(set, row)
  }

  drop(row: number): void {
    this.tags[row] = Empty
    this.state[row] = 0
  }

  /** Empty every way. */
  clear(): void {
    this.tags.fill(Empty)
    this.state.fill(0)
  }
}
