/** What an edit of the tables costs and whom it interrupts. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { columnOf, type Program, type ProgramRegion, programRunner } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import type { EptConfig } from "../src/config.ts"
import { ept } from "../src/index.ts"

const run = programRunner(ept)

const MOVES = 20
const object = { name: "object", kind: RegionKind.exchange, owner: 0 } as const
const there: OperationRecord = { verb: Verb.move, region: 0, from: 0, to: 1, bytes: 4096 }
const back: OperationRecord = { verb: Verb.move, region: 0, from: 1, to: 0, bytes: 4096 }
const moves = Array.from({ length: MOVES }, (_, at) => (at % 2 === 0 ? there : back))
// A mark needs an instruction behind it.
const last: OperationRecord = { verb: Verb.compute, bytes: 1 }
const program = (
  script: ReadonlyArray<OperationRecord>,
  regions: ReadonlyArray<ProgramRegion> = [object]
): Program => ({
  domains: ["caller", "callee"],
  exchange: "borrow",
  regions,
  threads: (_, workers) =>
    Array.from({ length: workers }, (_unused, worker) => ({
      script: worker === 0 ? [...script, last] : [last]
    }))
})
const config = ept().config as EptConfig

describe("a move", () => {
  test.each([1, 2, 4, 8])("EPT10 of a page interrupts every other thread of %i once", (workers) => {
    const { rows, summary } = run(program(moves), { workers })
    expect(summary.interrupts).toBe((workers - 1) * MOVES)
    expect(summary.shootdownTargets).toBe((workers - 1) * MOVES)
    expect(summary.shootdowns).toBe(workers === 1 ? 0 : MOVES)
    expect(rows.transfers.length).toBe(MOVES)
  })

  test("with one thread costs one exit, one entry and one INVEPT, each to the cycle", () => {
    // Lines on their way into the L1D are over before anything that comes at other ticks needs it.
    const alone = { inOrder: true, overrides: { l2: { transfer: 64, writeBack: 64 } } }
    const { cycles } = run(program(moves), alone).summary
    for (const [name, times] of [
      ["vmExit", 1],
      ["vmEntry", 1],
      ["invept", 1],
      ["editPath", 1],
      ["editPerPage", 2]
    ] as const) {
      const dearer = run(program(moves), { ...alone, config: { [name]: config[name] + 10 } }).summary
      expect(dearer.cycles - cycles, name).toBe(10 * times * MOVES)
    }
  })

  test("of an object of k pages stores 2 k entries and still forgets each context once", () => {
    const pages = (bytes: number) => run(program([there], [{ ...object, bytes }])).system.tiles[0]?.translation
    expect(pages(4096)?.invalidations).toBe(1)
    expect(pages(3 * 4096)?.invalidations).toBe(1)
    const added = (bytes: number) => run(program([there], [{ ...object, bytes }])).summary.addedInstructions
    // A page's record is loaded and stored, and two entries are found and stored.
    expect(added(3 * 4096) - added(4096)).toBe(2 * (2 + 2 * (config.editPerPage + 1)))
  })

  test("EPT9 that leaves another object on the page withdraws nothing and interrupts nobody", () => {
    const neighbours = [
      { ...object, bytes: 64 },
      { ...object, name: "neighbour", bytes: 64, packed: true }
    ]
    const { summary } = run(program([there], neighbours), { workers: 2 })
    expect(summary.interrupts).toBe(0)
    const both = [there, { ...there, region: 1 }]
    expect(run(program(both, neighbours), { workers: 2 }).summary.interrupts).toBe(1)
  })

  test("EPT9 changes what is enforced between its issue and its completion, once for each domain", () => {
    const { rows } = run(program([there]), { workers: 2 })
    const column = (name: string) => columnOf("rights", name)
    const enforced = rows.rights.filter((row) => row[column("place")] !== 6)
    expect(enforced.map((row) => [row[column("domain")], row[column("before")], row[column("after")]])).toEqual([
      [0, Right.readWrite, Right.none],
      [1, Right.none, Right.readWrite]
    ])
    const [transfer] = rows.transfers
    for (const row of enforced) {
      expect(row[0]).toBeGreaterThan(transfer?.[columnOf("transfers", "issued")] ?? Number.NaN)
      expect(row[0]).toBeLessThan(transfer?.[columnOf("transfers", "completed")] ?? Number.NaN)
    }
  })
})

describe("a grant", () => {
  const grant = (rights: number): OperationRecord => ({
    verb: Verb.grant,
    region: 0,
    from: 0,
    to: 1,
    rights,
    bytes: 64
  })

  test("EPT10 of a page that was not present interrupts nobody; one that changes a present entry does", () => {
    const interrupts = (...script: ReadonlyArray<OperationRecord>) =>
      run(program(script), { workers: 2 }).summary.interrupts
    expect(interrupts(grant(Right.read))).toBe(0)
    expect(interrupts(grant(Right.read), grant(Right.readWrite))).toBe(1)
    expect(interrupts(grant(Right.readWrite), grant(Right.readWrite))).toBe(0)
  })

  test("EPT1 to write without reading can't be expressed and gives nothing", () => {
    const { faults, system } = run({
      ...program([]),
      threads: (memory) => [
        {
          script: [
            grant(Right.write),
            { verb: Verb.enter, from: 0, to: 1, activation: 0 },
            { verb: Verb.store, page: memory.regions[0]?.page ?? -1, bytes: 8 }
          ]
        }
      ]
    })
    expect(faults.map(({ page }) => page)).toEqual([system.regions.extentPage[0]])
  })
})

test("EPT8 two threads that edit one page at once leave what the last of them left", () => {
  const regions = [
    { ...object, bytes: 64 },
    { ...object, name: "neighbour", bytes: 64, packed: true }
  ]
  const turns = (region: number) => moves.map((each) => ({ ...each, region }))
  const { summary, system } = run(
    { ...program([], regions), threads: () => [0, 1].map((region) => ({ script: turns(region) })) },
    { workers: 2 }
  )
  expect(summary.faults).toBe(0)
  const [t] = system.threads
  if (t === undefined) throw new Error("a system without threads")
  t.context = 0
  expect([0, 1].map((region) => system.unit.allows(t, region))).toEqual([Right.readWrite, Right.readWrite])
  t.context = 1
  expect([0, 1].map((region) => system.unit.allows(t, region))).toEqual([Right.none, Right.none])
})
