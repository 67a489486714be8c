/** From ticks to the units in which numbers are published. A tick is a cycle of the machine's reference clock. */
import type { Machine } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import type { PointUnit } from "./point.ts"

/** What a reading in ticks, or per tick for bandwidths and rates, is multiplied with. */
export function tickFactor(unit: PointUnit, machine: Machine): number {
  const { clock } = numbersOf(machine) // GHz
  switch (unit) {
    case "ns":
    case "ns/page":
      return 1 / clock
    case "us":
    case "us/page":
      return 1e-3 / clock
    case "ms":
      return 1e-6 / clock
    case "GB/s":
      return clock
    case "k/s":
      return 1e6 * clock
    case "M/s":
      return 1e3 * clock
    default:
      return 1
  }
}
