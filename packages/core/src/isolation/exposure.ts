/**
 * Exposure: the bytes that a thread could reach beyond intent, times cycles, over its own worker's regions and
 * those of no worker, from the state that its hardware would enforce. Fed in the order of ticks.
 */

import type { EnforcedRights } from "./enforced-rights.ts"
import type { Regions } from "./regions.ts"
import type { AccessMatrix } from "./rights.ts"

export class Exposure {
  readonly #regions: Regions
  readonly #intended: AccessMatrix
  readonly #enforced: EnforcedRights
  readonly #beyond: ReadonlyArray<Uint8Array> // [thread][region] 1 for a region that it could reach beyond intent
  readonly #excess: Float64Array // [thread] bytes
  readonly #since: Float64Array // [thread] tick
  readonly #sum: Float64Array // [thread] byte-ticks

  constructor(regions: Regions, intended: AccessMatrix, enforced: EnforcedRights) {
    const threads = enforced.own.length
    this.#regions = regions
    this.#intended = intended
    this.#enforced = enforced
    this.#beyond = enforced.own.map(({ length }) => new Uint8Array(length === 0 ? 0 : regions.count))
    this.#excess = new Float64Array(threads)
    this.#since = new Float64Array(threads)
    this.#sum = new Float64Array(threads)
  }

  /** The state of `thread` is another one from `tick` on. */
  changed(thread: number, tick: number): void {
    const { beside, domain, own } = this.#enforced
    this.#integrate(thread, tick)
    let excess = beside[thread]
    const beyond = this.#beyond[thread]
    const regions = own[thread]
    for (let i = 0; i < regions.length; i++) {
      const region = regions[i]
      beyond[region] = this.#isBeyond(thread, domain[thread], region)
      if (beyond[region] === 1) excess += this.#regions.bytes[region]
    }
    this.#excess[thread] = excess
  }

  /** What `domain` may or could do to `region` is another thing from `tick` on, for whoever runs in it. */
  touched(domain: number, region: number, tick: number): void {
    const { domain: running } = this.#enforced
    for (let thread = 0; thread < running.length; thread++) {
      const beyond = this.#beyond[thread]
      if (running[thread] !== domain || !this.#enforced.meets(thread, region)) continue
      const after = this.#isBeyond(thread, domain, region)
      if (after === beyond[region]) continue
      this.#integrate(thread, tick)
      beyond[region] = after
      this.#excess[thread] += (after === 1 ? 1 : -1) * this.#regions.bytes[region]
    }
  }

  /** Byte-ticks of all threads up to `tick`. */
  total(tick: number): number {
    let sum = 0
    for (let thread = 0; thread < this.#sum.length; thread++) {
      this.#integrate(thread, tick)
      sum += this.#sum[thread]
    }
    return sum
  }

  #isBeyond(thread: number, domain: number, region: number): 0 | 1 {
    const reaches = this.#enforced.reaches(thread, region)
    return reaches !== 0 && (reaches & ~this.#intended.rights(domain, region)) !== 0 ? 1 : 0
  }

  #integrate(thread: number, tick: number): void {
    this.#sum[thread] += this.#excess[thread] * (tick - this.#since[thread])
    this.#since[thread] = tick
  }
}
