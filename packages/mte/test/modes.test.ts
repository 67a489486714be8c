/** The three modes of checking, and retags that no barrier ends. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Operation, ROW } from "@isolde/core/processor/operation"
import { Program } from "@isolde/core/processor/program"
import { columnOf, type ObservedRun, observe, type ProgramMemory, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mte } from "../src/index.ts"
import { collisionProbability, tagOf } from "../src/tag-check.ts"
import type { MteUnit } from "../src/unit.ts"

type Config = NonNullable<Parameters<typeof mte>[0]>
const machine = tinyMachine({
  base: "cortex-x3",
  cores: 1,
  overrides: { l1d: { sets: 256, ways: 4 }, tlb: { dtlb: { sets: 1, ways: 48 } } }
})

function run(config: Config, script: (memory: ProgramMemory) => ReadonlyArray<OperationRecord>): ObservedRun {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      { name: "private 0", kind: RegionKind.private, owner: 0 },
      { name: "private 1", kind: RegionKind.private, owner: 1 },
      { name: "object", kind: RegionKind.exchange, owner: 0, bytes: 4096 },
      { name: "runtime", kind: RegionKind.shared, owner: 0 }
    ],
    exchange: "borrow",
    freePages: 1,
    threads: (memory) => [{ script: script(memory) }]
  })
  return observe({ machine, mechanisms: [mte(config)], workload })
}

const access =
  (verb: Verb, region: number, offset = 0) =>
  ({ regions }: ProgramMemory): OperationRecord => ({ verb, page: regions[region]?.page ?? 0, offset, bytes: 8 })
const compute: OperationRecord = { verb: Verb.compute, bytes: 1 }

describe("MTE13 a failed check", () => {
  test.each([
    { mode: "asynchronous", load: true, store: true },
    { mode: "synchronous", load: false, store: false },
    { mode: "asymmetric", load: false, store: true }
  ] as const)("in $mode mode is reported late: load $load, store $store", ({ load, mode, store }) => {
    const { faults } = run({ mode }, (memory) => [
      access(Verb.load, 1)(memory),
      access(Verb.store, 1, 64)(memory),
      compute
    ])
    expect(faults.map(({ late }) => late)).toEqual([load, store])
  })
})

describe("MTE13 a late report", () => {
  /** Delay of the one detection of a run whose thread goes on for `instructions`, then enters the kernel if `calls`. */
  const delay = (instructions: number, calls: boolean): number => {
    const result = run({}, (memory) => [
      access(Verb.load, 1)(memory),
      { verb: Verb.compute, bytes: instructions },
      ...(calls ? [{ verb: Verb.flush, page: memory.free, bytes: 1 }] : []),
      compute
    ])
    return result.rows.violations[0]?.[columnOf("violations", "delay")] ?? Number.NaN
  }

  test("waits in TFSR for the thread's next entry into the kernel, however long that takes", () => {
    const [soon, later] = [delay(4000, true), delay(12_000, true)]
    expect(soon).toBeGreaterThan(0)
    expect(later - soon).toBeGreaterThanOrEqual(8000 / 8)
  })

  test("comes at the end of a thread that never calls the kernel", () => {
    expect(delay(12_000, false) - delay(4000, false)).toBeGreaterThanOrEqual(8000 / 8)
  })
})

describe("MTE14 a checked store", () => {
  /** Cycles of 200 more stores, into one line after another of what is cached. */
  const stores = (config: Config, region: number): number => {
    const cycles = (count: number) =>
      run(config, (memory) => [
        ...Array.from({ length: count }, (_, n) => access(Verb.store, region, (n % 32) * 64)(memory)),
        compute
      ]).summary.cycles
    return cycles(600) - cycles(400)
  }

  test.each([4, 7, 11])("holds the way into the cache for %i ticks in synchronous mode", (syncStore) => {
    expect(stores({ mode: "synchronous", syncStore }, 0)).toBe(200 * syncStore)
  })

  test("costs as little as any other in the other modes, and on untagged pages", () => {
    const plain = stores({ mode: "asynchronous" }, 0)
    expect(plain).toBeLessThanOrEqual(200)
    expect(stores({ mode: "asymmetric" }, 0)).toBe(plain)
    expect(stores({ mode: "synchronous" }, 3)).toBe(stores({ mode: "asynchronous" }, 3))
  })

  test("leaves the slots that it delays to the cause tag", () => {
    const script = (memory: ProgramMemory) => [
      ...Array.from({ length: 600 }, (_, n) => access(Verb.store, 0, (n % 32) * 64)(memory)),
      compute
    ]
    expect(run({ mode: "synchronous" }, script).summary.slots.tag).toBeGreaterThan(1000)
    expect(run({}, script).summary.slots.tag).toBe(0)
  })
})

