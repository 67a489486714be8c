/** Contract tests of what a mechanism declares: its traits, and what it refuses (MC7). */
import { RegionKind } from "@isolde/core/isolation/regions"
import { machineByName, machineNames } from "@isolde/core/machines/catalogue"
import type { Mechanism, MechanismInstance } from "@isolde/core/mechanism"
import { InvalidScenario } from "@isolde/core/scenario/invalid-scenario"
import { Scenario } from "@isolde/core/scenario/scenario"
import type { Workload } from "@isolde/core/scenario/workload"
import { expect, test } from "vitest"
import { programWorkload } from "../program-workload.ts"
import { tinyMachine } from "../tiny-machine.ts"
import { demandOf, exchanges } from "./vocabulary.ts"

/** Beyond this a limit counts as none. */
const UNLIMITED = 1 << 20

export function describeExpressible<Config, Input>(
  mechanism: Mechanism<Config, Input>,
  instance: MechanismInstance
): void {
  const { traits } = instance

  test("its traits name a machine that has the hardware, and are complete", () => {
    expect(machineNames).toContain(traits.nativeMachine)
    expect(traits.isa).toContain(machineByName(traits.nativeMachine)().isa)
    expect(traits.livesIn.length).toBeGreaterThan(0)
    expect(traits.governs).toBeGreaterThan(0)
    expect(Number.isInteger(Math.log2(traits.granule))).toBe(true)
    expect(traits.attacker).not.toBe("")
  })

  test("an instance is data that makes the same instance again", () => {
    const encoded: unknown = JSON.parse(JSON.stringify(instance.config))
    expect(mechanism(encoded as Input).config).toEqual(instance.config)
    expect(instance.package).toBe(`@isolde/${mechanism.mechanism}`)
  })

  test("MC7 what it refuses, Scenario.make refuses with its reason, and nothing else", () => {
    const { domains, regions } = traits
    for (const exchange of exchanges) {
      for (const asked of [2, domains, domains + 1].filter((each) => each >= 2 && each < UNLIMITED)) {
        for (const objects of [1, 4, regions, regions + 1].filter((each) => each < UNLIMITED)) {
          const reason = instance.refuse(demandOf(exchange, asked, objects))
          const make = () =>
            Scenario.make({ machine, mechanisms: [instance], workload: asking(exchange, asked, objects) })
          const where = `${exchange}, ${asked} domains, ${objects} objects`
          if (reason === undefined) expect(make, where).not.toThrow()
          else {
            expect(make, where).toThrow(InvalidScenario)
            expect(make, where).toThrow(reason)
          }
        }
      }
    }
  })

  test("MC7 it refuses more domains and more regions than its traits say, and can express some exchange", () => {
    if (traits.domains < UNLIMITED)
      for (const exchange of exchanges) expect(instance.refuse(demandOf(exchange, traits.domains + 1, 0))).toBeDefined()
    if (traits.regions < UNLIMITED) expect(instance.refuse(demandOf("borrow", 2, traits.regions + 1))).toBeDefined()
    expect(exchanges.some((exchange) => instance.refuse(demandOf(exchange, 2, 1)) === undefined)).toBe(true)
  })

  const machine = tinyMachine({ base: traits.nativeMachine, cores: 1 })
}

function asking(exchange: (typeof exchanges)[number], domains: number, objects: number): Workload {
  const object = (_: unknown, at: number) => ({ name: `object ${at}`, kind: RegionKind.exchange, owner: 0 })
  return programWorkload({
    domains: Array.from({ length: domains }, (_, domain) => `domain ${domain}`),
    regions: Array.from({ length: objects }, object),
    exchange,
    threads: () => []
  })
}
