/** What gates, retags, overrides and tag traffic take, in closed form, on a machine that does one thing at a time. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { numbersOf } from "@isolde/core/machines/machine"
import {
  durations,
  invocations,
  type ObservedRun,
  observe,
  type PlacedRegion,
  programWorkload,
  tinyMachine
} from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mte } from "../src/index.ts"
import { tagStores, tagStoresOf } from "../src/retag.ts"

/** One instruction at a time, with caches that hold all that a test touches. */
const machine = tinyMachine({
  base: "cortex-x3",
  cores: 1,
  inOrder: true,
  overrides: { l1d: { sets: 256, ways: 4 }, l2: { sets: 2048, ways: 8 }, llc: { sets: 1024, ways: 16 } }
})
const { l1d, memory } = numbersOf(machine)

type Config = Parameters<typeof mte>[0]

/** Run `script` of one worker over a private region of either domain and one object of `bytes` bytes. */
function run(
  config: Config,
  script: (regions: ReadonlyArray<PlacedRegion>) => ReadonlyArray<OperationRecord>,
  bytes = 4096
): ObservedRun {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      { name: "private 0", kind: RegionKind.private, owner: 0 },
      { name: "private 1", kind: RegionKind.private, owner: 1 },
      { name: "object", kind: RegionKind.exchange, owner: 0, bytes },
      { name: "runtime", kind: RegionKind.shared, owner: 0 }
    ],
    exchange: "borrow",
    threads: ({ regions }) => [{ script: script(regions) }]
  })
  return observe({ machine, mechanisms: [mte(config)], workload })
}

const compute: OperationRecord = { verb: Verb.compute, bytes: 400 }

describe("MTE7 a gate on warm caches", () => {
  test.each([
    { savedPairs: 6, gateInstructions: 9, returnInstructions: 7 },
    { savedPairs: 0, gateInstructions: 2, returnInstructions: 2 },
    { savedPairs: 10, gateInstructions: 6, returnInstructions: 9 }
  ])("takes its stores, loads and instructions and nothing else ($savedPairs pairs, $gateInstructions)", (config) => {
    const passes = durations(
      run(config, () => invocations(8, 400, 400)),
      "crossings",
      "begin",
      "end"
    ).slice(-2)
    const { gateInstructions, returnInstructions, savedPairs } = config
    const stacks = 3 * l1d.latency + l1d.latency + 1
    expect(passes).toEqual([
      gateInstructions + stacks + savedPairs + 1 + l1d.latency + 21 + 1,
      returnInstructions + stacks + l1d.latency + savedPairs * l1d.latency + 1
    ])
  })

  test("adds what it knows, two stacks, saves, clears, instructions and branches of both ways to every invocation", () => {
    const { summary } = run({ savedPairs: 6 }, () => invocations(8, 400, 400))
    expect(summary.slots.registerSave).toBe(8 * 12)
    expect(summary.slots.gate).toBe(8 * (9 + 3 + 4 + 21 + 1 + (7 + 3 + 3 + 1)))
    expect(summary.interrupts).toBe(0)
  })
})

describe("MTE6, MTE9 a retag on warm caches", () => {
  const moves = Array.from(
    { length: 6 },
    (_, n): Array<OperationRecord> => [{ verb: Verb.move, region: 2, from: n % 2, to: 1 - (n % 2) }, compute]
  ).flat()

  test.each([16, 48, 64, 1024, 4096])(
    "of %i bytes takes its call, its instructions, one tick per tag store and each of its loop, and the barrier",
    (bytes) => {
      for (const [retagInstructions, loopInstructions] of [
        [0, 0],
        [4, 0],
        [4, 3]
      ] as const) {
        const observed = run({ retagInstructions, loopInstructions, barrier: 33 }, () => moves, bytes)
        const last = durations(observed, "transfers", "issued", "completed").slice(-2)
        const stores = tagStores(0, bytes, tagStoresOf(mte().config as never))
        const ticks = 3 + retagInstructions + stores.length * (1 + loopInstructions) + 1 + 33
        expect(last).toEqual([ticks, ticks])
      }
    }
  )

  test("a barrier that takes d ticks longer lengthens the run by d per move, exactly", () => {
    const cycles = (barrier: number) => run({ barrier }, () => moves).summary.cycles
    expect(cycles(77) - cycles(50)).toBe(6 * 27)
  })

  test("MTE9 the barrier lasts at least until another core has heard of the tags", () => {
    const { network, l2 } = numbersOf(machine)
    const cycles = (barrier: number) => run({ barrier }, () => moves).summary.cycles
    const travel = network.injection + network.ejection + l2.pipeline
    expect(travel).toBeGreaterThan(6)
    expect(cycles(5)).toBe(cycles(travel))
    expect(cycles(travel + 1) - cycles(travel)).toBe(6)
  })
})

describe("MTE8 an override", () => {
  const script: ReadonlyArray<OperationRecord> = [
    { verb: Verb.open, from: 0, to: 1 },
    { verb: Verb.enter, from: 0, to: 1, activation: 0 },
    { verb: Verb.leave, from: 1, to: 0, activation: 0 },
    compute
  ]

  test("is set once and cleared once, so that MSR TCO d ticks slower costs 2 d per copy", () => {
    const cycles = (tco: number) => run({ tco }, () => script).summary.cycles
    expect(cycles(19) - cycles(12)).toBe(2 * 7)
  })

  test("costs nothing where nothing was opened", () => {
    const cycles = (tco: number) => run({ tco }, () => script.slice(1)).summary.cycles
    expect(cycles(30)).toBe(cycles(1))
  })
})

describe("MTE11 tag traffic", () => {
  const load = (region: number) => (regions: ReadonlyArray<PlacedRegion>) => [
    { verb: Verb.load, page: regions[region]?.page ?? 0, offset: 0, bytes: 8 }
  ]

  test("a line of a tagged page comes one line later, with its tags behind it; one of an untagged page does not", () => {
    const cycles = (tagLines: number, region: number) => run({ tagLines }, load(region)).summary.cycles
    expect(cycles(32, 0) - cycles(0, 0)).toBe(memory.ticksPerLine)
    expect(cycles(32, 3)).toBe(cycles(0, 3))
  })

  test("every line read of a tagged page brings its tags, and a cached line of tags serves all that it covers", () => {
    const whole = (region: number) => (regions: ReadonlyArray<PlacedRegion>) =>
      Array.from({ length: 64 }, (_, line): OperationRecord => {
        return { verb: Verb.load, page: regions[region]?.page ?? 0, offset: line * 64, bytes: 8 }
      })
    const tagReads = (config: Parameters<typeof run>[0], region: number) =>
      run(config, whole(region)).system.channels.controllers.reduce((sum, { tagReads: reads }) => sum + reads, 0)
    expect(tagReads({}, 0)).toBe(64)
    expect(tagReads({ tagLines: 0 }, 0)).toBe(0)
    expect(tagReads({}, 3)).toBe(0)
    const cached = tagReads({ tagCache: 16 }, 0)
    expect(cached).toBeGreaterThan(0)
    expect(cached).toBeLessThanOrEqual(2 * memory.channels)
  })
})
