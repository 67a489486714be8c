/** What gates, moves and checks take, in closed form, on a machine that does one thing at a time. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { numbersOf } from "@isolde/core/machines/machine"
import { durations, invocations, type ObservedRun, observe, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { pac } from "../src/index.ts"

const overrides = { l1d: { sets: 256, ways: 4 }, l2: { sets: 2048, ways: 8 }, llc: { sets: 1024, ways: 16 } }
const machine = tinyMachine({ base: "cortex-x3", cores: 1, inOrder: true, overrides })
const two = tinyMachine({ base: "cortex-x3", cores: 2, inOrder: true, overrides })
const { core, l1d } = numbersOf(machine)

type Config = Parameters<typeof pac>[0]

/** Run `script` over private memory of two domains, an object of one worker's and one of all. */
function run(config: Config, script: ReadonlyArray<OperationRecord>, on = machine): ObservedRun {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      { name: "private 0", kind: RegionKind.private, owner: 0 },
      { name: "private 1", kind: RegionKind.private, owner: 1 },
      { name: "own object", kind: RegionKind.exchange, owner: 0, worker: 0 },
      { name: "object", kind: RegionKind.exchange, owner: 0 }
    ],
    exchange: "borrow",
    threads: () => [{ script }]
  })
  return observe({ machine: on, mechanisms: [pac(config)], workload })
}

const compute: OperationRecord = { verb: Verb.compute, bytes: 400 }

describe("PAC7 a gate on warm caches", () => {
  test.each([
    { savedPairs: 6, gateInstructions: 8, returnInstructions: 6, clearedRegisters: 21 },
    { savedPairs: 0, gateInstructions: 2, returnInstructions: 3, clearedRegisters: 0 }
  ])("takes its stores, loads and instructions and nothing else ($savedPairs pairs)", (config) => {
    const passes = durations(run(config, invocations(8, 400, 400)), "crossings", "begin", "end").slice(-2)
    const { clearedRegisters, gateInstructions, returnInstructions, savedPairs } = config
    const stacks = 3 * l1d.latency + l1d.latency + 1
    expect(passes).toEqual([
      gateInstructions + stacks + savedPairs + 1 + l1d.latency + clearedRegisters + 1,
      returnInstructions + stacks + l1d.latency + savedPairs * l1d.latency + 1
    ])
  })
})

describe("PAC6 a move on warm caches", () => {
  const moves = (region: number) =>
    Array.from(
      { length: 6 },
      (_, n): Array<OperationRecord> => [{ verb: Verb.move, region, from: n % 2, to: 1 - (n % 2) }, compute]
    ).flat()
  const last = (observed: ObservedRun) => durations(observed, "transfers", "issued", "completed").slice(-2)

  test("of one worker's object takes two entry stores, the number, its instructions and PACDA", () => {
    for (const authenticate of [4, 5, 7]) {
      const ticks = 2 + core.multiply + 1 + 4 + authenticate
      expect(last(run({ authenticate }, moves(2)))).toEqual([ticks, ticks])
    }
  })

  test("of an object of all has a barrier where there is another thread, and none where there isn't", () => {
    const ticks = 2 + core.multiply + 1 + 4 + 5
    expect(last(run({}, moves(3)))).toEqual([ticks, ticks])
    expect(last(run({ barrier: 60 }, moves(3), two))).toEqual([ticks + 60, ticks + 60])
  })

  test("with rand() has its lock, its path and its state in place of the multiplication", () => {
    const ticks = (randInstructions: number) => last(run({ numbers: "rand", randInstructions }, moves(2)))[0] ?? 0
    expect(ticks(30) - ticks(20)).toBe(10)
    expect(ticks(20)).toBeGreaterThan(last(run({}, moves(2)))[0] ?? 0)
  })
})

describe("PAC8 trusted code", () => {
  const copy = { verb: Verb.load, page: 0, offset: 0, bytes: 8 }

  test("reaches the other domain's memory until the next gate", () => {
    const load = (of: number) => run({}, [open, { ...copy, page: of }]).summary.faults
    const open: OperationRecord = { verb: Verb.open, from: 0, to: 1 }
    const pageOf = (region: number): number => {
      let page = 0
      const workload = programWorkload({
        domains: ["application", "library"],
        regions: [
          { name: "a", kind: RegionKind.private, owner: 0 },
          { name: "b", kind: RegionKind.private, owner: 1 }
        ],
        exchange: "borrow",
        threads: ({ regions }) => {
          page = regions[region]?.page ?? 0
          return [{ script: [compute] }]
        }
      })
      observe({ machine, mechanisms: [pac()], workload })
      return page
    }
    const other = pageOf(1)
    expect(load(other)).toBe(0)
    expect(run({}, [{ ...copy, page: other }]).summary.faults).toBe(1)
    expect(
      run({}, [
        open,
        { verb: Verb.enter, from: 0, to: 1 },
        { verb: Verb.leave, from: 1, to: 0 },
        { ...copy, page: other }
      ]).summary.faults
    ).toBe(1)
  })
})

describe("PAC5 the table", () => {
  test("a first access waits for its entry too, a second one finds it in the L1D", () => {
    const loads = (count: number): Array<OperationRecord> =>
      Array.from({ length: count }, (_, n) => ({ verb: Verb.load, page: 1, offset: n * 8, bytes: 8 }))
    const cycles = (count: number) => run({}, [compute, ...loads(count)]).summary.cycles
    // Eight words of one object: each later load is an L1 hit behind an L1 hit.
    expect(cycles(5) - cycles(4)).toBe(2 * l1d.latency)
  })
})
