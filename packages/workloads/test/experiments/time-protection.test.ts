import { machineByName, simulate } from "@isolde/core"
import { describe, expect, test } from "vitest"
import { mutualInformation } from "../../src/experiments/mutual-information.ts"
import { timeProtection } from "../../src/experiments/time-protection.ts"

const symbols = Array.from({ length: 400 }, (_, i) => i % 4)

describe("mutual information", () => {
  test("is the symbol's entropy where each has a number of its own, and nothing where all have one", () => {
    const bias = (4 - 4 - 4 + 1) / (2 * 400 * Math.LN2)
    expect(
      mutualInformation(
        symbols,
        symbols.map((symbol) => 100 * symbol)
      )
    ).toBeCloseTo(2 - bias, 10)
    expect(
      mutualInformation(
        symbols,
        symbols.map(() => 7)
      )
    ).toBe(0)
  })

  test("is one bit of two where two symbols share a number", () => {
    const bias = (4 - 4 - 2 + 1) / (2 * 400 * Math.LN2)
    expect(
      mutualInformation(
        symbols,
        symbols.map((symbol) => symbol >> 1)
      )
    ).toBeCloseTo(1 - bias, 10)
  })

  test("finds next to nothing where the numbers are independent, though there are many of them", () => {
    expect(
      mutualInformation(
        symbols,
        symbols.map((_, i) => (i * 7919) % 397)
      )
    ).toBeLessThan(0.06)
  })
})

describe("the channel through a core's first-level cache", () => {
  const capacity = (parameters: object): number => {
    const all = { ...timeProtection.defaults, observations: 64, ...parameters }
    const run = simulate(timeProtection.scenario(machineByName("skylake-sp")({ cores: 1 }), all, []))
    return timeProtection.read(run, all).capacity ?? Number.NaN
  }

  test("carries most of three bits when nothing is done, and nothing after a flush", () => {
    expect(capacity({})).toBeGreaterThan(2)
    expect(capacity({ flush: true, resolution: 64 })).toBe(0)
  })

  test("carries as much through the time of the switch, until the switch ends at a fixed time", () => {
    const watched = { watch: "switch", flush: true, resolution: 128 }
    expect(capacity(watched)).toBeGreaterThan(1.5)
    expect(capacity({ ...watched, pad: 50_000 })).toBe(0)
  })
})
