/** What translation adds to a load: nothing, the second level's penalty, or a walk, natively and in a virtual machine. */

import { type Machine, simulate, skylakeSp, tigerLake } from "@isolde/core"
import { InvalidInput } from "@isolde/core/invalid-input"
import { numbersOf } from "@isolde/core/machines/machine"
import { describe, expect, test } from "vitest"
import { type TlbMissParameters, tlbMiss } from "../../src/experiments/tlb-miss.ts"

const costOf = (machine: Machine, chosen: Partial<TlbMissParameters>): number => {
  const parameters = { ...tlbMiss.defaults, ...chosen } as TlbMissParameters
  return tlbMiss.read(simulate(tlbMiss.scenario(machine, parameters, [])), parameters).cost as number
}

describe.each([skylakeSp({ cores: 1 }), tigerLake({ cores: 1 })])("$name", (machine) => {
  const { stlbPenalty } = numbersOf(machine).tlb

  test("adds nothing within the DTLB, and the second level's penalty behind it", () => {
    expect(costOf(machine, { pages: 32 })).toBe(0)
    expect(costOf(machine, { pages: 96 })).toBe(stlbPenalty)
  })

  test("adds 6 to 11 ticks more behind the second level (m-277), most of them the table line's way", () => {
    const walk = costOf(machine, { pages: 4096 }) - stlbPenalty
    expect(walk).toBeGreaterThanOrEqual(6)
    expect(walk).toBeLessThanOrEqual(11)
  })

  test("costs more in two dimensions, and no more than natively where the host's pages are large", () => {
    const native = costOf(machine, { pages: 4096 })
    expect(costOf(machine, { pages: 4096, hostPages: 4096 })).toBeGreaterThan(native + 6)
    expect(costOf(machine, { pages: 4096, hostPages: 2 ** 21 })).toBeCloseTo(native, 0)
  })

  test("is gone with 2 MB pages, unless the host breaks them", () => {
    const large = { pages: 4096, pageBytes: 2 ** 21 }
    expect(costOf(machine, large)).toBeCloseTo(0, 0)
    expect(costOf(machine, { ...large, hostPages: 2 ** 21 })).toBeCloseTo(0, 0)
    expect(costOf(machine, { ...large, hostPages: 4096 })).toBeGreaterThan(stlbPenalty)
  })
})

test("a page size that no machine has is refused, for the guest and for the host", () => {
  expect(() => costOf(skylakeSp({ cores: 1 }), { pageBytes: 16_384 })).toThrow(InvalidInput)
  expect(() => costOf(skylakeSp({ cores: 1 }), { hostPages: 65_536 })).toThrow(/hostPages: expected one of 0, 4096/)
})
