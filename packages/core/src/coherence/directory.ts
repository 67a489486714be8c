/**
 * What the homes know of each line: state, owner and what else serving it depends on in one word, because lines are
 * many and the host misses its caches for each word; and a mask of the tiles that share it.
 * Law: a line that one tile holds alone is served without a look at its mask.
 */
import * as fromHomeProtocol from "./home-protocol.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { HomeState, LastSettled } = fromHomeProtocol

/** No tile. */
export const NoOwner = 0xfff

/** Requests wait for the line. */
const Waited = 1 << 16

/** Owner of the line that has `entry`, or NoOwner. */
export const ownerOf = (entry: number): number => (entry >>> 4) & NoOwner

export class Directory {
  /** [line] state | owner << 4 | Waited */
  readonly entries: Int32Array
  readonly #sharers: Int32Array // [line][tile / 32] bit per tile
  readonly #words: number

  constructor(lines: number, tiles: number) {
    this.#words = (tiles + 31) >>> 5
    this.entries = new Int32Array(lines).fill(HomeState.I | (NoOwner << 4))
    this.#sharers = new Int32Array(lines * this.#words)
  }

  stateOf(line: number): number {
    return this.entries[line] & 15
  }

  /** True if the home can serve a request that waits for `line` now. */
  isDue(line: number): boolean {
    return (this.entries[line] & Waited) !== 0 && this.stateOf(line) <= LastSettled
  }

  /** State and owner of `line` from now on. */
  set(line: number, state: number, owner: number): void {
    this.entries[line] = state | (owner << 4) | (this.entries[line] & Waited)
  }

  /** Whether requests wait for `line`. */
  wait(line: number, waited: boolean): void {
    if (waited) this.entries[line] |= Waited
    else this.entries[line] &= ~Waited
  }

  isSharer(line: number, tile: number): boolean {
    return ((this.#sharers[line * this.#words + (tile >>> 5)] >>> (tile & 31)) & 1) === 1
  }

  addSharer(line: number, tile: number): void {
    this.#sharers[line * this.#words + (tile >>> 5)] |= 1 << (tile & 31)
  }

  removeSharer(line: number, tile: number): void {
    this.#sharers[line * this.#words + (tile >>> 5)] &= ~(1 << (tile & 31))
  }

  clearSharers(line: number): void {
    for (let word = 0; word < this.#words; word++) this.#sharers[line * this.#words + word] = 0
  }

  sharerCount(line: number): number {
    let count = 0
    for (let word = 0; word < this.#words; word++) {
      for (let bits = this.#sharers[line * this.#words + word]; bits !== 0; bits &= bits - 1) count++
    }
    return count
  }

  /** The first sharer from `tile` on, or -1. */
  sharerFrom(line: number, tile: number): number {
    if (tile >>> 5 >= this.#words) return -1
    let bits = -1 << (tile & 31)
    for (let word = tile >>> 5; word < this.#words; word++) {
      bits &= this.#sharers[line * this.#words + word]
      if (bits !== 0) return word * 32 + 31 - Math.clz32(bits & -bits)
      bits = -1
    }
    return -1
  }
}
