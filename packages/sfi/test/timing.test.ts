/** What gates take, what forms put in front of accesses, and what they refuse. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { numbersOf } from "@isolde/core/machines/machine"
import { durations, invocations, observe, type ProgramMemory, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { sfi } from "../src/index.ts"
import { instrumentationOf, variants } from "../src/variants.ts"

const overrides = { l1d: { sets: 256, ways: 4 }, l2: { sets: 2048, ways: 8 }, llc: { sets: 1024, ways: 16 } }
const machineOf = (base: string) => tinyMachine({ base, cores: 1, inOrder: true, overrides })

type Config = NonNullable<Parameters<typeof sfi>[0]>

function run(config: Config, base: string, script: (memory: ProgramMemory) => ReadonlyArray<OperationRecord>) {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      { name: "private 0", kind: RegionKind.private, owner: 0 },
      { name: "private 1", kind: RegionKind.private, owner: 1 }
    ],
    exchange: "copy",
    threads: (memory) => [{ script: script(memory) }]
  })
  return observe({ machine: machineOf(base), mechanisms: [sfi(config)], workload })
}

const compute: OperationRecord = { verb: Verb.compute, bytes: 400 }

/** Ticks of a warm way in and of a warm way back. */
function passes(config: Config, base = "tiger-lake"): Array<number> {
  return durations(
    run(config, base, () => invocations(8, 400, 400)),
    "crossings",
    "begin",
    "end"
  ).slice(-2)
}

describe("SFI7 a gate on warm caches", () => {
  const { l1d } = numbersOf(machineOf("tiger-lake"))
  const common = 9 + 1 + l1d.latency + 8

  test("heavyweight: its saves, what it clears, the contexts and its instructions", () => {
    expect(passes({})).toEqual([6 + common, common + 6 * l1d.latency])
    expect(passes({ savedRegisters: 0, clearedRegisters: 0 })).toEqual([common - 9, common - 9])
  })

  test("segment: both ways also a write of the segment's base", () => {
    expect(passes({ variant: "segment", segmentWrite: 33 })).toEqual([6 + common + 33, common + 6 * l1d.latency + 33])
  })

  test("zero-cost: a checked call and a return", () => {
    expect(passes({ transition: "zero-cost" })).toEqual([4, l1d.latency + 1])
  })

  test("on Arm registers are saved in pairs", () => {
    const arm = numbersOf(machineOf("neoverse-n1")).l1d.latency
    expect(passes({ variant: "lfi" }, "neoverse-n1")).toEqual([3 + 9 + 1 + arm + 8, 9 + 1 + arm + 8 + 3 * arm])
  })

  test("with vector state, as many cycles each way", () => {
    expect(passes({ vectorState: 68 }).map((ticks, way) => ticks - (passes({})[way] ?? 0))).toEqual([68, 68])
  })
})

describe("SFI6 what is put in front of accesses", () => {
  const of = (variant: keyof typeof variants) => instrumentationOf(sfi({ variant }).config as never)

  test("is the form's: masks, latencies of addressing modes, comparisons, look-ups of stores", () => {
    expect(of("masking")).toEqual({ instructions: 2, latency: 2, sparesStack: true })
    expect(of("bundles").branches).toBe(2)
    expect([of("segment").instructions, of("segment").latency]).toEqual([0, 1])
    expect(of("guard").instructions).toBe(0)
    expect(of("heap").instructions).toBe(3)
    expect(of("bounds")).toEqual({ instructions: 3, latency: 0, sparesStack: true })
    expect(of("lists").accesses).toBe(Right.write)
  })

  test("a store of `lists` waits for its list's entry, a load does not", () => {
    const accesses =
      (store: boolean) =>
      ({ regions }: ProgramMemory) => [
        compute,
        ...Array.from({ length: 16 }, (_, n): OperationRecord => {
          return { verb: store ? Verb.store : Verb.load, page: regions[0]?.page ?? 0, offset: n * 8, bytes: 8 }
        })
      ]
    const cycles = (variant: keyof typeof variants, store: boolean) =>
      run({ variant }, "ivy-bridge", accesses(store)).summary.cycles
    expect(cycles("lists", true)).toBeGreaterThan(cycles("guard", true))
    expect(cycles("lists", false)).toBe(cycles("guard", false))
  })

  test("`bounds` reads the table for the share of words whose bounds are in no register", () => {
    const loads = ({ regions }: ProgramMemory) => [
      compute,
      ...Array.from({ length: 256 }, (_, n): OperationRecord => {
        return { verb: Verb.load, page: regions[0]?.page ?? 0, offset: n * 8, bytes: 8 }
      })
    ]
    const cycles = (boundsLoads: number) => run({ variant: "bounds", boundsLoads }, "skylake-sp", loads).summary.cycles
    expect(cycles(10)).toBeGreaterThan(cycles(0))
    expect(cycles(60)).toBeGreaterThan(cycles(10))
  })
})

describe("SFI9 rights that don't change", () => {
  const demand = { domains: 2, exchange: "copy", objects: 0, operations: [] } as const

  test.each(Object.keys(variants) as Array<keyof typeof variants>)("%s refuses to lend, with its reason", (variant) => {
    const instance = sfi({ variant })
    expect(instance.refuse({ ...demand, exchange: "borrow", objects: 1 })).toContain(variants[variant].fixed)
    expect(instance.refuse({ ...demand, operations: ["move"] })).toContain("no move")
    expect(instance.refuse({ ...demand, exchange: "share" }) === undefined).toBe(variant === "lists")
    expect(instance.refuse(demand)).toBeUndefined()
    expect(instance.refuse({ ...demand, domains: variants[variant].domains + 1 })).toMatch(/room for/)
  })

  test("an operation that was not asked for beforehand is refused as input", () => {
    const move: OperationRecord = { verb: Verb.move, region: 0, from: 0, to: 1 }
    expect(() => run({}, "tiger-lake", () => [move])).toThrow(/rights that stay as they are|can't/)
  })
})
