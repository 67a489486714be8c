/** A line to and fro: the sums of its hand-over, and of what a forward waits for a locked instruction under way. */
import { type MachineOptions, machineByName, simulate } from "@isolde/core"
import { latenciesOf } from "@isolde/core/machines/latencies"
import { numbersOf } from "@isolde/core/machines/machine"
import { describe, expect, test } from "vitest"
import { type Between, coreToCore, pairsOf } from "../../src/experiments/core-to-core.ts"

function measured(name: string, options: MachineOptions, between: Between, pairs: number) {
  const machine = machineByName(name)(options)
  const parameters = { ...coreToCore.defaults, between, pairs }
  const reading = coreToCore.read(simulate(coreToCore.scenario(machine, parameters, [])), parameters)
  return { numbers: numbersOf(machine), mean: reading.mean as number }
}

describe("the mean over all pairs is a hand-over, and at most a locked instruction more", () => {
  test.each([
    ["tiger-lake", { clock: "turbo" }, 6],
    ["skylake-sp", { clock: 3.9 }, 45],
    ["zen-3", { cores: 8 }, 28]
  ] as const)("%s", (name, options, pairs) => {
    const { mean, numbers } = measured(name, options, "cores", pairs)
    const { handOver } = latenciesOf(numbers)
    // A line has one home, the sums average over all: a hop or two on either side.
    const spread = 2 * numbers.network.hop
    expect(mean).toBeGreaterThanOrEqual(handOver - spread)
    expect(mean).toBeLessThanOrEqual(handOver + numbers.core.locked + spread)
  })

  test("across two sockets", () => {
    const { mean, numbers } = measured("skylake-sp", { cores: 8, sockets: 2 }, "sockets", 16)
    const { handOverSockets } = latenciesOf(numbers)
    const spread = 6 * numbers.network.hop
    expect(mean).toBeGreaterThanOrEqual(handOverSockets - spread)
    expect(mean).toBeLessThanOrEqual(handOverSockets + numbers.core.locked + spread)
  })
})

test("two threads of one core pass a line by locked instructions, one after the other", () => {
  const { mean, numbers } = measured("skylake-sp", { cores: 2, threadsPerCore: 2 }, "siblings", 2)
  expect(mean).toBeGreaterThanOrEqual(numbers.core.locked)
  expect(mean).toBeLessThanOrEqual(2 * numbers.core.locked)
})

test("pairs are of their kind, in socket 0 or between it and another, and spread evenly", () => {
  const numbers = numbersOf(machineByName("zen-3")({ cores: 32, sockets: 2, threadsPerCore: 2 }))
  expect(pairsOf(numbers, { between: "cores", pairs: 100 })).toHaveLength(28)
  expect(pairsOf(numbers, { between: "complexes", pairs: 1000 })).toHaveLength(8 * 8)
  expect(pairsOf(numbers, { between: "sockets", pairs: 1000 })).toHaveLength(8 * 16)
  expect(pairsOf(numbers, { between: "siblings", pairs: 100 })).toHaveLength(8)
  expect(pairsOf(numbers, { between: "sockets", pairs: 4 }).map(([a]) => a / 2)).toEqual([0, 2, 4, 6])
})
