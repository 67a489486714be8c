/** Random traffic on the real private caches, homes, network and memory: every load reads the last store. */
import type { LlcPolicy, Protocol } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { describe, expect, test } from "vitest"
import { disagreements } from "./agreement.ts"
import { cramped } from "./traffic/cramped.ts"
import { traffic } from "./traffic/traffic.ts"

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
      expect(run.homes.messages.recalls.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(1000)
    }
  )
})
