/** What a caller hears who chooses a shootdown that the machine can't do. */
import { InvalidInput } from "@isolde/core/invalid-input"
import { machineByName } from "@isolde/core/machines/catalogue"
import type { MachineOptions } from "@isolde/core/machines/machine"
import { numbersOf } from "@isolde/core/machines/machine"
import { describe, expect, test } from "vitest"

const issuesOf = (machine: string, options: unknown) => {
  try {
    machineByName(machine)(options as MachineOptions)
  } catch (error) {
    if (error instanceof InvalidInput) return error.issues
    throw error
  }
  return []
}

describe("the policy of a machine", () => {
  test.each([
    ["tiger-lake", "interrupt"],
    ["skylake-sp", "interrupt"],
    ["neoverse-n1", "broadcast"],
    ["cortex-x3", "broadcast"]
  ])("%s shoots down by %s unless told otherwise", (name, policy) => {
    const { shootdown } = numbersOf(machineByName(name)())
    expect(shootdown).toEqual({ policy, optimisations: [], hypothetical: false })
  })

  test.each([
    ["skylake-sp", "broadcast"],
    ["skylake-sp", "invlpgb"],
    ["skylake-sp", "rar"],
    ["skylake-sp", "coherent"],
    ["morello", "invlpgb"]
  ])("%s has no hardware for %s, unless it is hypothetical", (name, shootdown) => {
    expect(issuesOf(name, { shootdown })).toMatchObject([{ path: "options.shootdown", actual: `"${shootdown}"` }])
    expect(issuesOf(name, { shootdown })[0]?.remedy).toContain("hypothetical: true")
    const machine = machineByName(name)({ shootdown: shootdown as "rar", hypothetical: true })
    expect(machine.shootdown).toMatchObject({ policy: shootdown, hypothetical: true })
  })

  test("what the silicon has is not hypothetical because the caller would allow it", () => {
    expect(machineByName("skylake-sp")({ hypothetical: true }).shootdown.hypothetical).toBe(false)
  })

  test("a policy that nobody has is answered with the nearest names", () => {
    expect(issuesOf("skylake-sp", { shootdown: "brodcast" })[0]?.remedy).toContain("broadcast")
  })
})

describe("optimisations", () => {
  test.each([
    [{ shootdownOptimisations: "early" }, "options.shootdownOptimisations"],
    [{ shootdownOptimisations: ["late"] }, "options.shootdownOptimisations[0]"],
    [{ shootdownOptimisations: ["inContext"] }, "options.shootdownOptimisations"],
    [{ shootdown: "lazy", shootdownOptimisations: ["early"] }, "options.shootdownOptimisations"],
    [{ kernel: { version: "4.10" }, shootdownOptimisations: ["early"] }, "options.kernel.version"],
    [{ kernel: { version: "4.14" }, shootdown: "rar", hypothetical: true }, "options.kernel.version"],
    [{ kernel: { version: 4.1 } }, "options.kernel.version"],
    [{ hypothetical: 1 }, "options.hypothetical"]
  ])("%j is refused", (options, path) => {
    expect(issuesOf("skylake-sp", options)).toMatchObject([{ path }])
  })

  test("all four go together with page-table isolation", () => {
    const shootdownOptimisations = ["concurrent", "early", "consolidated", "inContext"]
    expect(issuesOf("skylake-sp", { shootdownOptimisations, kernel: { pageTableIsolation: true } })).toEqual([])
  })
})
