/** What the monitor keeps of registers saves questions and changes no answer: with and without, a run says the same. */
import { cheri } from "@isolde/cheri"
import { type MechanismInstance, machineByName, simulate } from "@isolde/core"
import { CombinedUnit } from "@isolde/core/isolation/combined-unit"
import { ept } from "@isolde/ept"
import { language } from "@isolde/language"
import { mpk } from "@isolde/mpk"
import { mte } from "@isolde/mte"
import { pac } from "@isolde/pac"
import type { AnyExperiment, Parameters } from "@isolde/workloads"
import { linkedObjects } from "@isolde/workloads/experiments/linked-objects"
import { manyDomains } from "@isolde/workloads/experiments/many-domains"
import { afterEach, describe, expect, test, vi } from "vitest"

const combinations: ReadonlyArray<readonly [name: string, machine: string, mechanisms: () => MechanismInstance[]]> = [
  ["pac and mte", "cortex-x3", () => [pac(), mte()]],
  ["mte and pac", "cortex-x3", () => [mte(), pac()]],
  ["mpk in ept", "tiger-lake", () => [mpk(), ept()]],
  ["language and mpk", "tiger-lake", () => [language(), mpk()]],
  ["cheri and language", "morello", () => [cheri(), language()]]
]

const runs: ReadonlyArray<readonly [experiment: AnyExperiment, chosen: Parameters]> = [
  [linkedObjects, { objects: 5 }],
  [manyDomains, { domains: 3, visits: 12 }]
]

afterEach(() => {
  vi.restoreAllMocks()
})

describe("images of combined registers", () => {
  test.each(combinations)(
    "CO6 of %s give the exposure, verdicts and windows of asking for everything",
    (_, machine, of) => {
      const said = () =>
        runs.map(([experiment, chosen]) => {
          const parameters = { ...experiment.defaults, ...chosen }
          const scenario = experiment.scenario(machineByName(machine)({ cores: 1 }), parameters, of())
          const { summary } = simulate(scenario)
          const { cycles, exposureByteCycles, verdicts, windows } = summary
          return { cycles, exposureByteCycles, verdicts, windows }
        })
      const asked = vi.spyOn(CombinedUnit.prototype, "registers")
      const kept = said()
      expect(asked.mock.results.filter(({ value }) => (value as number) >= 0).length).toBeGreaterThan(0)
      asked.mockReturnValue(-1)
      expect(said()).toEqual(kept)
    }
  )
})
