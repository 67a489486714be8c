/**
 * Retags that no barrier ended: the thread that made one finds the new tag at once, as a load finds a buffered store,
 * everybody else when it has performed. A thread counts its retags in `authority`, so that an access older than a retag
 * is checked as if it weren't there, however late it executes.
 *
 *   MTE15  an access younger than a retag of its own thread is checked against the new tag
 */

/** Retags of one thread that can be pending at once. */
const PLACES = 16
const NONE = -1

export class PendingRetags {
  /** [thread] retags that are pending, or have performed but are not seen by everybody yet. */
  readonly count: Uint8Array
  readonly #region: Int32Array // [thread][place]
  readonly #tag: Uint8Array // [thread][place]
  readonly #number: Int32Array // [thread][place] what `authority` counts from this retag on
  readonly #left: Int32Array // [thread][place] tag stores that have not performed
  readonly #until: Int32Array // [thread][place] tick from which everybody sees the last of them
  readonly #travel: number

  constructor(threads: number, travel: number) {
    this.#travel = travel
    this.count = new Uint8Array(threads)
    this.#region = new Int32Array(threads * PLACES)
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
    const at = thread * PLACES + this.count[thread]++
    this.#region[at] = region
    this.#tag[at] = tag
    this.#number[at] = number
    this.#left[at] = stores
    this.#until[at] = 0
  }

  /** A tag store of `thread` to `region` performs at `tick`. Those of one line perform in order. */
  performed(thread: number, region: number, tick: number): void {
    const first = thread * PLACES
    for (let at = first; at < first + this.count[thread]; at++) {
      if (this.#region[at] !== region || this.#left[at] === 0) continue
      this.#left[at]--
      if (tick + this.#travel > this.#until[at]) this.#until[at] = tick + this.#travel
      return
    }
  }

  /** Tag that `thread` finds in `region` after its `number`-th retag at `tick`, or -1 for what is in memory. */
  tagOf(thread: number, region: number, number: number, tick: number): number {
    const first = thread * PLACES
    for (let at = first + this.count[thread] - 1; at >= first; at--) {
      if (this.#region[at] !== region || this.#number[at] > number) continue
      return this.#left[at] > 0 || this.#until[at] > tick ? this.#tag[at] : NONE
    }
    return NONE
  }
}
