/** Chains of network functions: how they are written, and what a packet of one takes without isolation. */
import { InvalidInput, simulate, tigerLake } from "@isolde/core"
import { describe, expect, test } from "vitest"
import { functionsOf, networkFunctions } from "../../src/experiments/network-functions.ts"

function ticks(functions: string): number {
  const parameters = { ...networkFunctions.defaults, functions, packets: 64, batch: 8 }
  const run = simulate(networkFunctions.scenario(tigerLake({ cores: 1 }), parameters, []))
  return networkFunctions.read(run, parameters).ticks as number
}

describe("a chain", () => {
  test("is written as instructions and tables of each function", () => {
    expect(functionsOf("120, 267+64M+256K")).toEqual([
      { instructions: 120, tables: [] },
      { instructions: 267, tables: [64 << 20, 256 << 10] }
    ])
  })

  test.each(["", "120,", "a+64M", "120+64G"])("%j is answered with what was expected", (text) => {
    expect(() => functionsOf(text)).toThrow(InvalidInput)
  })
})

describe("a packet", () => {
  test("takes a core of five a cycle at least a fifth of its instructions", () => {
    expect(ticks("400,400")).toBeGreaterThanOrEqual(160)
    expect(ticks("400,400")).toBeLessThan(320)
  })

  test("waits for a table that the caches don't hold", () => {
    expect(ticks("200+16M")).toBeGreaterThan(ticks("200+4K") + 40)
  })
})
