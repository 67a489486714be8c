/** The shares of a latency add up to the published sum, in closed form. */
import { describe, expect, test } from "vitest"
import { machineByName, machineNames } from "../../src/machines/catalogue.ts"
import { latenciesOf, refreshWait } from "../../src/machines/latencies.ts"
import { type MachineNumbers, numbersOf } from "../../src/machines/machine.ts"

/** Half a tick for each sum that is rounded once. */
const ROUNDING = 0.5

const latencies = (name: string) => latenciesOf(numbersOf(machineByName(name)()))

describe("an LLC hit and a DRAM access take the published time", () => {
  // Published sums in ticks: cycles x clock ratio, or ns x GHz.
  test.each([
    ["tiger-lake", 76.8, (136.0 - 31.7) * 2.8, "m-034; m-036 - m-035"],
    ["skylake-sp", 30 + ((75.3 - 30) * 2.4) / 3.31, (74.9 - 22.7) * 2.4, "m-272; m-274 - m-273"],
    // An estimate of the structure, which no refresh is part of.
    ["neoverse-n1", 32.5 * 2.5, 81 * 2.5 - 32.5 * 2.5, "m-609; m-599", 0],
    ["morello", 32.5 * 2.5, 100 * 2.5 - 32.5 * 2.5, "m-609; F6-33"],
    ["cortex-x3", 48, 135 * 2.91 - 48, "assumed; m-644"]
  ])("%s", (name, llcHit, beyond, rows, refreshes = 1) => {
    const sums = latencies(name)
    const wait = refreshes * refreshWait(numbersOf(machineByName(name)()).memory)
    expect(Math.abs(sums.llcHit - llcHit), rows).toBeLessThanOrEqual(ROUNDING)
    expect(Math.abs(sums.dram + wait - sums.llcHit - beyond), rows).toBeLessThanOrEqual(ROUNDING)
  })
})

test("Tiger Lake's sums are those at the head of its file", () => {
  expect(latencies("tiger-lake")).toMatchObject({ lookahead: 22, llcHit: 77, dram: 347 })
})

describe("a compare-and-swap of another core's line takes a time between the published least and greatest", () => {
  test.each([
    ["skylake-sp", 42.8, 56.2, "m-317, m-319"],
    ["neoverse-n1", 30.4, 58.4, "m-594, m-596"]
  ])("%s", (name, least, most, rows) => {
    const numbers = numbersOf(machineByName(name)())
    const nanoseconds = (latenciesOf(numbers).coreToCore + numbers.core.locked) / numbers.clock
    expect(nanoseconds, rows).toBeGreaterThan(least)
    expect(nanoseconds, rows).toBeLessThan(most)
  })
})

test.each(machineNames)("the lookahead of %s leaves room to run ahead, with one core and with 256", (name) => {
  for (const cores of [1, 2, 64, 256]) {
    const { lookahead } = latenciesOf(numbersOf(machineByName(name)({ cores })))
    expect(lookahead).toBeGreaterThanOrEqual(10)
    expect(lookahead).toBeLessThanOrEqual(30)
  }
})

test("leaving cores out changes no slice and no channel, so a single tile's homes are as far as they were", () => {
  const all = numbersOf(machineByName("tiger-lake")())
  const one = numbersOf(machineByName("tiger-lake")({ cores: 1 }))
  expect(one.network).toEqual(all.network)
  expect(one.llc).toEqual(all.llc)
  expect(latenciesOf(one).llcHit).toBe(latenciesOf(all).llcHit)
})

test("every share counts as often as the path passes it", () => {
  const numbers = numbersOf(machineByName("tiger-lake")())
  const base = latenciesOf(numbers)
  const grown = (change: Partial<MachineNumbers>) => latenciesOf({ ...numbers, ...change })
  const network = (part: Partial<MachineNumbers["network"]>) => grown({ network: { ...numbers.network, ...part } })
  expect(network({ injection: 3 }).llcHit - base.llcHit).toBe(2)
  expect(network({ injection: 3 }).dram - base.dram).toBe(4)
  expect(network({ injection: 3 }).coreToCore - base.coreToCore).toBe(3)
  expect(network({ hop: 3 }).llcHit - base.llcHit).toBe(2)
  expect(network({ dataFlits: 4 }).dram - base.dram).toBe(2)
  expect(grown({ llc: { ...numbers.llc, pipeline: 32 } }).dram - base.dram).toBe(1)
  for (const name of ["pipeline", "controller", "tRCD", "tCL", "fill"] as const) {
    const slower = grown({ memory: { ...numbers.memory, [name]: numbers.memory[name] + 1 } })
    expect(slower.dram - base.dram, name).toBe(1)
    expect(slower.llcHit, name).toBe(base.llcHit)
  }
})

test("a system call of Skylake-SP enters and leaves in less than a whole pkey_free takes (F1a-02)", () => {
  const { kernel } = numbersOf(machineByName("skylake-sp")())
  expect(kernel.syscallEntry + kernel.syscallExit).toBeLessThanOrEqual(137)
})
