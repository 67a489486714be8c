/** Random traffic on the real private caches, homes, network and memory: every load reads the last store. */
import type { LlcPolicy, Protocol } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { describe, expect, test } from "vitest"
import { disagreements } from "./agreement.ts"
import { traffic } from "./traffic/traffic.ts"

/** A few sets and ways of each kind: nothing stays where it is for long. */
const cramped = {
  core: { lineFillBuffers: 4, fetchBuffers: 2 },
  prefetch: { nextLine: 0, strideEntries: 0, streams: 0 },
  l1i: { sets: 2, ways: 2 },
  l1d: { sets: 2, ways: 2 },
  l2: { sets: 2, ways: 3 },
  llc: { slices: 2, sets: 1, ways: 3, snoopFilter: { sets: 1, ways: 3 } }
}

/** Operations of all runs together: a million. */
const machines: ReadonlyArray<readonly [Protocol, LlcPolicy, number, number, number]> = (
  ["mesi", "moesi"] as const
).flatMap((protocol) =>
  (["inclusive", "non-inclusive"] as const).flatMap((policy) => [
    [protocol, policy, 2, 12, 50_000] as const,
    [protocol, policy, 4, 12, 37_500] as const
  ])
)

describe("a million operations", () => {
  test.each(machines)(
    "%s, %s LLC, %i tiles, %i lines, %i operations each",
    (protocol, llcPolicy, cores, lines, operations) => {
      const machine = skylakeSp({ cores, protocol, llcPolicy, overrides: cramped })
      const run = traffic(machine, { operations, lines, seed: cores })
      expect(run.done).toBe(cores * operations)
      expect(disagreements(run)).toEqual([])
      expect(run.homes.recalls.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(1000)
    }
  )
})
