/** Load latency against footprint: closed form where one level answers every load. */

import { simulate, skylakeSp } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { expect, test } from "vitest"
import { loadLatency } from "../../src/experiments/load-latency.ts"

const machine = skylakeSp({ cores: 1 })
const latencyOf = (bytes: number, order = "page-random" as const): number => {
  const parameters = { ...loadLatency.defaults, bytes, order }
  return loadLatency.read(simulate(loadLatency.scenario(machine, parameters, [])), parameters).latency as number
}

test("a footprint within L1 costs L1's latency per load, one within L2 L2's", () => {
  const { l1d, l2 } = numbersOf(machine)
  expect(latencyOf(16 * 1024)).toBe(l1d.latency)
  expect(latencyOf(128 * 1024)).toBeCloseTo(l2.latency, 0)
})

test("latency never falls as the footprint grows", () => {
  const curve = [8, 32, 64, 256, 2048].map((kilobytes) => latencyOf(kilobytes * 1024))
  for (const [i, latency] of curve.entries()) expect(latency).toBeGreaterThanOrEqual((curve[i - 1] ?? 0) - 0.01)
})
