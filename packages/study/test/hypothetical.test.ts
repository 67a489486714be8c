/** Which mechanisms exist on which machines: what a machine lacks makes a run on it hypothetical. */
import { cheri } from "@isolde/cheri"
import { type MechanismInstance, machineByName, machineNames, Scenario } from "@isolde/core"
import { enclave } from "@isolde/enclave"
import { ept } from "@isolde/ept"
import { language } from "@isolde/language"
import { mpk } from "@isolde/mpk"
import { mte } from "@isolde/mte"
import { pac } from "@isolde/pac"
import { processes } from "@isolde/process"
import { proposals } from "@isolde/proposals"
import { sfi } from "@isolde/sfi"
import { Code } from "@isolde/workloads/programs/code"
import { codeWorkload } from "@isolde/workloads/programs/code-workload"
import { describe, expect, test } from "vitest"

const idle = codeWorkload({
  name: "idle",
  config: {},
  areas: [],
  requests: [],
  threads: () => [{ code: new Code([]).repeat(1, () => undefined) }]
})

const isHypothetical = (machine: string, ...mechanisms: ReadonlyArray<MechanismInstance>): boolean =>
  Scenario.make({ machine: machineByName(machine)(), mechanisms, workload: idle, workers: 1 }).hypothetical

const homesOf = (mechanism: MechanismInstance): ReadonlyArray<string> =>
  machineNames.filter((name) => !isHypothetical(name, mechanism))

describe("a machine without the hardware of a mechanism only runs it hypothetically", () => {
  test.each([
    { name: "protection keys and shadow stacks", mechanism: mpk(), on: ["tiger-lake", "sapphire-rapids"] },
    {
      name: "protection keys alone",
      mechanism: mpk({ cet: false }),
      on: ["tiger-lake", "skylake-sp", "ice-lake-sp", "sapphire-rapids", "zen-3", "zen-5"]
    },
    { name: "supervisor keys", mechanism: mpk({ hardware: "pks" }), on: ["sapphire-rapids"] },
    { name: "domains of AArch32 kernels", mechanism: mpk({ hardware: "dacr" }), on: [] },
    { name: "enclaves", mechanism: enclave(), on: ["ice-lake-sp", "sapphire-rapids"] },
    { name: "bounds registers", mechanism: sfi({ variant: "bounds" }), on: ["skylake-sp"] },
    { name: "tags", mechanism: mte(), on: ["cortex-x3"] },
    { name: "capabilities", mechanism: cheri(), on: ["morello"] },
    { name: "signed pointers", mechanism: pac(), on: ["cortex-x3", "apple-m1"] },
    { name: "what nobody has built", mechanism: proposals(), on: [] }
  ])("$name", ({ mechanism, on }) => {
    expect(homesOf(mechanism)).toEqual(on)
  })

  test("VM functions are Intel's, from Haswell on", () => {
    const without = machineNames.filter((name) => isHypothetical(name, ept()))
    expect(without).toEqual([
      "ivy-bridge",
      "ivy-bridge-ex",
      "zen-3",
      "zen-5",
      "cortex-x3",
      "neoverse-n1",
      "morello",
      "apple-m1"
    ])
  })

  test("processes and languages need nothing that a machine lacks", () => {
    expect(homesOf(processes())).toEqual(machineNames)
    expect(homesOf(language())).toEqual(machineNames)
  })

  test("a combination needs what each of its mechanisms needs", () => {
    expect(isHypothetical("cortex-x3", mte(), pac())).toBe(false)
    expect(isHypothetical("apple-m1", mte(), pac())).toBe(true)
  })
})

describe("a virtualised kernel", () => {
  const pagesOf = (virtualised: boolean, hostPages?: number): number =>
    Scenario.make({
      machine: machineByName("skylake-sp")({ cores: 1, kernel: { virtualised } }),
      mechanisms: [],
      workload: idle,
      ...(hostPages === undefined ? {} : { hostPages })
    }).hostPages

  test("walks through its host's base pages unless the scenario says other ones", () => {
    expect(pagesOf(true)).toBe(4096)
    expect(pagesOf(true, 2 ** 21)).toBe(2 ** 21)
    expect(pagesOf(false)).toBe(0)
  })
})
