/** What calls, moves and reclaiming take on a machine that does one thing at a time, and what is refused. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { Place } from "@isolde/core/isolation/unit"
import { numbersOf } from "@isolde/core/machines/machine"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Operation, ROW } from "@isolde/core/processor/operation"
import { Program } from "@isolde/core/processor/program"
import {
  columnOf,
  durations,
  invocations,
  type ObservedRun,
  observe,
  programWorkload,
  tinyMachine
} from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { language } from "../src/index.ts"

const overrides = { l1d: { sets: 256, ways: 4 }, l2: { sets: 2048, ways: 8 }, llc: { sets: 1024, ways: 16 } }
const machineOf = (cores: number) => tinyMachine({ base: "haswell-ep-10", cores, inOrder: true, overrides })
const load = numbersOf(machineOf(1)).l1d.latency
const OWN = 2
const COMMON = 3

type Config = NonNullable<Parameters<typeof language>[0]>

function run(config: Config, script: () => ReadonlyArray<OperationRecord>, cores = 1): ObservedRun {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      { name: "private 0", kind: RegionKind.private, owner: 0 },
      { name: "private 1", kind: RegionKind.private, owner: 1 },
      { name: "own object", kind: RegionKind.exchange, owner: 0, worker: 0 },
      { name: "object", kind: RegionKind.exchange, owner: 0 }
    ],
    exchange: "borrow",
    threads: () => [{ script: script() }]
  })
  return observe({ machine: machineOf(cores), mechanisms: [language(config)], workload })
}

const compute: OperationRecord = { verb: Verb.compute, bytes: 400 }
const last = (observed: ObservedRun, table: "crossings" | "transfers", begin: string, end: string) =>
  durations(observed, table, begin, end).slice(-2)

describe("LANG5 a call on warm caches", () => {
  const passes = (config: Config) =>
    last(
      run(config, () => invocations(8, 400, 400)),
      "crossings",
      "begin",
      "end"
    )

  test("through a proxy reads the callee's state and function, and who runs, and writes that", () => {
    expect(passes({ unwinding: "none", proxyInstructions: 9 })).toEqual([3 * load + 9 + 1, load + 9 + 1])
  })

  test("with a continuation stores the registers too", () => {
    const config = { proxyInstructions: 9, continuationInstructions: 50 }
    expect(passes(config)).toEqual([3 * load + 9 + 1 + 50 + 16 + 1, 2 * load + 9 + 1 + 1])
  })

  test("of a function is a load and its instructions", () => {
    expect(passes({ calls: "direct" })).toEqual([load + 3, 3])
  })

  test("through a channel sends, lets the other thread run, and receives", () => {
    const config: Config = { calls: "channel", messageInstructions: 20, yieldInstructions: 300 }
    const ticks = 2 * 20 + 300 + 2 + 2 * load
    expect(passes(config)).toEqual([ticks, ticks])
  })
})

describe("LANG6 a move on warm caches", () => {
  const moves = (region: number) => () =>
    Array.from(
      { length: 6 },
      (_, n): Array<OperationRecord> => [{ verb: Verb.move, region, from: n % 2, to: 1 - (n % 2) }, compute]
    ).flat()

  test("is a load and a store of the header and its instructions, published where others may look", () => {
    const of = (region: number, cores: number) =>
      last(run({ publish: 70 }, moves(region), cores), "transfers", "issued", "completed")
    const ticks = load + 12 + 1
    expect(of(OWN, 2)).toEqual([ticks, ticks])
    expect(of(COMMON, 1)).toEqual([ticks, ticks])
    expect(of(COMMON, 2)).toEqual([ticks + 70, ticks + 70])
  })

  test("is reported where code has the right: what one lost and the other gained", () => {
    const { rows } = run({}, () => [{ verb: Verb.move, region: OWN, from: 0, to: 1 }, compute])
    const of = (row: ReadonlyArray<number>, name: string) => row[columnOf("rights", name)]
    const written = rows.rights.filter((row) => of(row, "place") === Place.code)
    expect(written.map((row) => [of(row, "domain"), of(row, "before"), of(row, "after")])).toEqual([
      [0, Right.readWrite, Right.none],
      [1, Right.none, Right.readWrite]
    ])
  })
})

test("LANG4 a bounds check is an instruction beside the address path", () => {
  const instance = language({ checkInstructions: 2 })
  expect(instance.config).toMatchObject({ checkInstructions: 2 })
  const cycles = (checkInstructions: number) => run({ checkInstructions }, () => [compute]).summary.cycles
  expect(cycles(3)).toBe(cycles(0))
})

describe("LANG8 one owner", () => {
  const demand = { domains: 2, exchange: "borrow", objects: 1, operations: [] } as const
  const grant = (to: number, rights: number) => () => [{ verb: Verb.grant, region: COMMON, from: 0, to, rights }]

  test("sharing and rights to read alone are refused", () => {
    expect(language().refuse({ ...demand, exchange: "share" })).toMatch(/one owner/)
    expect(language().refuse({ ...demand, operations: ["readOnly"] })).toMatch(/reads and writes/)
    expect(language().refuse({ ...demand, domains: 1025 })).toMatch(/1024/)
    expect(language().refuse(demand)).toBeUndefined()
    expect(() => run({}, grant(1, Right.readWrite))).toThrow(/one owner/)
    expect(() => run({}, grant(0, Right.read))).toThrow(/one owner/)
  })

  test("LANG9 a domain that is killed loses what it owns, object by object", () => {
    const { system } = run({ reclaimInstructions: 9 }, () => [compute])
    const [thread] = system.threads as [HardwareThread]
    const program = new Program()
    system.unit.terminate?.(program, thread, 1, [1, COMMON])
    const rows = Array.from({ length: program.length / ROW }, (_, row) =>
      program.rows.subarray(row * ROW, (row + 1) * ROW)
    )
    // Of each: its header, its reclaiming, its move: header, instructions, new owner.
    const { act, compute: computed, load: loaded } = Operation
    const one = [loaded, computed, loaded, computed, act]
    expect(rows.map((row) => row[0])).toEqual([...one, ...one])
    expect(rows.filter((row) => row[0] === act).map((row) => [row[7], row[3]])).toEqual([
      [1, 0],
      [COMMON, 1]
    ])
    expect(rows.filter((row) => row[0] === computed && row[6] === 9)).toHaveLength(2)
  })
})
