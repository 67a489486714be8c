/**
 * Exposure: the bytes that a thread could reach beyond intent, times cycles, over its own worker's regions and
 * those of no worker, from the state that its hardware would enforce. Fed in the order of ticks.
 */

import type { Regions } from "./regions.ts"
import type { AccessMatrix } from "./rights.ts"

export class Exposure {
  /** [thread] regions that it is judged by. */
  readonly own: ReadonlyArray<Int32Array>
  readonly #regions: Regions
  readonly #intended: AccessMatrix
  readonly #domain: Int16Array // [thread]
  readonly #enforced: ReadonlyArray<Uint8Array> // [thread][own region] rights
  readonly #beside: Float64Array // [thread] bytes reachable beside the regions
  readonly #excess: Float64Array // [thread] bytes
  readonly #since: Float64Array // [thread] tick
  readonly #sum: Float64Array // [thread] byte-ticks

  /** `workerOf`: worker of each thread, or -1 for one that runs nothing of the workload. */
  constructor(regions: Regions, intended: AccessMatrix, workerOf: Int32Array) {
    const threads = workerOf.length
    this.#regions = regions
    this.#intended = intended
    this.own = Array.from(workerOf, (worker) =>
      Int32Array.from(regions.worker.keys()).filter(
        (region) => worker >= 0 && (regions.worker[region] === -1 || regions.worker[region] === worker)
      )
    )
    this.#domain = new Int16Array(threads)
    this.#enforced = this.own.map((own) => new Uint8Array(own.length))
    this.#beside = new Float64Array(threads)
    this.#excess = new Float64Array(threads)
    this.#since = new Float64Array(threads)
    this.#sum = new Float64Array(threads)
  }

  /** From `tick` on the thread runs in `domain` and would enforce `rights[from ...]`, one number per own region. */
  state(thread: number, domain: number, rights: Float64Array, from: number, tick: number): void {
    const enforced = this.#enforced[thread]
    this.#domain[thread] = domain
    this.#beside[thread] = rights[from]
    for (let i = 0; i < enforced.length; i++) enforced[i] = rights[from + 1 + i]
    this.#integrate(thread, tick)
    this.#judge(thread)
  }

  /** Intent changed at `tick`: for whoever runs in `domain`. */
  intent(domain: number, tick: number): void {
    for (let thread = 0; thread < this.own.length; thread++) {
      if (this.#domain[thread] !== domain || this.own[thread].length === 0) continue
      this.#integrate(thread, tick)
      this.#judge(thread)
    }
  }

  /** Byte-ticks of all threads up to `tick`. */
  total(tick: number): number {
    let sum = 0
    for (let thread = 0; thread < this.own.length; thread++) {
      this.#integrate(thread, tick)
      sum += this.#sum[thread]
    }
    return sum
  }

  #judge(thread: number): void {
    const own = this.own[thread]
    const enforced = this.#enforced[thread]
    const domain = this.#domain[thread]
    let excess = this.#beside[thread]
    for (let i = 0; i < own.length; i++) {
      if ((enforced[i] & ~this.#intended.rights(domain, own[i])) !== 0) excess += this.#regions.bytes[own[i]]
    }
    this.#excess[thread] = excess
  }

  #integrate(thread: number, tick: number): void {
    this.#sum[thread] += this.#excess[thread] * (tick - this.#since[thread])
    this.#since[thread] = tick
  }
}
