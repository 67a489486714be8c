/** What the monitor says of MPK on two cores: stale and unsafe windows, verdicts on accesses, rounding to the page. */
import { type OperationRecord, RegionKind, Verb } from "@isolde/core"
import { columnOf, type ObservedRun, observe, type ProgramMemory, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mpk } from "../src/index.ts"

const OBJECT = 2

function run(
  synchronise: "none" | "interrupt" | "rekey",
  threads: (memory: ProgramMemory) => ReadonlyArray<ReadonlyArray<OperationRecord>>
): ObservedRun {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      { name: "private 0", kind: RegionKind.private, owner: 0 },
      { name: "private 1", kind: RegionKind.private, owner: 1 },
      { name: "object", kind: RegionKind.exchange, owner: 0, bytes: 64 }
    ],
    exchange: "borrow",
    threads: (memory) => threads(memory).map((script) => ({ script }))
  })
  return observe({ machine: tinyMachine({ cores: 2 }), mechanisms: [mpk({ synchronise })], workload, workers: 2 })
}

const compute = (bytes: number): OperationRecord => ({ verb: Verb.compute, bytes })
const give: OperationRecord = { verb: Verb.move, region: OBJECT, from: 0, to: 1 }
const gate: ReadonlyArray<OperationRecord> = [
  { verb: Verb.enter, from: 0, to: 1 },
  { verb: Verb.leave, from: 1, to: 0 }
]
const load = ({ regions }: ProgramMemory, offset: number): OperationRecord => ({
  verb: Verb.load,
  page: regions[OBJECT]?.page ?? 0,
  offset: (regions[OBJECT]?.offset ?? 0) + offset,
  bytes: 8
})

const column = (table: "transfers" | "violations" | "crossings", name: string, { rows }: ObservedRun) =>
  rows[table].map((row) => row[columnOf(table, name)] as number)

describe("a buffer that another core has in PKRU", () => {
  const late = (memory: ProgramMemory) => [
    [compute(2000), give],
    [compute(40_000), load(memory, 0), ...gate, load(memory, 8)]
  ]

  test("MPK11 is reachable there until that core's next gate: an unsafe window, and a load that leaks", () => {
    const result = run("none", late)
    const [gateEnd] = column("crossings", "begin", result)
    const [quiet] = column("transfers", "quiet", result)
    const [completed] = column("transfers", "completed", result)
    expect(quiet).toBeGreaterThan(gateEnd ?? 0)
    expect(column("transfers", "unsafe", result)).toEqual([(quiet ?? 0) - (completed ?? 0)])
    expect(result.summary.verdicts).toMatchObject({ leaked: 1, prevented: 1, racing: 0 })
    expect(result.summary.windows.move).toMatchObject({ count: 1, unbounded: 0 })
  })

  test("MPK11 is stale and never unsafe where an interrupt rewrites PKRU before the move completes", () => {
    const result = run("interrupt", late)
    expect(column("transfers", "unsafe", result)).toEqual([0])
    expect(column("transfers", "stale", result)[0]).toBeGreaterThan(0)
    expect(result.summary.verdicts).toMatchObject({ leaked: 0, prevented: 2 })
  })

  test("MPK14 is quiet before the move completes where its pages get another key, though that core passes no gate", () => {
    const result = run("rekey", (memory) => [
      [compute(20_000), give],
      [load(memory, 0), compute(80_000), load(memory, 8)]
    ])
    expect(column("transfers", "unsafe", result)).toEqual([0])
    const [committed, completed, quiet] = ["committed", "completed", "quiet"].map(
      (name) => column("transfers", name, result)[0] ?? 0
    )
    // The other core forgets the old key in its handler, whose acknowledgement the mover waits for.
    expect(quiet).toBeGreaterThan(committed ?? 0)
    expect(quiet).toBeLessThanOrEqual(completed ?? 0)
    expect(result.summary.verdicts).toMatchObject({ leaked: 0, racing: 0, prevented: 1 })
  })

  test("MPK11 is unbounded where that core passes no gate any more", () => {
    const result = run("none", () => [[compute(2000), give], [compute(40_000)]])
    expect(column("transfers", "quiet", result)).toEqual([-1])
    expect(result.summary.windows.move).toMatchObject({ count: 0, unbounded: 1 })
  })

  test("is used by a load between the commit and the completion: racing", () => {
    const many = Array.from({ length: 400 }, () => 0)
    const result = run("interrupt", (memory) => [
      [compute(2000), give],
      many.flatMap(() => [compute(20), load(memory, 0)])
    ])
    expect(result.summary.verdicts.racing).toBeGreaterThan(0)
    expect(result.summary.verdicts.leaked).toBe(0)
    const [issued] = column("transfers", "issued", result)
    const ages = column("violations", "age", result)
    expect(column("violations", "tick", result).map((tick) => tick - (issued ?? 0))).toEqual(ages)
  })
})
