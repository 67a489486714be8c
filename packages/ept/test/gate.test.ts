/** What the gate costs, in closed form on a machine that does one thing at a time. */
import { readFileSync } from "node:fs"
import { RegionKind } from "@isolde/core/isolation/regions"
import { numbersOf } from "@isolde/core/machines/machine"
import { tigerLake } from "@isolde/core/machines/tiger-lake"
import { simulate } from "@isolde/core/simulate"
import { invocations, type Program, programRunner, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import type { EptConfig } from "../src/config.ts"
import { ept } from "../src/index.ts"

const run = programRunner(ept)

const COUNT = 50
const program: Program = {
  domains: ["caller", "callee"],
  regions: [{ name: "caller's", kind: RegionKind.private, owner: 0 }],
  threads: () => [{ script: invocations(COUNT, 1) }]
}
const longer: Program = { ...program, threads: () => [{ script: invocations(2 * COUNT, 1) }] }
const config = ept().config as EptConfig

describe("the gate", () => {
  test("costs saves, half its instructions, a store, VMFUNC, a load, the other half; and the like on the way back", () => {
    const { l1d } = numbersOf(tinyMachine({ inOrder: true }))
    const { gateInstructions, savedRegisters, vmfunc } = config
    const pass = gateInstructions + 1 + vmfunc + l1d.latency
    const { summary } = run(program, { inOrder: true })
    expect(summary.invocations).toBe(COUNT)
    expect(summary.cyclesPerInvocation.p50).toBe(2 * pass + savedRegisters + savedRegisters * l1d.latency)
  })

  test("adds the same instructions whatever they cost", () => {
    const { gateInstructions, savedRegisters } = config
    const { summary } = run(program)
    const pass = savedRegisters + gateInstructions + 3
    // The program's own instructions count as added too: it is made of operations.
    expect(summary.addedInstructions).toBe(COUNT * (2 * pass + 2))
  })

  test("EPT7 raising VMFUNC by d raises the makespan by exactly d for each VMFUNC executed with warm caches", () => {
    for (const inOrder of [true, false]) {
      const warm = (vmfunc: number) =>
        run(longer, { inOrder, config: { vmfunc } }).summary.cycles -
        run(program, { inOrder, config: { vmfunc } }).summary.cycles
      const cycles = warm(config.vmfunc)
      for (const d of [1, 7, 35]) expect(warm(config.vmfunc + d) - cycles).toBe(2 * COUNT * d)
    }
  })

  test("takes on Tiger Lake what the README says", () => {
    const { summary } = simulate({
      machine: tigerLake({ cores: 1 }),
      mechanisms: [ept()],
      workload: programWorkload(program),
      workers: 1
    })
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    expect(readme).toContain(`An invocation takes ${summary.cyclesPerInvocation.p50} cycles on Tiger Lake`)
  })

  test("lies between VMFUNC alone and the published invocations on an out-of-order machine (F1b-21, F2-17)", () => {
    const { p50 } = run(program).summary.cyclesPerInvocation
    expect(p50).toBeGreaterThanOrEqual(2 * config.vmfunc)
    expect(p50).toBeLessThanOrEqual(396)
  })
})
