/** Rules of experiments' parameters: what they allow runs, what they don't is refused before anything is built. */
import { type Machine, machineByName } from "@isolde/core"
import { describe, expect, test } from "vitest"
import { experimentByName, experiments } from "../../src/experiments/catalogue.ts"
import type { AnyExperiment, Parameters } from "../../src/experiments/experiment.ts"
import { parameterIssues } from "../../src/experiments/experiment-of.ts"
import { ruleIssue } from "../../src/experiments/parameter-rule.ts"

const skylake = (options = {}): Machine => machineByName("skylake-sp")(options)

const scenarioOf = (name: string, parameters: Parameters, machine: Machine) => {
  const experiment = experimentByName(name) as AnyExperiment
  return experiment.scenario(machine, { ...experiment.defaults, ...parameters }, [])
}

describe.each(experiments.map((experiment) => [experiment.name, experiment] as const))("%s", (_, experiment) => {
  test("allows its own defaults", () => {
    expect(parameterIssues(experiment, experiment.defaults, skylake())).toEqual([])
  })

  test("has a rule for every text, and none for what it doesn't have", () => {
    const names = Object.keys(experiment.defaults)
    const texts = names.filter((name) => typeof experiment.defaults[name] === "string")
    const ruled = Object.keys(experiment.accepts ?? {})
    expect(ruled).toEqual(expect.arrayContaining(texts))
    expect(ruled.filter((name) => !names.includes(name))).toEqual([])
  })
})

describe("a rule", () => {
  test.each([
    [undefined, 1, undefined],
    [undefined, 0, "a whole number, at least 1"],
    [undefined, 1.5, "a whole number, at least 1"],
    [undefined, Number.NaN, "a whole number, at least 1"],
    [undefined, "1", "a number"],
    [{ least: 0, most: 100 }, 101, "a whole number from 0 to 100"],
    [{ least: 64, multipleOf: 64 }, 96, "a multiple of 64, at least 64"],
    [{ least: 16, powerOfTwo: true as const }, 48, "a power of two, at least 16"],
    [{ least: 16, powerOfTwo: true as const }, 32, undefined],
    [{ oneOf: [0, 4096] }, 8192, "one of 0, 4096"]
  ])("%j answers %s with %s", (rule, value, expected) => {
    expect(ruleIssue("p", value, 1, rule)?.expected).toBe(expected)
  })
})

describe("an experiment refuses", () => {
  test("more workers than the machine has hardware threads, for they wait without leaving theirs", () => {
    const four = skylake({ cores: 4 })
    expect(() => scenarioOf("streaming-bandwidth", { cores: 5 }, four)).toThrow(
      /workers: expected at most 4.* found 5.*skylake-sp:cores=5/
    )
    expect(scenarioOf("streaming-bandwidth", { cores: 4 }, four).workers).toBe(4)
  })

  test("a place that the machine doesn't have", () => {
    const one = skylake({ cores: 2 })
    expect(() => scenarioOf("polled-call", { callee: "sibling" }, one)).toThrow(/callee: expected.*two threads a core/)
    expect(() => scenarioOf("shootdown-pte", { responder: "other" }, one)).toThrow(/responder: expected.*two sockets/)
    expect(() => scenarioOf("core-to-core", { between: "sockets" }, one)).toThrow(/between: expected pairs/)
  })

  test("a parameter that it doesn't know, and one that is missing", () => {
    const experiment = experimentByName("system-call") as AnyExperiment
    expect(parameterIssues(experiment, { call: 1 }).map(({ path }) => path)).toEqual(["calls", "call"])
  })
})
