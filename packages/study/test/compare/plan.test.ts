/** The list of runs: `none` once per machine and core count, refusals with their reasons and never run. */
import { type Demand, defineMechanism, type Exchange, type MechanismInstance } from "@isolde/core"
import { NoneUnit } from "@isolde/core/isolation/none"
import { planRuns } from "@isolde/study/compare/plan"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"

const onMachine = (name: string, nativeMachine: string, refused?: Exchange): MechanismInstance =>
  defineMechanism({
    name,
    version: "0.0.0",
    config: Schema.Struct({}),
    traits: () => ({
      isa: ["x86-64"],
      nativeMachine,
      governs: 0,
      ungoverned: [],
      granule: 1,
      domains: 2,
      regions: 0,
      livesIn: [],
      revocation: "everywhere",
      attacker: "none"
    }),
    refuse: (_config, { exchange }) => (exchange === refused ? `no ${exchange}` : undefined),
    build: () => new NoneUnit()
  })()

const demands = new Map<Exchange, Demand>(
  (["share", "copy"] as const).map((exchange) => [exchange, { domains: 2, exchange, objects: 0, operations: [] }])
)
const mechanisms = [
  ["a", [onMachine("a", "tiger-lake")]],
  ["b", [onMachine("b", "tiger-lake", "copy")]],
  ["./x/c.ts", [onMachine("c", "morello")]]
] as const

const named = (runs: ReadonlyArray<{ mechanism: string; exchange: string; cores: number; machine: string }>) =>
  runs.map(({ cores, exchange, machine, mechanism }) => `${mechanism} ${exchange} ${cores} ${machine}`)

describe("planRuns", () => {
  test("runs each mechanism on its native machine, beside one none per machine and core count", () => {
    const { refused, runs } = planRuns({ mechanisms, demands, cores: [1, 4] })
    expect(named(runs)).toEqual([
      "none share 1 tiger-lake",
      "none share 4 tiger-lake",
      "none share 1 morello",
      "none share 4 morello",
      "a share 1 tiger-lake",
      "a share 4 tiger-lake",
      "a copy 1 tiger-lake",
      "a copy 4 tiger-lake",
      "b share 1 tiger-lake",
      "b share 4 tiger-lake",
      "./x/c.ts share 1 morello",
      "./x/c.ts share 4 morello",
      "./x/c.ts copy 1 morello",
      "./x/c.ts copy 4 morello"
    ])
    expect(refused).toEqual([{ mechanism: "b", exchange: "copy", reason: "no copy" }])
  })

  test("gives every run a folder of its own", () => {
    const { runs } = planRuns({ mechanisms, demands, cores: [1, 4] })
    expect(new Set(runs.map((run) => run.folder)).size).toBe(runs.length)
    expect(runs.at(-1)?.folder).toBe("c-copy-morello-4-cores")
  })

  test("forces one machine on all, with more cores than the silicon has if need be", () => {
    const { runs } = planRuns({ mechanisms, demands, cores: [1, 64], machine: "tiger-lake" })
    expect(new Set(runs.map((run) => run.machine))).toEqual(new Set(["tiger-lake"]))
    expect(runs.filter((run) => run.mechanism === "none").length).toBe(2)
    expect(new Set(runs.map((run) => `${run.cores} of ${run.machineCores}`))).toEqual(new Set(["1 of 4", "64 of 64"]))
  })

  test("runs none alone on the machine of the recorded instruction set", () => {
    const { runs } = planRuns({ mechanisms: [], demands, cores: [2] })
    expect(named(runs)).toEqual(["none share 2 tiger-lake"])
  })
})
