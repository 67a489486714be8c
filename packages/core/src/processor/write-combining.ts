/**
 * The write-combining buffers of one hardware thread: line-fill buffers in which stores that go past the caches gather
 * until they make a line. A full line is written without being read; what is written in part costs more.
 *
 *   WC1  an open buffer and a line on its way hold a line-fill buffer each, and the tile keeps one for its misses; in a
 *        core that streams they hold none, and a line on its way holds a buffer of the L2
 *   WC2  a full line goes past the caches in one write, or into them without its data, by the way of its stores
 *   WC3  a line that is closed in part goes past the caches in writes of eight bytes, or comes with its data
 *   WC4  what has been combined is ordered by nothing but `close`, after which the thread waits for `busy` to be 0
 */
import { CacheEvent, CacheState } from "../coherence/cache-protocol.ts"
import { Keeps, Whole } from "../coherence/message.ts"
import type { MissBuffers } from "../coherence/miss-buffers.ts"
import { Port } from "../coherence/port.ts"
import type { PrivateCaches } from "../coherence/private-caches.ts"
import { Retry } from "../coherence/retry.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import { LINE_BYTES } from "../memory/pages.ts"
import { Way } from "./store-ways.ts"

/** Bytes of a write that is no whole line (Intel SDM vol. 3A, 12.3.1: up to eight of 8 bytes each). */
const PART = 8

/** `closed`: the caches could not take it yet. */
const State = { free: 0, open: 1, closed: 2, sent: 3 } as const

export class WriteCombining {
  /** Buffers that are not free. */
  busy = 0
  /** True once anything was combined. */
  used = false
  /** Tick of the last arrival while something was combined: what waited goes on no earlier. */
  floor = 0
  /** Tick at which the last line was written. */
  quietAt = 0
  /** Lines written whole, and writes of parts. */
  lines = 0
  parts = 0
  readonly #caches: PrivateCaches
  readonly #misses: MissBuffers
  readonly #line: Int32Array // [buffer]
  readonly #bytes: Uint8Array // [buffer]
  readonly #way: Uint8Array // [buffer] Way
  readonly #state: Uint8Array // [buffer] State
  readonly #left: Uint8Array // [buffer] writes still to send or to be answered
  readonly #miss: Int32Array // [buffer] what the last of them waits for
  readonly #opened: Int32Array // [buffer] the buffer was opened as number …
  readonly #holds: Uint8Array // [buffer] 1 while it holds a line-fill buffer by itself
  readonly #clock: { readonly now: number }
  readonly #streams: boolean
  #count = 0

  /** `clock`: the kernel's. */
  constructor(
    caches: PrivateCaches,
    { core, l2, threadsPerTile, wholeLines }: MachineNumbers,
    clock: { readonly now: number }
  ) {
    this.#clock = clock
    this.#caches = caches
    this.#misses = caches.misses
    this.#streams = wholeLines.streamAfter > 0
    const most = this.#streams ? l2.missBuffers : core.lineFillBuffers - 1
    const size = Math.max(1, Math.floor(most / threadsPerTile))
    this.#line = new Int32Array(size)
    this.#bytes = new Uint8Array(size)
    this.#way = new Uint8Array(size)
    this.#state = new Uint8Array(size)
    this.#left = new Uint8Array(size)
    this.#miss = new Int32Array(size)
    this.#opened = new Int32Array(size)
    this.#holds = new Uint8Array(size)
  }

