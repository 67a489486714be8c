/**
 * What follows a miss of the L1D in one tile: the L2, the line-fill buffers, the prefetchers that learn from it, and
 * the request to the line's home. Results are those of private-caches.ts, which hits come from.
 */
import type { MachineNumbers } from "../machines/machine.ts"
import * as fromCause from "../processor/cause.ts"
import * as fromPrefetchers from "../processor/prefetchers.ts"
import { Prefetchers, type PrefetchTarget } from "../processor/prefetchers.ts"
import type { CacheLevels } from "./cache-levels.ts"
import * as fromCacheProtocol from "./cache-protocol.ts"
import type { MissBuffers } from "./miss-buffers.ts"
import * as fromPort from "./port.ts"
import type { PrivateCaches } from "./private-caches.ts"
import * as fromRetry from "./retry.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Cause } = fromCause
const { CacheEvent, CacheState } = fromCacheProtocol
const { Port } = fromPort
const { Prefetch } = fromPrefetchers
const { Retry } = fromRetry
type Prefetch = fromPrefetchers.Prefetch

export class MissPath implements PrefetchTarget {
  readonly prefetchers: Prefetchers
  readonly #levels: CacheLevels
  readonly #misses: MissBuffers
  readonly #caches: PrivateCaches

  constructor(numbers: MachineNumbers, levels: CacheLevels, misses: MissBuffers, caches: PrivateCaches) {
    this.#levels = levels
    this.#misses = misses
    this.#caches = caches
    this.prefetchers = new Prefetchers(numbers, this)
  }

  /** Bring `line` towards L1I, if that costs nobody a miss buffer. */
  prefetchFetch(line: number, tick: number): void {
    if (this.#levels.l1i.find(this.#levels.l1i.setOf(line), line) >= 0) return
    if (this.#caches.holds(line)) this.#levels.fillFetch(line)
    else if (this.#misses.canPrefetch(line)) this.#caches.request(line, tick, CacheEvent.load, CacheState.I, Port.fetch)
  }

  /** PrefetchTarget: bring `line` towards the L1D. */
  prefetchData(line: number, tick: number): boolean {
    if (this.#levels.l1d.find(this.#levels.l1d.setOf(line), line) >= 0) return false
    const set = this.#levels.l2.setOf(line)
    const row = this.#levels.l2.find(set, line)
    if (row < 0) {
      if (!this.#misses.canPrefetchData(line)) return false
      if (this.#caches.request(line, tick, CacheEvent.load, CacheState.I, Port.prefetch) === Retry) return false
      this.prefetchers.fetched(line, tick)
      this.prefetchers.requested(line, tick)
      return true
    }
    if (this.#levels.bufferAt(tick, this.#misses.dataInUse + 1) !== tick) return false
    this.#levels.l2.touch(set, row)
    this.#levels.fromL2(line, row, tick, true)
    this.prefetchers.requested(line, tick)
    return true
  }

  /** PrefetchTarget: bring `line` into the L2. */
  prefetchStream(line: number, tick: number): Prefetch {
    if (this.#levels.l2.find(this.#levels.l2.setOf(line), line) >= 0) return Prefetch.here
    if (!this.#misses.canStream(line)) return this.#misses.find(line) >= 0 ? Prefetch.here : Prefetch.refused
    if (this.#caches.request(line, tick, CacheEvent.load, CacheState.I, Port.stream) === Retry) return Prefetch.refused
    this.prefetchers.fetched(line, tick)
    return Prefetch.asked
  }

  /** A hit in the L1D on a line that is still on its way, or that a prefetch brought. */
  notYet(line: number, row: number, tick: number, soonest: number, site: number): number {
    let ready = this.#levels.ready[row]
    if (ready < 0) {
      ready = this.#levels.ready[row] = -1 - ready
      if (site > 0) this.prefetchers.loaded(line, tick, site)
    }
    if (ready <= soonest) return soonest
    this.#caches.cause = Cause.l2
    return ready
  }

  /** A load that missed the L1D. */
  load(line: number, tick: number, site: number): number {
    const set = this.#levels.l2.setOf(line)
    const row = this.#levels.l2.find(set, line)
    let ready: number
    if (row >= 0) {
      const from = this.#levels.bufferAt(tick, this.#misses.dataInUse)
      if (from < 0) return Retry
      this.#levels.l2.touch(set, row)
      this.#caches.hitsL2++
      ready = this.#levels.fromL2(line, row, from, false)
    } else {
      ready = this.#caches.request(line, tick, CacheEvent.load, CacheState.I, Port.data)
      if (ready !== Retry) this.prefetchers.fetched(line, tick)
    }
    if (site > 0 && ready !== Retry) {
      this.prefetchers.loaded(line, tick, site)
      this.prefetchers.requested(line, tick)
    }
    this.#caches.cause = Cause.l2
    return ready
  }

  /** A store that missed the L1D, or found its line not writable there; `flags` go with a request from I. */
  store(line: number, tick: number, flags = 0): number {
    const set = this.#levels.l2.setOf(line)
    const row = this.#levels.l2.find(set, line)
    const state = row >= 0 ? this.#levels.l2.state[row] : CacheState.I
    if (state === CacheState.E || state === CacheState.M) {
      const from = this.#levels.bufferAt(tick, this.#misses.dataInUse)
      if (from < 0) return Retry
      this.#levels.l2.touch(set, row)
      this.#levels.l2.state[row] = CacheState.M
      this.#caches.hitsL2++
      const ready = this.#levels.fromL2(line, row, from, false)
      this.prefetchers.requested(line, tick)
      return ready
    }
    const ready = this.#caches.request(
      line,
      tick,
      CacheEvent.store,
      state,
      Port.data,
      state === CacheState.I ? flags : 0
    )
    if (ready !== Retry) {
      if (row < 0 && flags === 0) this.prefetchers.fetched(line, tick)
      this.prefetchers.requested(line, tick)
    }
    return ready
  }
}
