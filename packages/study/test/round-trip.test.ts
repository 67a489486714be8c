/** Scenarios from data: every mechanism and every workload that Isolde brings comes back as it was encoded. */
import { type Machine, machineByName, Scenario, simulate } from "@isolde/core"
import { experiments, experimentWorkloads } from "@isolde/workloads"
import { describe, expect, test } from "vitest"
import { mechanismByName, mechanismNames } from "../src/compare/mechanism-by-name.ts"

const data = (scenario: Scenario): unknown => JSON.parse(JSON.stringify(Scenario.encode(scenario)))
const machineFor = (isa: string): Machine =>
  machineByName(isa === "aarch64" ? "neoverse-n1" : "skylake-sp")({ cores: 4 })

describe("encode, then decode", () => {
  test.each(mechanismNames.map((name) => [name]))("brings the mechanism %s back", async (name) => {
    const mechanism = await mechanismByName(name)
    const instance = mechanism()
    const machine = machineByName(instance.traits.nativeMachine)({ cores: 2 })
    const workload = experimentWorkloads.decode("invocation", { chain: 1, rounds: 2, caller: 0, callee: 0 }, machine)
    const encoded = data(Scenario.make({ machine, mechanisms: [instance], workload }))
    const again = Scenario.decode(encoded, { mechanisms: [mechanism], workloads: [experimentWorkloads] })
    expect(data(again)).toEqual(encoded)
    expect(again.mechanisms[0]?.traits).toEqual(instance.traits)
  })

  test.each(experiments.map((experiment) => [experiment.name, experiment] as const))(
    "brings the workload of %s back",
    (name, { defaults }) => {
      const machine = machineFor("x86-64")
      const workload = experimentWorkloads.decode(name, defaults, machine)
      const encoded = data(Scenario.make({ machine, mechanisms: [], workload }))
      expect(data(Scenario.decode(encoded, { workloads: [experimentWorkloads] }))).toEqual(encoded)
    }
  )

  test("brings a workload back whose pointers are as wide as its mechanism's", async () => {
    const mechanism = await mechanismByName("cheri")
    const instance = mechanism({ pointers: "capabilities" } as never)
    const machine = machineByName("morello")({ cores: 2 })
    const { defaults } = experiments.find(({ name }) => name === "linked-walk") as (typeof experiments)[number]
    const workload = experimentWorkloads.decode("linked-walk", defaults, machine, [instance])
    const scenario = Scenario.make({ machine, mechanisms: [instance], workload })
    const again = Scenario.decode(data(scenario), { mechanisms: [mechanism], workloads: [experimentWorkloads] })
    expect(data(again)).toEqual(data(scenario))
    const cyclesOf = (of: Scenario) => simulate(of).summary.cycles
    expect(cyclesOf(again)).toBe(cyclesOf(scenario))
  })

  test("parameters that the experiment doesn't have, and missing ones, are issues", () => {
    const machine = machineFor("x86-64")
    expect(() => experimentWorkloads.decode("invocation", { chain: "1", size: 2 }, machine)).toThrow(
      /config\.chain[^]*config\.rounds[^]*config\.size/
    )
  })
})
