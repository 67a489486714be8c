/**
 * Who looks at accesses: every n-th goes to the `accesses` table, and each of a judged program to its judge. Law: the
 * port asks one thing, whether anybody looks; nothing here changes what an access does (laws L4, L6).
 */
import * as fromRetry from "../coherence/retry.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import { Cause } from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import { Watch } from "./store-watch.ts"

const { Retry } = fromRetry

/** Hears of accesses that the hardware has allowed. */
export interface AccessListener {
  /** A load was checked at `tick`, by the mechanism too unless it is `exempt`; its data are there at `ready`, or it waits (negative). True if it is to be followed. */
  loaded(
    thread: HardwareThread,
    page: number,
    offset: number,
    bytes: number,
    exempt: boolean,
    tick: number,
    ready: number
  ): boolean
  /** A load that is followed and had to wait has its line; `domain` is that of its dispatch. */
  arrived(thread: HardwareThread, domain: number, page: number, offset: number, bytes: number, tick: number): void
  /** The store in `row` was checked at `tick`; -1 for the rest of a store that goes on into another page. True if it is to be followed. */
  stored(
    thread: HardwareThread,
    row: number,
    page: number,
    offset: number,
    bytes: number,
    exempt: boolean,
    tick: number
  ): boolean
}

export class AccessObserver {
  /** Whether anybody looks. */
  readonly on: boolean
  /** Whether accesses are judged. */
  readonly judges: boolean
  /** Emit every n-th access. */
  sampleEvery = 64
  /** Whether the last load is to be followed until its line is there. */
  followed = false
  readonly #trace: TraceTable
  readonly #listener: AccessListener | undefined
  readonly #owner: number
  #sampled = 0

  constructor(owner: number, trace: TraceTable, listener: AccessListener | undefined) {
    this.#owner = owner
    this.#trace = trace
    this.#listener = listener
    this.on = trace.on || listener !== undefined
    this.judges = listener !== undefined
  }

  /** A load, asked for at `tick` and checked at `checked`, whose line was found by `cause` if it is there. */
  load(
    t: HardwareThread,
    page: number,
    offset: number,
    bytes: number,
    exempt: boolean,
    allowed: boolean,
    tick: number,
    checked: number,
    ready: number,
    cause: Cause
  ): void {
    if (this.#trace.on) this.sample(t, page, offset, bytes, 0, tick, ready, cause)
    if (this.#listener === undefined || ready === Retry) return
    this.followed = allowed && this.#listener.loaded(t, page, offset, bytes, exempt, checked, ready) && ready < 0
  }

  /** The same of a store; `row` is its place in the buffer. */
  store(
    t: HardwareThread,
    row: number,
    page: number,
    offset: number,
    bytes: number,
    exempt: boolean,
    allowed: boolean,
    tick: number,
    checked: number,
    cause: Cause
  ): void {
    const { stores } = t
    if (this.#trace.on) this.sample(t, page, offset, bytes, 1, tick, stores.writable[row], cause)
    if (this.#listener === undefined || !allowed || stores.tagPage[row] >= 0) return
    if (this.#listener.stored(t, row, page, offset, bytes, exempt, checked)) stores.watch[row] |= Watch.judged
  }

  /** The rest of an access that was allowed and goes on into another page. */
  rest(t: HardwareThread, page: number, bytes: number, exempt: boolean, store: boolean, tick: number): void {
    if (store) this.#listener?.stored(t, -1, page, 0, bytes, exempt, tick)
    else this.#listener?.loaded(t, page, 0, bytes, exempt, tick, tick)
  }

  /** A load that is followed has its line. */
  arrived(t: HardwareThread, domain: number, page: number, place: number, tick: number): void {
    this.#listener?.arrived(t, domain, page, place & 0xfff, (place >>> 12) & 0xffff, tick)
  }

  /** The same of an access that is there for the table alone: `write` 1 for a store, its line ready at `ready`. */
  sample(
    t: HardwareThread,
    page: number,
    offset: number,
    bytes: number,
    write: number,
    tick: number,
    ready: number,
    found: Cause
  ): void {
    if (++this.#sampled < this.sampleEvery) return
    this.#sampled = 0
    const cause = ready < 0 ? Cause.llc : found
    this.#trace.emit(tick, this.#owner, t.number, page, offset, bytes, write, cause, ready < 0 ? -1 : ready - tick)
  }
}
