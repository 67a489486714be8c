/** Overlapping operations on one right, from different threads: every history has an order in the access matrix. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Event, linearisation } from "../../src/contract/linearisation.ts"
import { overlapHistory, overlapSteps } from "../../src/contract/overlap.ts"
import { accessTable } from "./access-table.ts"

const event = (kind: Event["kind"], begin: number, end: number, given: boolean): Event => ({ kind, begin, end, given })

describe("the order of a history", () => {
  test("an access that overlaps a revocation may find either, one behind it only that it is gone", () => {
    const revoke = event("operation", 10, 20, false)
    for (const given of [true, false])
      expect(linearisation([revoke, event("access", 15, 15, given)], true)).toBeDefined()
    expect(linearisation([revoke, event("access", 21, 21, false)], true)).toBeDefined()
    expect(linearisation([revoke, event("access", 21, 21, true)], true)).toBeUndefined()
  })

  test("two operations that overlap may end either way, but for all accesses alike", () => {
    const both = [event("operation", 10, 20, false), event("operation", 12, 22, true)]
    for (const given of [true, false])
      expect(linearisation([...both, event("access", 30, 30, given)], true)).toBeDefined()
    expect(
      linearisation([...both, event("access", 30, 30, true), event("access", 31, 31, false)], true)
    ).toBeUndefined()
  })

  test("what was seen to be gone doesn't come back while a revocation goes on", () => {
    const revoke = event("operation", 10, 20, false)
    expect(linearisation([revoke, event("access", 12, 12, false), event("access", 14, 14, true)], true)).toBeUndefined()
  })
})

test("MC9 a unit that forgets revocations has no order for some histories, and one that keeps them has one for all", () => {
  const found = (flaw: "none" | "forgets revocations") =>
    fc.sample(overlapSteps, { numRuns: 40, seed: 7 }).filter((drawn) => {
      return linearisation(overlapHistory(accessTable({ flaw }), drawn, true), false) === undefined
    }).length
  expect(found("none")).toBe(0)
  expect(found("forgets revocations")).toBeGreaterThan(0)
})
