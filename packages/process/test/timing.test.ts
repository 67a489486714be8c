/** How often each action stands in a call, in closed form: what one tick more of it costs an invocation, exactly. */
import { type OperationRecord, RegionKind, Verb } from "@isolde/core"
import { Right } from "@isolde/core/isolation/rights"
import { machineByName } from "@isolde/core/machines/catalogue"
import { numbersOf } from "@isolde/core/machines/machine"
import { fastestInvocation, invocations, type Overrides, type Program, privateOf, programRunner } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { processes } from "../src/index.ts"

type Input = Parameters<typeof processes>[0]

const run = programRunner(processes)

/** Large enough that programs below hit in the L1 and the TLB once they are warm. */
const warm: Overrides = {
  l1d: { sets: 64, ways: 12 },
  l2: { sets: 512, ways: 8 },
  tlb: { dtlb: { sets: 16, ways: 4 }, stlb: { sets: 128, ways: 8 } }
}

/** Cycles of the fastest of sixteen invocations of an empty library, one instruction at a time. */
function invocationCycles(config: Input, overrides: Overrides = {}): number {
  const program: Program = {
    domains: ["application", "library"],
    regions: [privateOf(0), privateOf(1)],
    exchange: "copy",
    threads: () => [{ script: invocations(16) }]
  }
  const tlb = { ...warm.tlb, ...overrides.tlb }
  return fastestInvocation(run(program, { config, inOrder: true, overrides: { ...warm, ...overrides, tlb } }))
}

const { kernel, tlb } = numbersOf(machineByName("tiger-lake")())
const MORE = 100

/** What an invocation costs more, in units of MORE, when `overrides` or `config` has MORE more. */
const times = (config: Input, overrides: Parameters<typeof invocationCycles>[1], more: Input = config): number =>
  (invocationCycles(more, overrides) - invocationCycles(config)) / MORE

const entries = { kernel: { syscallEntry: kernel.syscallEntry + MORE } }
const exits = { kernel: { syscallExit: kernel.syscallExit + MORE } }
const registers = { tlb: { switchSpace: tlb.switchSpace + MORE } }

describe("an invocation, there and back", () => {
  test("PR5 a fast path traps, writes the page-table base register and returns, once each way", () => {
    expect(times({}, entries)).toBe(2)
    expect(times({}, exits)).toBe(2)
    expect(times({}, registers)).toBe(2)
    expect(times({ fastPath: 85 }, {}, { fastPath: 85 + MORE })).toBe(2)
  })

  test("a switch of the thread itself is one system call each way, with its own path", () => {
    const config = { crossing: "direct", directPath: 1000 } as const
    expect(times(config, entries)).toBe(2)
    expect(times(config, registers)).toBe(2)
    expect(times(config, {}, { ...config, directPath: 1000 + MORE })).toBe(2)
  })

  test("PR9 a pipe takes a write and a read each way, and one wake-up, one context switch, one change of space", () => {
    const config = { crossing: "pipe" } as const
    expect(times(config, entries)).toBe(4)
    expect(times(config, exits)).toBe(4)
    expect(times(config, registers)).toBe(2)
    expect(times(config, { kernel: { wakePath: kernel.wakePath + MORE } })).toBe(2)
    expect(times(config, { kernel: { switchPath: kernel.switchPath + MORE } })).toBe(2)
    expect(times(config, { kernel: { pipePath: kernel.pipePath + MORE } })).toBe(4)
  })

  test("PR9 a pipe's message costs what its two copies cost: a load and a store for each chunk", () => {
    const config = { crossing: "pipe", messageBytes: 32 } as const
    const longer = invocationCycles({ ...config, messageBytes: 1024 }) - invocationCycles(config)
    expect(longer).toBeGreaterThanOrEqual(2 * 2 * 2 * (1024 / 32 - 1))
  })

  test("one address space needs no kernel, unless the thread pointer is the kernel's to write", () => {
    const config = { crossing: "shared" } as const
    expect(times(config, entries)).toBe(0)
    expect(times(config, registers)).toBe(0)
    expect(times({ ...config, threadPointer: "call" }, entries)).toBe(2)
    expect(invocationCycles({ ...config, threadPointer: "instruction", threadPointerWrite: 20 })).toBeGreaterThan(
      invocationCycles(config)
    )
  })
})

