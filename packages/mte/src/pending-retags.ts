/**
 * Tag stores that no barrier ended: the thread that made them finds the new tags at once, as a load finds a buffered
 * store, everybody else when they have performed. A thread counts them in `authority`, so that an access older than one
 * is checked as if it weren't there, however late it executes.
 *
 *   MTE15  an access younger than a tag store of its own thread is checked against the new tag
 */
import type { Regions } from "@isolde/core/isolation/regions"
import { PAGE_BYTES } from "@isolde/core/memory/pages"

/** Retags, and single tag stores, of one thread that can be pending at once. */
const PLACES = 16
const NONE = -1

export class PendingRetags {
  /** [thread] retags that are pending, or have performed but are not seen by everybody yet. */
  readonly count: Uint8Array
  readonly #regions: Regions
  // [thread][place] what it tags: all of a region, or bytes from page x 4096 + offset on
  readonly #region: Int32Array // or NONE
  readonly #first: Float64Array
  readonly #bytes: Int32Array
  readonly #tag: Uint8Array // [thread][place]
  readonly #number: Int32Array // [thread][place] what `authority` counts from this retag on
  readonly #left: Int32Array // [thread][place] tag stores that have not performed
  readonly #until: Int32Array // [thread][place] tick from which everybody sees the last of them
  readonly #travel: number

  constructor(threads: number, regions: Regions, travel: number) {
    this.#regions = regions
    this.#travel = travel
    this.count = new Uint8Array(threads)
    this.#region = new Int32Array(threads * PLACES)
    this.#first = new Float64Array(threads * PLACES)
    this.#bytes = new Int32Array(threads * PLACES)
    this.#tag = new Uint8Array(threads * PLACES)
    this.#number = new Int32Array(threads * PLACES)
    this.#left = new Int32Array(threads * PLACES)
    this.#until = new Int32Array(threads * PLACES)
  }

  /** Whether there is room for a retag of `thread` at `tick`; what everybody has seen makes room. */
  free(thread: number, tick: number): boolean {
    const first = thread * PLACES
    let kept = 0
    for (let at = first; at < first + this.count[thread]; at++) {
      if (this.#left[at] === 0 && this.#until[at] <= tick) continue
      const to = first + kept++
      this.#region[to] = this.#region[at]
      this.#first[to] = this.#first[at]
      this.#bytes[to] = this.#bytes[at]
      this.#tag[to] = this.#tag[at]
      this.#number[to] = this.#number[at]
      this.#left[to] = this.#left[at]
      this.#until[to] = this.#until[at]
    }
    this.count[thread] = kept
    return kept < PLACES
  }

  /** Retag `number` of `thread` gives `region` `tag` with `stores` tag stores to come. */
  add(thread: number, region: number, tag: number, number: number, stores: number): void {
    this.#add(thread, region, 0, 0, tag, number, stores)
  }

  /** Its `number`-th is one tag store: `bytes` from `offset` of `page` on get `tag`. */
  addStore(thread: number, page: number, offset: number, bytes: number, tag: number, number: number): void {
    this.#add(thread, NONE, page * PAGE_BYTES + offset, bytes, tag, number, 1)
  }

  /** A tag store of `thread` to `offset` of `page` performs at `tick`. Those of one line perform in order. */
  performed(thread: number, page: number, offset: number, tick: number): void {
    const first = thread * PLACES
    const region = this.#regions.at(page, offset)
    for (let at = first; at < first + this.count[thread]; at++) {
      if (this.#left[at] === 0 || !this.#covers(at, region, page, offset)) continue
      this.#left[at]--
      if (tick + this.#travel > this.#until[at]) this.#until[at] = tick + this.#travel
      return
    }
  }

  /** Tag that `thread` finds at `offset` of `page` after its `number`-th retag at `tick`, or -1 for what is in memory. */
  tagOf(thread: number, page: number, offset: number, number: number, tick: number): number {
    const first = thread * PLACES
    const region = this.#regions.at(page, offset)
    for (let at = first + this.count[thread] - 1; at >= first; at--) {
      if (this.#number[at] > number || !this.#covers(at, region, page, offset)) continue
      return this.#left[at] > 0 || this.#until[at] > tick ? this.#tag[at] : NONE
    }
    return NONE
  }

  #add(
    thread: number,
    region: number,
    first: number,
    bytes: number,
    tag: number,
    number: number,
    stores: number
  ): void {
    const at = thread * PLACES + this.count[thread]++
    this.#region[at] = region
    this.#first[at] = first
    this.#bytes[at] = bytes
    this.#tag[at] = tag
    this.#number[at] = number
    this.#left[at] = stores
    this.#until[at] = 0
  }

  #covers(at: number, region: number, page: number, offset: number): boolean {
    if (this.#region[at] !== NONE) return this.#region[at] === region
    const beyond = page * PAGE_BYTES + offset - this.#first[at]
    return beyond >= 0 && beyond < this.#bytes[at]
  }
}
