/** Operations on regions and what they need: who owns a region moves, shares and frees it; nobody's is allocated. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { Nobody, Ownership } from "@isolde/core/isolation/ownership"
import { RegionKind, Regions } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { describe, expect, test } from "vitest"
import { columnOf, observe } from "../../src/contract/observed-run.ts"
import { programWorkload } from "../../src/program-workload.ts"
import { tinyMachine } from "../../src/tiny-machine.ts"
import { accessTable } from "../contract/access-table.ts"

const REGION = 2
const machine = tinyMachine({ cores: 1, inOrder: true })

function run(script: (load: (offset: number) => OperationRecord) => Array<OperationRecord>, owner = 0) {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      { name: "private 0", kind: RegionKind.private, owner: 0 },
      { name: "private 1", kind: RegionKind.private, owner: 1 },
      { name: "object", kind: RegionKind.exchange, owner }
    ],
    exchange: "borrow",
    threads: ({ regions }) => {
      const page = regions[REGION]?.page ?? 0
      return [{ script: script((offset) => ({ verb: Verb.load, page, offset, bytes: 8 })) }]
    }
  })
  const observed = observe({ machine, mechanisms: [accessTable()], workload })
  const verb = columnOf("transfers", "operation")
  return {
    ...observed,
    refused: observed.faults.map(({ offset }) => offset),
    completed: observed.rows.transfers.map((row) => row[verb])
  }
}

const enter: OperationRecord = { verb: Verb.enter, from: 0, to: 1, activation: 0 }
const leave: OperationRecord = { verb: Verb.leave, from: 1, to: 0, activation: 0 }
const on = (verb: Verb, more: Omit<OperationRecord, "verb"> = {}): OperationRecord => ({
  verb,
  region: REGION,
  bytes: 4096,
  ...more
})

describe("operations on regions", () => {
  test("RO1 a move by who doesn't own the region is a fault and changes nothing", () => {
    const { completed, refused, summary } = run((load) => [
      on(Verb.move, { from: 1, to: 0 }),
      load(0),
      on(Verb.move, { from: 0, to: 1 }),
      on(Verb.move, { from: 0, to: 1 }),
      enter,
      load(8),
      leave
    ])
    expect(completed).toEqual([Verb.move])
    expect(refused).toEqual([])
    expect(summary.faults).toBe(2)
    expect(summary.bytesMoved).toBe(4096)
  })

  test("a shared region is both domains', and its owner's to move", () => {
    const { completed, refused } = run((load) => [
      on(Verb.share, { from: 0, to: 1, rights: Right.read }),
      load(0),
      enter,
      load(8),
      on(Verb.move, { from: 1, to: 0 }),
      leave,
      load(16)
    ])
    expect(completed).toEqual([Verb.share])
    expect(refused).toEqual([])
  })

  test("a freed region is nobody's, also not of those with whom it was shared, until it is allocated", () => {
    const { completed, refused, summary } = run((load) => [
      on(Verb.share, { from: 0, to: 1, rights: Right.readWrite }),
      on(Verb.allocate, { to: 1 }),
      on(Verb.free, { from: 0 }),
      load(0),
      enter,
      load(8),
      on(Verb.free, { from: 0 }),
      on(Verb.allocate, { to: 1 }),
      load(16),
      leave,
      load(24)
    ])
    expect(completed).toEqual([Verb.share, Verb.free, Verb.allocate])
    expect(refused).toEqual([0, 8, 24])
    expect(summary.faults).toBe(3 + 2)
  })

  test("a region that nobody owns at the start comes alive when it is allocated", () => {
    const { refused } = run((load) => [load(0), on(Verb.allocate, { to: 0 }), load(8), enter, load(16), leave], Nobody)
    expect(refused).toEqual([0, 16])
  })
})

describe("the record of ownership", () => {
  const regions = new Regions([{ name: "object", kind: RegionKind.exchange, owner: 0, worker: -1, extents: [] }])
  const TRAVEL = 20

  test("OW1 is known to its own tile at once, and to the others a message later", () => {
    const ownership = new Ownership(regions, 2, TRAVEL)
    ownership.record(0, 1, 1, 100)
    expect([99, 100].map((tick) => ownership.of(0, 0, tick))).toEqual([0, 1])
    expect([119, 120].map((tick) => ownership.of(0, 2, tick))).toEqual([0, 1])
  })

  test("OW2 is the same in whatever order tiles have run", () => {
    const records = [
      [1, 0, 100],
      [2, 2, 108],
      [Nobody, 4, 115]
    ] as const
    const seen = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0]
    ].map((order) => {
      const ownership = new Ownership(regions, 2, TRAVEL)
      for (const at of order) {
        const [domain, thread, tick] = records[at] as (typeof records)[number]
        ownership.record(0, domain, thread, tick)
      }
      return [0, 2, 4, 6].map((thread) => [100, 110, 120, 130, 140].map((tick) => ownership.of(0, thread, tick)))
    })
    expect(seen[1]).toEqual(seen[0])
    expect(seen[2]).toEqual(seen[0])
  })
})
