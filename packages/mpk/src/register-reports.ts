/** Tells the monitor what a write of PKRU changes: rights of a thread to the regions on whose pages a key is. */
import type { Regions } from "@isolde/core/isolation/regions"
import type { Rights } from "@isolde/core/isolation/rights"
import { type MachineParts, Place } from "@isolde/core/isolation/unit"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { KeyPlan } from "./key-plan.ts"
import type { OneHolder } from "./one-holder.ts"

export class RegisterReports {
  readonly #parts: MachineParts
  readonly #regions: Regions
  readonly #holders: OneHolder | undefined
  readonly #worker: Int16Array // [software thread] worker, or Nobody
  readonly #ofKey: ReadonlyArray<Int32Array> // [key] regions

  constructor(parts: MachineParts, plan: KeyPlan, holders: OneHolder | undefined, worker: Int16Array) {
    this.#parts = parts
    this.#regions = parts.regions
    this.#holders = holders
    this.#worker = worker
    this.#ofKey = plan.regionsOfKeys()
  }

  /** `t` has other rights through `key`, in `domain`. */
  changed(t: HardwareThread, domain: number, key: number, before: Rights, after: Rights, tick: number): void {
    if (this.#holders !== undefined) return this.#holders.report(t, domain, key, before, after, tick)
    const regions = this.#ofKey[key]
    const worker = this.#worker[t.software]
    for (let i = 0; i < regions.length; i++) {
      const of = this.#regions.worker[regions[i]]
      if (of >= 0 && of !== worker) continue
      this.#parts.enforced(t.number, Place.register, domain, regions[i], before, after, tick)
    }
  }
}
