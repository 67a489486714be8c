/** Cells of pairs: found where they were opened, and few. */
import { PairCells } from "@isolde/core/isolation/pair-cells"
import { Revocations } from "@isolde/core/isolation/revocations"
import { AccessMatrix, Right } from "@isolde/core/isolation/rights"
import fc from "fast-check"
import { describe, expect, test } from "vitest"

describe("cells of pairs", () => {
  test("an access matrix over them is a map of pairs, whatever is written in whatever order", () => {
    const writes = fc.array(fc.tuple(fc.nat(40), fc.nat(30), fc.nat(3)), { maxLength: 200 })
    fc.assert(
      fc.property(writes, (all) => {
        const matrix = new AccessMatrix(41, 31)
        const specification = new Map<number, number>()
        for (const [domain, region, rights] of all) {
          matrix.set(domain, region, rights)
          specification.set(domain * 31 + region, rights)
        }
        for (let domain = 0; domain < 41; domain++)
          for (let region = 0; region < 31; region++)
            expect(matrix.rights(domain, region)).toBe(specification.get(domain * 31 + region) ?? 0)
      })
    )
  })

  test("a right that was never taken away has no age, also beside one that was", () => {
    const revocations = new Revocations(4096, 4096)
    revocations.committed(4095, 4094, Right.write, 100)
    expect(revocations.age(4095, 4094, Right.write, 130)).toBe(30)
    expect(revocations.age(4095, 4094, Right.read, 130)).toBe(-1)
    expect(revocations.age(4095, 4095, Right.write, 130)).toBe(-1)
    expect(revocations.age(0, 0, Right.write, 130)).toBe(-1)
  })

  test("4,096 domains that each use a region of their own take cells in proportion to their number", () => {
    const cells = new PairCells(4096, 4096)
    for (let domain = 0; domain < 4096; domain++) cells.open(domain, domain)
    // 64 for each, those that are shared, and as much again at most for doubling.
    expect(cells.length).toBeLessThanOrEqual(2 * 64 * 4097)
  })
})