describe("identifiers", () => {
  const calls = 20
  const forgotten = (identifiers: "kept" | "flushed") => {
    const script = Array.from(
      { length: calls },
      (): Array<OperationRecord> => [
        { verb: Verb.enter, from: 0, to: 1 },
        { verb: Verb.leave, from: 1, to: 0 }
      ]
    ).flat()
    const domains = ["application", "library"]
    const { system } = run({ domains, regions: [], threads: () => [{ script }] }, { config: { identifiers } })
    const { generations } = system.routines.shootdown
    return [generations.switches, generations.forgotten]
  }

  test("PR4 with identifiers a space is forgotten when it takes a slot, without them at each change", () => {
    expect(forgotten("kept")).toEqual([2 * calls, 1])
    expect(forgotten("flushed")).toEqual([2 * calls, 2 * calls])
  })
})

describe("changes of rights", () => {
  const object = (name: string, packed: boolean) => ({
    name,
    kind: RegionKind.exchange,
    owner: 0,
    bytes: 64,
    packed
  })
  const load = (page: number, offset: number): OperationRecord => ({ verb: Verb.load, page, offset, bytes: 8 })

  test("PR3, PR7 a page stays mapped while its domain holds another region on it", () => {
    const { faults, system } = run({
      domains: ["a", "b"],
      exchange: "borrow",
      regions: [object("moved", false), object("kept", true)],
      threads: ({ regions }) => [
        { script: [{ verb: Verb.move, region: 0, from: 0, to: 1, bytes: 64 }, load(regions[0]?.page ?? 0, 0)] }
      ]
    })
    expect(faults).toEqual([])
    const [t] = system.threads
    expect(t && system.unit.allows(t, 1)).toBe(Right.readWrite)
  })

  test("PR6 two threads that change regions of one page leave what both asked for", () => {
    const give = (region: number): OperationRecord => ({ verb: Verb.grant, region, to: 1, rights: Right.read })
    const { faults, system } = run(
      {
        domains: ["a", "b"],
        exchange: "borrow",
        regions: [object("one", false), object("other", true)],
        threads: ({ regions }) =>
          [0, 1].map((region) => ({
            script: [give(region), { verb: Verb.enter, from: 0, to: 1 }, load(regions[region]?.page ?? 0, region * 64)]
          }))
      },
      { workers: 2 }
    )
    expect(faults).toEqual([])
    for (const t of system.threads) expect([0, 1].map((region) => system.unit.allows(t, region))).toEqual([1, 1])
  })

  test("PR8 a revocation is over for every other thread when its call returns, with one shootdown", () => {
    const { rows, system } = run(
      {
        domains: ["a", "b"],
        exchange: "borrow",
        regions: [object("one", false)],
        threads: ({ regions }) => {
          const use = Array.from({ length: 400 }, () => load(regions[0]?.page ?? 0, 0))
          const revoke: OperationRecord = { verb: Verb.revoke, region: 0, from: 0, rights: Right.none }
          return [{ script: [load(regions[0]?.page ?? 0, 0), revoke] }, { script: use }]
        }
      },
      { workers: 2 }
    )
    expect(rows.shootdowns.length).toBe(1)
    expect(system.threads.map((t) => system.unit.allows(t, 0))).toEqual([0, 0])
    const [, committed = 0, completed = 0, quiet = 0] = rows.transfers[0]?.slice(7) ?? []
    expect(quiet).toBeGreaterThan(committed)
    expect(quiet).toBeLessThanOrEqual(completed)
  })
})

test("PR10 copies between two domains go through the kernel's view, and the gate behind them leaves it", () => {
  const { faults, system } = run({
    domains: ["a", "b"],
    exchange: "copy",
    regions: [0, 1].map((owner) => ({ name: `private ${owner}`, kind: RegionKind.private, owner })),
    threads: ({ regions: [a, b] }) => [
      {
        script: [
          { verb: Verb.open, from: 0, to: 1 },
          { verb: Verb.copy, page: a?.page ?? 0, toPage: b?.page ?? 0, bytes: 256 },
          { verb: Verb.enter, from: 0, to: 1 },
          { verb: Verb.load, page: b?.page ?? 0, offset: 8, bytes: 8 },
          { verb: Verb.load, page: a?.page ?? 0, offset: 16, bytes: 8 },
          { verb: Verb.compute, bytes: 1 }
        ]
      }
    ]
  })
  expect(faults.map(({ offset }) => offset)).toEqual([16])
  expect(system.threads.map(({ space }) => space)).toEqual([1])
})
