/** What the monitor says of MTE: rights that go with their tags, accesses that are detected late, tags that collide. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { columnOf, type ObservedRun, observe, type ProgramMemory, programWorkload, tinyMachine } from "@isolde/testkit"
import { expect, test } from "vitest"
import { mte } from "../src/index.ts"
import { instructions } from "../src/pointers.ts"

const OBJECT = 2
const STG = instructions.indexOf("STG")

function run(
  domains: number,
  threads: (memory: ProgramMemory) => ReadonlyArray<ReadonlyArray<OperationRecord>>,
  config: NonNullable<Parameters<typeof mte>[0]> = {}
): ObservedRun {
  const workload = programWorkload({
    domains: Array.from({ length: domains }, (_, domain) => `domain ${domain}`),
    regions: [
      { name: "private 0", kind: RegionKind.private, owner: 0 },
      { name: "private of the last", kind: RegionKind.private, owner: domains - 1 },
      { name: "object", kind: RegionKind.exchange, owner: 0, bytes: 4096 }
    ],
    exchange: "borrow",
    threads: (memory) => threads(memory).map((script) => ({ script }))
  })
  const machine = tinyMachine({ base: "cortex-x3", cores: 2 })
  return observe({ machine, mechanisms: [mte(config)], workload, workers: 2 })
}

const load = ({ regions }: ProgramMemory, region: number): OperationRecord => ({
  verb: Verb.load,
  page: regions[region]?.page ?? 0,
  offset: 0,
  bytes: 8
})
const compute = (bytes: number): OperationRecord => ({ verb: Verb.compute, bytes })
const give: OperationRecord = { verb: Verb.move, region: OBJECT, from: 0, to: 1 }
const only = (table: "transfers" | "violations", name: string, { rows }: ObservedRun) =>
  rows[table].map((row) => row[columnOf(table, name)])

test("MTE5 a move is quiet for every thread when its last tag is known everywhere, before its barrier is over", () => {
  const result = run(2, (memory) => [
    [compute(1000), give],
    [load(memory, OBJECT), compute(60_000)]
  ])
  expect(only("transfers", "unsafe", result)).toEqual([0])
  expect(result.summary.windows.move).toMatchObject({ count: 1, unbounded: 0, unsafe: { max: 0 } })
})

test("MTE13 an asynchronous fault is detected when its thread next comes into the kernel, so much later", () => {
  const result = run(2, (memory) => [[load(memory, 1), compute(5000), { verb: Verb.yield }], [compute(1)]], {
    mode: "asynchronous"
  })
  expect(result.summary.verdicts).toMatchObject({ detected: 1, leaked: 0, prevented: 0 })
  const [delay] = only("violations", "delay", result)
  const [tick] = only("violations", "tick", result)
  const [fault] = result.faults
  expect(delay).toBe((tick ?? 0) - (fault?.tick ?? 0))
  expect(delay).toBeGreaterThan(500)
})

test("MTE16 two domains with one tag leak into each other without a fault", () => {
  const result = run(16, (memory) => [[load(memory, 1), load(memory, 0)], [compute(1)]], { beyond: "share" })
  expect(result.faults).toEqual([])
  expect(result.summary.verdicts).toMatchObject({ leaked: 1, permitted: 1 })
  expect(only("violations", "age", result)).toEqual([-1])
})

test("MTE15 a load behind its own thread's STG is checked against the new tag, however long that is buffered", () => {
  const stg = (page: number): OperationRecord => ({ verb: Verb.instruction, rights: STG, page, offset: 0 })
  const result = run(2, (memory) => {
    const own = load(memory, 1)
    return [[own, stg(own.page ?? 0), own, { ...own, offset: 16 }], [compute(1)]]
  })
  expect(result.faults.map(({ offset }) => offset)).toEqual([0, 16])
})

test("MTE15 a retag longer than the store buffer, without a barrier, is over when the last of its stores is known", () => {
  const back: OperationRecord = { verb: Verb.move, region: OBJECT, from: 1, to: 0 }
  const result = run(
    2,
    (memory) => [
      [give, compute(200_000), load(memory, OBJECT)],
      [compute(60_000), back]
    ],
    { publish: "none", largestTagStore: "stg" }
  )
  expect(result.faults).toEqual([])
})
