/** A scenario as data and back: what is wrong in it, and where. */
import { defineMechanism, InvalidScenario, machineByName, machineNames, quantity, Scenario } from "@isolde/core"
import { NoneUnit } from "@isolde/core/isolation/none"
import type { WorkloadDecoder } from "@isolde/core/scenario/workload"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { crampedMachine, workloadOf } from "../small-system.ts"

const toy = defineMechanism({
  name: "toy",
  version: "0.1.0",
  config: Schema.Struct({
    write: quantity({ default: 20, unit: "cycle", meaning: "a write", source: "assumed: a test", range: [0, 100] })
  }),
  traits: () => ({
    isa: ["x86-64", "aarch64"],
    nativeMachine: "tiger-lake",
    governs: 3,
    ungoverned: [],
    granule: 4096,
    domains: 4,
    regions: 4,
    livesIn: ["register"],
    revocation: "everywhere",
    attacker: "none"
  }),
  refuse: () => undefined,
  build: () => new NoneUnit()
})

const small = crampedMachine(2, 1)
const named = (name: string, config: unknown) => ({ ...workloadOf(() => []), package: "@isolde/toys", name, config })
const decoder: WorkloadDecoder = {
  package: "@isolde/toys",
  version: workloadOf(() => []).version,
  names: ["nothing"],
  decode: (name, config) => named(name, config)
}
const parts = { mechanisms: [toy], workloads: [decoder] }
const scenario = Scenario.make({
  machine: small,
  mechanisms: [toy({ write: 7 })],
  workload: named("nothing", { a: 1 })
})
const encoded = JSON.parse(JSON.stringify(Scenario.encode(scenario))) as Readonly<Record<string, object>>

function issuesOf(json: unknown): Array<readonly [string, string]> {
  try {
    Scenario.decode(json, parts)
  } catch (error) {
    if (error instanceof InvalidScenario) return error.issues.map(({ actual, path }) => [path, actual] as const)
    throw error
  }
  return []
}

describe("a decoded scenario", () => {
  test("encodes to what it was decoded from, and runs the same code", () => {
    const again = Scenario.decode(encoded, parts)
    expect(JSON.parse(JSON.stringify(Scenario.encode(again)))).toEqual(encoded)
    expect(again.mechanisms[0]?.config).toEqual({ write: 7 })
    expect(again.workload.config).toEqual({ a: 1 })
  })

  test.each(machineNames.map((name) => [name]))("finds the machine %s again", (name) => {
    const machine = machineByName(name)({ cores: 2, overrides: { l2: { ways: 8 } } })
    const data: unknown = JSON.parse(JSON.stringify(Scenario.encode({ ...scenario, machine })))
    expect(JSON.parse(JSON.stringify(Scenario.encode(Scenario.decode(data, parts))))).toEqual(data)
  })
})

describe("wrong data", () => {
  test("every field that is missing or unknown is an issue of its own", () => {
    expect(issuesOf({}).map(([path]) => path)).toEqual(
      ["machine", "mechanisms", "workload", "workers", "seed", "frames", "nodes", "hostPages"].map(
        (name) => `scenario.${name}`
      )
    )
    expect(issuesOf({ ...encoded, sed: 1 })).toEqual([["scenario.sed", '"sed"']])
    expect(issuesOf([])).toContainEqual(["scenario", "an array of 0"])
  })

  test.each([
    [{ package: "@isolde/toi" }, "scenario.mechanisms[0].package"],
    [{ version: "9.9.9" }, "scenario.mechanisms[0].version"],
    [{ api: 0 }, "scenario.mechanisms[0].api"],
    [{ config: { write: 101 } }, "scenario.mechanisms[0].toy(config)"],
    [{ config: { wright: 1 } }, "scenario.mechanisms[0].toy(config)"]
  ])("a mechanism with %o is an issue at %s", (wrong, path) => {
    const [mechanism] = encoded.mechanisms as ReadonlyArray<object>
    expect(issuesOf({ ...encoded, mechanisms: [{ ...mechanism, ...wrong }] })[0]?.[0]).toBe(path)
  })

  test.each([
    [{ package: "@isolde/testkit" }, "scenario.workload.package"],
    [{ name: "something" }, "scenario.workload.name"],
    [{ version: "9.9.9" }, "scenario.workload.version"]
  ])("a workload with %o is an issue at %s", (wrong, path) => {
    const workload = { ...encoded.workload, ...wrong }
    expect(issuesOf({ ...encoded, workload })[0]?.[0]).toBe(path)
  })

  test("what was written inline can't be made again from data, and the remedy says what can", () => {
    expect(() => Scenario.decode(encoded, { workloads: [decoder] })).toThrow("run it in process")
    expect(() => Scenario.decode(encoded, { mechanisms: [toy] })).toThrow("run it in process")
  })

  test("all issues come at once, those of the machine among them", () => {
    const machine = { ...encoded.machine, name: "tiger-lak" }
    const paths = issuesOf({ ...encoded, machine, mechanisms: [{}] }).map(([path]) => path)
    expect(paths[0]).toBe("scenario.machine.name")
    expect(paths).toContain("scenario.mechanisms[0].package")
    expect(issuesOf({ ...encoded, machine: { ...encoded.machine, cores: -1 } })[0]?.[0]).toBe(
      "scenario.machine.options.cores"
    )
  })

  test("numbers and words are checked as by Scenario.make", () => {
    const wrong = { ...encoded, workers: 0, seed: 1.5, frames: "random", nodes: "far", hostPages: 3 }
    expect(issuesOf(wrong).map(([path]) => path)).toEqual(["workers", "seed", "hostPages", "frames", "nodes"])
  })
})