  /** True if a store to `line` at `tick` finds a buffer; if not, the oldest open one is closed to make room. */
  admits(line: number, tick: number): boolean {
    if (this.#open(line) >= 0 || this.#hasRoom()) return true
    let oldest = -1
    for (let k = 0; k < this.#state.length; k++) {
      if (this.#state[k] !== State.open) continue
      if (oldest < 0 || this.#opened[k] < this.#opened[oldest]) oldest = k
    }
    if (oldest < 0) return false
    this.#close(oldest, tick)
    return this.#hasRoom() && this.#goesOn()
  }

  /** A store of `bytes` to `line` comes at `tick`; `admits` has said that it may. */
  write(line: number, bytes: number, way: Way, tick: number): void {
    this.used = true
    let k = this.#open(line)
    if (k < 0) {
      k = 0
      while (this.#state[k] !== State.free) k++
      this.#hold(k)
      this.busy++
      this.#state[k] = State.open
      this.#line[k] = line
      this.#bytes[k] = 0
      this.#way[k] = way
      this.#opened[k] = this.#count++
    }
    this.#bytes[k] += bytes
    if (tick > this.floor) this.floor = tick
    if (this.#bytes[k] >= LINE_BYTES) this.#close(k, tick)
  }

  /** WC4: no more is combined with what is here; it leaves at `tick`. True if all of it went into lines that the tile has. */
  close(tick: number): boolean {
    for (let k = 0; k < this.#state.length; k++) {
      if (this.#state[k] === State.open) this.#close(k, tick)
    }
    return this.busy === 0 && this.#goesOn()
  }

  /** `miss` of the tile is over at `now`, or something else has come. */
  arrived(miss: number, now: number): void {
    this.floor = now
    for (let k = 0; k < this.#state.length; k++) {
      if (this.#state[k] === State.closed) this.#send(k, now)
      else if (this.#state[k] === State.sent && this.#miss[k] === miss) {
        if (--this.#left[k] > 0) this.#send(k, now)
        else this.#done(k, now)
      }
    }
  }

  #hasRoom(): boolean {
    return this.busy < this.#state.length && (this.#streams || this.#misses.canHold)
  }

  /** What waited for a buffer goes on without an arrival: no earlier than the line was written that left it. */
  #goesOn(): boolean {
    if (this.quietAt > this.floor) this.floor = this.quietAt
    return true
  }

  #open(line: number): number {
    for (let k = 0; k < this.#state.length; k++) {
      if (this.#state[k] === State.open && this.#line[k] === line) return k
    }
    return -1
  }

  /** WC2, WC3 */
  #close(k: number, tick: number): void {
    const bytes = this.#bytes[k]
    const whole = bytes >= LINE_BYTES
    this.#left[k] = whole || this.#way[k] !== Way.nonTemporal ? 1 : Math.ceil(bytes / PART)
    if (whole) this.lines++
    else this.parts += this.#left[k]
    this.#send(k, tick)
  }

  /** WC1 */
  #hold(k: number): void {
    if (this.#streams || !this.#misses.canHold) return
    this.#misses.hold()
    this.#holds[k] = 1
  }

  /** Ask the caches for what buffer `k` needs at `tick`, or later if they have been told of later things. */
  #send(k: number, from: number): void {
    const { now } = this.#clock
    const tick = from > now ? from : now
    if (this.#holds[k] === 1) this.#misses.unhold()
    this.#holds[k] = 0
    const wait = this.#ask(this.#line[k], this.#bytes[k] >= LINE_BYTES, this.#way[k], tick)
    if (wait === Retry) {
      this.#state[k] = State.closed
      this.#hold(k)
    } else if (wait >= 0) this.#done(k, wait)
    else {
      this.#state[k] = State.sent
      this.#miss[k] = -1 - wait
    }
  }

  #ask(line: number, whole: boolean, way: number, tick: number): number {
    const caches = this.#caches
    if (way === Way.nonTemporal && !this.#streams) return caches.writeThrough(line, tick, Port.data)
    // A line that the L2 has by now is written there.
    if (way !== Way.nonTemporal && (!whole || caches.holds(line))) return caches.store(line, tick)
    if (!this.#misses.canStream(line)) return Retry
    if (way === Way.streamed) return caches.request(line, tick, CacheEvent.store, CacheState.I, Port.stream, Whole)
    return caches.writeThrough(line, tick, Port.stream, way === Way.streamedHome ? Keeps : 0)
  }

  #done(k: number, tick: number): void {
    this.#state[k] = State.free
    this.busy--
    if (tick > this.quietAt) this.quietAt = tick
  }
}
