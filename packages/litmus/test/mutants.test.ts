import { InvalidInput } from "@isolde/core/invalid-input"
import { describe, expect, test } from "vitest"
import { mutantByName, mutants } from "../src/mutants/mutants.ts"
import { runSuite, shippedTests } from "../src/suite.ts"
import { mechanisms } from "./mechanisms.ts"

const tests = shippedTests()

describe("a mutant", () => {
  test("is one of at least twenty, each with a name of its own and tests that notice it", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(20)
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
    for (const { flips, name } of mutants) expect(flips, name).not.toEqual([])
  })

  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))("%s is noticed where it says", (_, mutant) => {
    for (const flip of mutant.flips) {
      const rows = runSuite(tests, { mechanisms, mutant, only: [flip], hasty: true })
      expect(rows.length, flip).toBeGreaterThan(0)
      expect(
        rows.some((row) => row.status === "fail"),
        flip
      ).toBe(true)
    }
  })

  test("that nobody knows is answered with the nearest name", () => {
    expect(() => mutantByName("invept-left")).toThrow(InvalidInput)
    expect(() => mutantByName("invept-left")).toThrow(/Did you mean invept-left-out/)
  })
})
