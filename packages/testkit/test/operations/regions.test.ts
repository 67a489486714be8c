/** Operations on regions and what they need: who owns a region moves, shares and frees it; nobody's is allocated. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { Nobody } from "@isolde/core/isolation/ownership"
import { RegionKind } from "@isolde/core/isolation/regions"
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
  const domains = ["application", "library", "other"]

  /** Two threads of domain 0, one on each core, do `first` and `second`, the second `pause` instructions later. */
  function race(first: OperationRecord, second: OperationRecord, pause: number, runAhead = true) {
    const object = domains.length
    const own = [first, second]
    const workload = programWorkload({
      domains,
      regions: [
        ...domains.map((_, owner) => ({ name: `private ${owner}`, kind: RegionKind.private, owner })),
        { name: "object", kind: RegionKind.exchange, owner: 0 }
      ],
      exchange: "borrow",
      threads: ({ regions }) => [
        ...own.map((each, worker) => ({
          script: [
            { verb: Verb.compute, bytes: 100 + worker * pause },
            { ...each, region: object }
          ]
        })),
        ...domains.map((_, domain) => ({
          domain,
          start: 50_000,
          script: [{ verb: Verb.load, page: regions[object]?.page ?? 0, offset: 8 * domain, bytes: 8 }]
        }))
      ]
    })
    const cores = own.length + domains.length
    const observed = observe({
      machine: tinyMachine({ cores, inOrder: true }),
      mechanisms: [accessTable()],
      workload,
      workers: cores,
      runAhead
    })
    const refused = observed.faults.map(({ offset }) => offset / 8)
    return { ...observed, has: domains.map((_, domain) => domain).filter((domain) => !refused.includes(domain)) }
  }

  const moveTo = (to: number): OperationRecord => ({ verb: Verb.move, from: 0, to, bytes: 4096 })
  const pauses = Array.from({ length: 30 }, (_, at) => at * 7)

  test("OW1 of two moves of one region, whenever they come, one is refused and one domain has it", () => {
    for (const pause of pauses) {
      const { has, rows, summary } = race(moveTo(1), moveTo(2), pause)
      expect(rows.transfers, `pause ${pause}`).toHaveLength(1)
      expect(summary.faults, `pause ${pause}`).toBe(1 + 2)
      expect(has, `pause ${pause}`).toHaveLength(1)
    }
  })

  test("OW1 a move behind a free that is under way is refused, and an allocate waits for its end", () => {
    for (const pause of pauses) {
      const { has, summary } = race({ verb: Verb.free, from: 0, bytes: 4096 }, moveTo(2), pause)
      expect(summary.faults - (domains.length - has.length), `pause ${pause}`).toBe(1)
    }
    const [given] = [race({ verb: Verb.free, from: 0, bytes: 4096 }, { verb: Verb.allocate, to: 2, bytes: 4096 }, 40)]
    expect(given.has).toEqual([2])
  })

  test("OW1 is the same with run-ahead and without", () => {
    for (const pause of pauses.filter((_, at) => at % 6 === 0)) {
      const with_ = race(moveTo(1), moveTo(2), pause)
      expect(race(moveTo(1), moveTo(2), pause, false).rows, `pause ${pause}`).toEqual(with_.rows)
    }
  })

  test("OW2 a record that one thread alone needs costs nothing", () => {
    const twice = (to: number) => [on(Verb.move, { from: 0, to }), on(Verb.move, { from: to, to: 0 })]
    const { summary } = run(() => twice(1))
    expect(summary.slots.lockWait ?? 0).toBe(0)
    expect(summary.faults).toBe(0)
  })
})
