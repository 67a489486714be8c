/**
 * A small set-associative cache of the walker, with exact LRU: table frames by context (walk caches), or
 * second-level translations by guest frame (nested TLB). It may have no ways.
 *
 *   FC1  a pair of context and frame is in at most one way
 */

import type { Columns } from "../kernel/columns.ts"
import type { Contexts } from "./contexts.ts"
import * as fromContexts from "./contexts.ts"
import type { WalkPath } from "./walk-path.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Global } = fromContexts

/** Frames fit below this. */
const FRAMES = 2 ** 26
const Empty = -1

export class FrameCache {
  /** Value of the last look-up that hit. */
  value = 0
  /** Who hears of a context and frame that has come or gone. */
  onChanged: ((context: number, frame: number) => void) | undefined
  readonly #sets: number
  readonly #ways: number
  readonly #tags: Float64Array // [set][way] context and frame, more bits than an int32 has
  readonly #values: Uint8Array
  readonly #ages: Int32Array
  #clock = 0

  constructor({ sets, ways }: { readonly sets: number; readonly ways: number }, columns: Columns) {
    this.#sets = sets
    this.#ways = ways
    this.#tags = columns.float64(sets * ways).fill(Empty)
    this.#values = columns.uint8(sets * ways)
    this.#ages = columns.int32(sets * ways)
  }

  /** True if `frame` is held for `context`. */
  look(context: number, frame: number): boolean {
    const row = this.#find(context, frame)
    if (row < 0) return false
    this.#ages[row] = this.#clock = (this.#clock + 1) | 0
    this.value = this.#values[row]
    return true
  }

  keep(context: number, frame: number, value = 0): void {
    if (this.#ways === 0) return
    const known = this.#find(context, frame)
    const row = known >= 0 ? known : this.#victim(frame)
    const victim = this.#tags[row]
    this.#tags[row] = context * FRAMES + frame
    this.#values[row] = value
    this.#ages[row] = this.#clock = (this.#clock + 1) | 0
    if (this.onChanged === undefined) return
    if (victim !== Empty && known < 0) this.onChanged(Math.floor(victim / FRAMES), victim % FRAMES)
    this.onChanged(context, frame)
  }

  /** Value held for `frame` in `context`, or -1; no look-up of the machine's. */
  peek(context: number, frame: number): number {
    const row = this.#find(context, frame)
    return row < 0 ? -1 : this.#values[row]
  }

  /** Drop `frame`, or every frame if it is negative, of each of `contexts`, or of their second-level ones if `second`. */
  drop(frame: number, contexts: Contexts, second: boolean): void {
    const tags = this.#tags
    for (let row = 0; row < tags.length; row++) {
      const tag = tags[row]
      if (tag === Empty || (frame >= 0 && tag % FRAMES !== frame)) continue
      const context = Math.floor(tag / FRAMES)
      if (second ? contexts.matchSecondLevel(context) : contexts.match(context, Global.no)) this.#drop(row)
    }
  }

  /** Drop second-level translations whose entry is on `line`. */
  dropLine(line: number, path: WalkPath): void {
    const tags = this.#tags
    for (let row = 0; row < tags.length; row++) {
      const tag = tags[row]
      if (tag !== Empty && path.secondLeaf(Math.floor(tag / FRAMES), tag % FRAMES) === line) this.#drop(row)
    }
  }

  #drop(row: number): void {
    const tag = this.#tags[row]
    this.#tags[row] = Empty
    this.onChanged?.(Math.floor(tag / FRAMES), tag % FRAMES)
  }

  #find(context: number, frame: number): number {
    const tag = context * FRAMES + frame
    const from = (frame % this.#sets) * this.#ways
    for (let row = from; row < from + this.#ways; row++) if (this.#tags[row] === tag) return row
    return -1
  }

  #victim(frame: number): number {
    const from = (frame % this.#sets) * this.#ways
    let oldest = from
    for (let row = from; row < from + this.#ways; row++) {
      if (this.#tags[row] === Empty) return row
      if (((this.#ages[row] - this.#ages[oldest]) | 0) < 0) oldest = row
    }
    return oldest
  }
}
