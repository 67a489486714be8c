/** Overlapping operations on one right, from different threads: every history has an order in the access matrix. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Event, linearisation } from "../../src/contract/linearisation.ts"
import { columnOf, observe } from "../../src/contract/observed-run.ts"
import { programWorkload } from "../../src/program-workload.ts"
import { tinyMachine } from "../../src/tiny-machine.ts"
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

const steps = fc.array(fc.array(fc.record({ kind: fc.nat(3), pause: fc.nat(60) }), { minLength: 3, maxLength: 7 }), {
  minLength: 3,
  maxLength: 3
})
type Steps = ReadonlyArray<ReadonlyArray<{ readonly kind: number; readonly pause: number }>>

/** Three threads in domain 1, which grant it a region, revoke it and load from it, each when it likes. */
function history(drawn: Steps, flaw: "none" | "forgets revocations", runAhead: boolean): Array<Event> {
  const REGION = 2
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      ...[0, 1].map((owner) => ({ name: `private ${owner}`, kind: RegionKind.private, owner })),
      { name: "object", kind: RegionKind.exchange, owner: 0 }
    ],
    exchange: "borrow",
    operations: ["grant", "revoke"],
    threads: ({ regions }) =>
      drawn.map((own, worker) => ({
        domain: 1,
        script: own.flatMap(({ kind, pause }, at): Array<OperationRecord> => {
          const page = regions[REGION]?.page ?? 0
          const offset = 8 * (worker * 8 + at)
          if (kind === 0) return [{ verb: Verb.grant, region: REGION, from: 0, to: 1, rights: Right.readWrite }]
          if (kind === 1) return [{ verb: Verb.revoke, region: REGION, from: 1, rights: Right.none }]
          return [
            { verb: Verb.compute, bytes: 1 + pause },
            { verb: Verb.load, page, offset, bytes: 8 }
          ]
        })
      }))
  })
  const run = observe({
    machine: tinyMachine({ cores: 3, inOrder: true }),
    mechanisms: [accessTable({ flaw })],
    workload,
    workers: 3,
    runAhead
  })
  const [verb, issued, completed] = ["operation", "issued", "completed"].map((name) => columnOf("transfers", name))
  const refused = new Set(run.faults.map(({ offset }) => offset))
  const asked = new Map<number, [number, number]>() // offset -> first and last tick
  const [offset] = ["offset"].map((name) => columnOf("accesses", name))
  for (const row of run.rows.accesses) {
    const [at, tick] = [row[offset ?? 0] as number, row[0] as number]
    const [first] = asked.get(at) ?? [tick, tick]
    asked.set(at, [first, tick])
  }
  const slack = run.summary.lookahead
  return [
    ...run.rows.transfers.map((row) =>
      event("operation", row[issued ?? 0] as number, row[completed ?? 0] as number, row[verb ?? 0] === Verb.grant)
    ),
    ...[...asked].map(([at, [first, last]]) => event("access", first - slack, last + slack, !refused.has(at)))
  ]
}

describe("a mechanism whose revocations reach everywhere", () => {
  test.each([true, false])("has an order for every history of overlapping operations (run-ahead: %s)", (runAhead) => {
    fc.assert(
      fc.property(steps, (drawn) => {
        expect(linearisation(history(drawn, "none", runAhead), false)).toBeDefined()
      }),
      { numRuns: 25, seed: 7 }
    )
  })

  test("one that forgets revocations has none for some", () => {
    const found = fc.sample(steps, { numRuns: 40, seed: 7 }).some((drawn) => {
      return linearisation(history(drawn, "forgets revocations", true), false) === undefined
    })
    expect(found).toBe(true)
  })
})
