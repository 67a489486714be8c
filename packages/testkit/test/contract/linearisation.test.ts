/** Overlapping operations on one right, from different threads: every history has an order in the access matrix. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Event, finds, leaves, linearisation } from "../../src/contract/linearisation.ts"
import { overlapHistory, overlapSteps, ownerHistory } from "../../src/contract/overlap.ts"
import { protectionOf } from "../../src/contract/protection.ts"
import { accessTable } from "./access-table.ts"

const event = (kind: "operation" | "access", begin: number, end: number, given: boolean): Event =>
  kind === "operation" ? leaves(begin, end, given ? 1 : 0) : finds(begin, end, (state) => (state === 1) === given)

describe("the order of a history", () => {
  test("an access that overlaps a revocation may find either, one behind it only that it is gone", () => {
    const revoke = event("operation", 10, 20, false)
    for (const given of [true, false]) expect(linearisation([revoke, event("access", 15, 15, given)], 1)).toBeDefined()
    expect(linearisation([revoke, event("access", 21, 21, false)], 1)).toBeDefined()
    expect(linearisation([revoke, event("access", 21, 21, true)], 1)).toBeUndefined()
  })

  test("two operations that overlap may end either way, but for all accesses alike", () => {
    const both = [event("operation", 10, 20, false), event("operation", 12, 22, true)]
    for (const given of [true, false]) expect(linearisation([...both, event("access", 30, 30, given)], 1)).toBeDefined()
    expect(linearisation([...both, event("access", 30, 30, true), event("access", 31, 31, false)], 1)).toBeUndefined()
  })

  test("what was seen to be gone doesn't come back while a revocation goes on", () => {
    const revoke = event("operation", 10, 20, false)
    expect(linearisation([revoke, event("access", 12, 12, false), event("access", 14, 14, true)], 1)).toBeUndefined()
  })
})

test("MC9 a unit that forgets revocations has no order for some histories, and one that keeps them has one for all", () => {
  const found = (flaw: "none" | "forgets revocations") =>
    fc.sample(overlapSteps, { numRuns: 40, seed: 7 }).filter((drawn) => {
      return linearisation(overlapHistory(protectionOf([accessTable({ flaw })]), drawn, true), 0) === undefined
    }).length
  expect(found("none")).toBe(0)
  expect(found("forgets revocations")).toBeGreaterThan(0)
})

test("MC9 a unit that forgets revocations has no order of owners for some histories, and one that keeps them has one for all", () => {
  const found = (flaw: "none" | "forgets revocations") =>
    fc.sample(overlapSteps, { numRuns: 25, seed: 7 }).filter((drawn) => {
      const history = ownerHistory(protectionOf([accessTable({ flaw })]), drawn, true, ["move", "free", "allocate"])
      return linearisation(history, 0) === undefined
    }).length
  expect(found("none")).toBe(0)
  expect(found("forgets revocations")).toBeGreaterThan(0)
})
