/**
 * What the homes know of each line that a tile holds, with the line's way: state and owner in one word, then a mask
 * of the tiles that share it. A line without a record is in I. One that is recalled, or waits, while its way is
 * another's is *displaced*: its record is beyond the sets.
 *
 *   DI1  a record beyond the sets is of a line that is not in I
 */
import { grown } from "../kernel/grown.ts"
import * as fromHomeProtocol from "./home-protocol.ts"
import * as fromLineArray from "./line-array.ts"
import { LineArray } from "./line-array.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { LastSettled } = fromHomeProtocol
const { ENTRY, FIELDS, None, TAG } = fromLineArray

/** No tile. */
export const NoOwner = -1

/** HomeState of `entry`. */
export const stateIn = (entry: number): number => entry & 15

/** Owner of the line that has `entry`, or NoOwner. */
export const ownerIn = (entry: number): number => ((entry >>> 4) & 0xfff) - 1

/** The slice's data, where they share the record, are newer than memory. */
export const Dirty = 1 << 16

/** Records beyond the sets, to begin with. */
const BEYOND = 16

export class Directory extends LineArray {
  readonly #end: number // of the sets
  readonly #masks: number
  #displaced = 0

  constructor(sets: number, ways: number, tiles: number) {
    const masks = (tiles + 31) >>> 5
    super(sets, ways, FIELDS + masks, BEYOND)
    this.#masks = masks
    this.#end = sets * ways * this.stride
  }

  /** Record of `line`, whose set is `set`, or None. */
  look(set: number, line: number): number {
    const at = this.find(set, line)
    return at >= 0 || this.#displaced === 0 ? at : this.#lookBeyond(line)
  }

  /** Entry of the record at `at`; that of a line in I for None. */
  entryAt(at: number): number {
    return at < 0 ? 0 : this.words[at + ENTRY]
  }

  /** True if the record at `at` is a way. */
  isWay(at: number): boolean {
    return at >= 0 && at < this.#end
  }

  /** State and owner of the line of `at`; None is in I, owned by nobody. */
  set(at: number, state: number, owner: number): void {
    if (at >= 0) this.words[at + ENTRY] = state | ((owner + 1) << 4) | (this.words[at + ENTRY] & Dirty)
  }

  /** A record of `set` that is free, or whose line is not busy: the least recently used; None if all are busy. */
  freeable(set: number): number {
    for (let tries = 0; tries < this.ways; tries++) {
      const at = this.victim(set)
      if (this.words[at + TAG] === 0 || stateIn(this.words[at + ENTRY]) <= LastSettled) return at
      this.touch(at)
    }
    return None
  }

  /** A record beyond the sets for `line`, which has none. */
  admit(line: number): number {
    const { stride } = this
    const at = this.#end + this.#displaced++ * stride
    if (at === this.words.length) this.words = grown(this.words, at + BEYOND * stride)
    this.words.fill(0, at, at + stride)
    this.words[at + TAG] = line + 1
    return at
  }

  /** The way of `at` is for another line: where its record is from now on. */
  displace(at: number): number {
    const to = this.admit(this.lineAt(at))
    this.words.copyWithin(to, at, at + this.stride)
    this.words[to + ENTRY] &= ~Dirty
    this.drop(at)
    return to
  }

  /** The record at `at`, beyond the sets, is over: the last one takes its place. */
  release(at: number): void {
    const last = this.#end + --this.#displaced * this.stride
    this.words.copyWithin(at, last, last + this.stride)
  }

  isSharer(at: number, tile: number): boolean {
    return ((this.words[at + FIELDS + (tile >>> 5)] >>> (tile & 31)) & 1) === 1
  }

  addSharer(at: number, tile: number): void {
    this.words[at + FIELDS + (tile >>> 5)] |= 1 << (tile & 31)
  }

  removeSharer(at: number, tile: number): void {
    this.words[at + FIELDS + (tile >>> 5)] &= ~(1 << (tile & 31))
  }

  clearSharers(at: number): void {
    for (let mask = 0; mask < this.#masks; mask++) this.words[at + FIELDS + mask] = 0
  }

  sharerCount(at: number): number {
    let count = 0
    for (let mask = 0; mask < this.#masks; mask++) {
      for (let bits = this.words[at + FIELDS + mask]; bits !== 0; bits &= bits - 1) count++
    }
    return count
  }

  /** The first sharer from `tile` on, or -1. */
  sharerFrom(at: number, tile: number): number {
    if (tile >>> 5 >= this.#masks) return -1
    let bits = -1 << (tile & 31)
    for (let mask = tile >>> 5; mask < this.#masks; mask++) {
      bits &= this.words[at + FIELDS + mask]
      if (bits !== 0) return mask * 32 + 31 - Math.clz32(bits & -bits)
      bits = -1
    }
    return -1
  }

  #lookBeyond(line: number): number {
    const end = this.#end + this.#displaced * this.stride
    for (let at = this.#end; at < end; at += this.stride) if (this.words[at + TAG] === line + 1) return at
    return None
  }
}
