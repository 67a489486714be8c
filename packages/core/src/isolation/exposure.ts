/**
 * Exposure: the bytes that a thread could reach beyond intent, times cycles, over its own worker's regions and
 * those of no worker, from the state that its hardware would enforce. Fed in the order of ticks.
 *
 *   EX1  what a domain could reach with an image of registers is remembered, and looked at again where something changed
 */

import type { CombinedRights } from "./combined-rights.ts"
import type { EnforcedRights } from "./enforced-rights.ts"
import type { Regions } from "./regions.ts"
import type { AccessMatrix } from "./rights.ts"
import { TouchedRegions } from "./touched-regions.ts"

/** What a domain could reach beyond intent with the registers of a thread. */
interface Reach {
  readonly beyond: Int32Array // [region / 32] a bit for each region
  /** Bytes of those regions. */
  bytes: number
  /** Place up to which changes are in it; Unseen if it is new. */
  seen: number
}

const Unseen = Number.NEGATIVE_INFINITY
const Anybody = -1

export class Exposure {
  readonly #regions: Regions
  readonly #intended: AccessMatrix
  readonly #enforced: EnforcedRights | CombinedRights
  readonly #domains: number
  readonly #touched: TouchedRegions
  readonly #kept = new Map<number, Reach>() // image * domains + domain -> EX1
  readonly #reach: Array<Reach> // [thread]
  readonly #apart: ReadonlyArray<Reach | undefined> // [thread] with registers that no image is kept of
  readonly #excess: Float64Array // [thread] bytes, those beside the regions too
  readonly #since: Float64Array // [thread] tick
  readonly #sum: Float64Array // [thread] byte-ticks

  constructor(regions: Regions, domains: number, intended: AccessMatrix, enforced: EnforcedRights | CombinedRights) {
    const threads = enforced.own.length
    this.#regions = regions
    this.#domains = domains
    this.#intended = intended
    this.#enforced = enforced
    this.#touched = new TouchedRegions(regions.count)
    const nothing = { beyond: new Int32Array(0), bytes: 0, seen: Unseen }
    this.#reach = enforced.own.map(() => nothing)
    this.#apart = enforced.own.map(({ length }) => (length === 0 ? undefined : this.#newReach()))
    this.#excess = new Float64Array(threads)
    this.#since = new Float64Array(threads)
    this.#sum = new Float64Array(threads)
  }

  /** The state of `thread` is another one from `tick` on: its registers are those of `image`, or its own if negative. */
  changed(thread: number, image: number, tick: number): void {
    this.#integrate(thread, tick)
    const reach = image < 0 ? (this.#apart[thread] ?? this.#newReach()) : this.#keptFor(image, thread)
    this.#reach[thread] = reach
    const touched = this.#touched
    if (image < 0 || !touched.remembers(reach.seen)) {
      for (const region of this.#enforced.own[thread])
        if (this.#differs(thread, reach, region)) this.#flip(reach, region)
    } else {
      for (let place = reach.seen; place < touched.end; place++) {
        const region = touched.region(place)
        if (this.#differs(thread, reach, region)) this.#flip(reach, region)
      }
    }
    reach.seen = touched.end
    this.#excess[thread] = this.#enforced.beside[thread] + reach.bytes
  }

  /** Some image of registers has other rights to `region`. */
  renewed(region: number): void {
    this.#touched.add(region, Anybody, 0)
  }

  /** What `domain` may or could do to `region` is another thing from `tick` on, for whoever runs in it. */
  touched(domain: number, region: number, tick: number): void {
    this.#touched.add(region, Anybody, tick)
    const { domain: running } = this.#enforced
    for (let thread = 0; thread < running.length; thread++) {
      const reach = this.#reach[thread]
      if (running[thread] !== domain || !this.#differs(thread, reach, region)) continue
      this.#integrate(thread, tick)
      this.#flip(reach, region)
      this.#excess[thread] = this.#enforced.beside[thread] + reach.bytes
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

  /** Whether `region` is beyond intent for `thread` now, and was not in `reach`, or the other way about. */
  #differs(thread: number, { beyond }: Reach, region: number): boolean {
    const enforced = this.#enforced
    if (!enforced.meets(thread, region)) return false
    const rights = enforced.reaches(thread, region)
    const isBeyond = rights !== 0 && (rights & ~this.#intended.rights(enforced.domain[thread], region)) !== 0
    return ((beyond[region >>> 5] >>> (region & 31)) & 1) !== (isBeyond ? 1 : 0)
  }

  #flip(reach: Reach, region: number): void {
    const bit = 1 << (region & 31)
    reach.beyond[region >>> 5] ^= bit
    reach.bytes += ((reach.beyond[region >>> 5] & bit) !== 0 ? 1 : -1) * this.#regions.bytes[region]
  }

  #keptFor(image: number, thread: number): Reach {
    const key = image * this.#domains + this.#enforced.domain[thread]
    let reach = this.#kept.get(key)
    if (reach === undefined) {
      reach = this.#newReach()
      this.#kept.set(key, reach)
    }
    return reach
  }

  #newReach(): Reach {
    return { beyond: new Int32Array((this.#regions.count + 31) >>> 5), bytes: 0, seen: Unseen }
  }

  #integrate(thread: number, tick: number): void {
    this.#sum[thread] += this.#excess[thread] * (tick - this.#since[thread])
    this.#since[thread] = tick
  }
}