describe("MTE15 a retag without a barrier", () => {
  const there = { verb: Verb.move, region: 2, from: 0, to: 1, bytes: 4096 }
  const back = { verb: Verb.move, region: 2, from: 1, to: 0, bytes: 4096 }

  test("is found by the next access of its own thread", () => {
    const { faults } = run({ publish: "none" }, (memory) => [
      access(Verb.load, 2, 0)(memory),
      there,
      access(Verb.load, 2, 64)(memory),
      back,
      access(Verb.load, 2, 128)(memory),
      compute
    ])
    expect(faults.map(({ offset }) => offset)).toEqual([64])
  })

  test("takes its call and its tag stores alone, also when twenty are under way", () => {
    const moves = (count: number) => Array.from({ length: count }, () => [there, back]).flat()
    const cycles = (publish: "barrier" | "none", count: number) =>
      run({ publish, retag: "atc24" }, (memory) => [access(Verb.store, 2)(memory), ...moves(count), compute]).summary
        .cycles
    // Three blocks up to a taken branch: the call, and the checks of base and size.
    expect((cycles("none", 40) - cycles("none", 20)) / 40).toBe(3 + 64)
    expect(cycles("barrier", 40) - cycles("barrier", 20)).toBeGreaterThan(40 * 64)
  })
})

describe("MTE16 more domains than tags", () => {
  const domains = Array.from({ length: 17 }, (_, domain) => `domain ${domain}`)
  const reached = (from: number): Array<number> => {
    const workload = programWorkload({
      domains,
      regions: domains.map((name, owner) => ({ name, kind: RegionKind.private, owner })),
      exchange: "borrow",
      threads: (memory) => [
        {
          script: [
            { verb: Verb.enter, from: 0, to: from, activation: 0 },
            ...domains.map((_, region) => access(Verb.load, region, 16 * region)(memory)),
            { verb: Verb.leave, from, to: 0, activation: 0 }
          ]
        }
      ]
    })
    const { faults } = observe({ machine, mechanisms: [mte({ beyond: "share" })], workload })
    const refused = new Set(faults.map(({ offset }) => offset / 16))
    return domains.flatMap((_, region) => (refused.has(region) ? [] : [region]))
  }

  test("share tags, and what they hold with them", () => {
    expect(reached(15)).toEqual([0, 15])
    expect(reached(1)).toEqual([1, 16])
    expect(reached(2)).toEqual([2])
  })

  test("are refused unless it was asked for", () => {
    expect(mte().refuse({ domains: 17, exchange: "borrow", objects: 0, operations: [] })).toMatch(/15/)
    expect(
      mte({ beyond: "share" }).refuse({ domains: 17, exchange: "borrow", objects: 0, operations: [] })
    ).toBeUndefined()
  })

  test("collide as often as the rule counts: pairs of equal tags over all pairs", () => {
    for (const count of [2, 15, 16, 31, 100, 4096]) {
      let equal = 0
      for (let x = 0; x < count; x++) for (let y = 0; y < x; y++) if (tagOf(x) === tagOf(y)) equal++
      expect(collisionProbability(count)).toBeCloseTo((2 * equal) / (count * (count - 1)), 12)
    }
  })
})

describe("MTE17 memory that comes alive or is freed", () => {
  /** Tag and size of the tag stores that `append` makes. */
  const stores = (append: (unit: MteUnit, program: Program, thread: HardwareThread) => void) => {
    const { system } = run({}, () => [compute])
    const program = new Program()
    append(system.unit as MteUnit, program, system.threads[0] as HardwareThread)
    const found: Array<ReadonlyArray<number>> = []
    for (let at = 0; at < program.length; at += ROW)
      if (program.rows[at] === Operation.tagStore)
        found.push([program.rows[at + 6] ?? 0, (program.rows[at + 2] ?? 0) & 0xffff])
    return found
  }

  test("is tagged for its owner by STZG, the fastest that clears, and for nobody by ST2G", () => {
    expect(stores((unit, program, thread) => unit.allocate(program, thread, 1, 2))).toEqual([[2, 16]])
    expect(stores((unit, program, thread) => unit.free(program, thread, 1, 2))).toEqual([[0, 32]])
  })
})
