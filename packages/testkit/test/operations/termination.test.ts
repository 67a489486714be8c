/** The end of a domain: who is inside returns to its caller, and what it owned goes to the application. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import type { MechanismInstance } from "@isolde/core/mechanism"
import { Cause } from "@isolde/core/processor/cause"
import { describe, expect, test } from "vitest"
import { observe } from "../../src/contract/observed-run.ts"
import { type ProgramThread, programWorkload } from "../../src/program-workload.ts"
import { tinyMachine } from "../../src/tiny-machine.ts"
import { accessTable } from "../contract/access-table.ts"

const OBJECT = 3
const LONG = 100_000

/** Instructions of a slow change of rights, and ticks between two turns of the threads of a hardware thread: some ways through the kernel. */
const SLOW = 60_000
const TURN = 20_000

interface Asked {
  /** The first change of rights is long, and threads of one hardware thread take turns meanwhile. */
  readonly slow?: boolean
  readonly cores?: number
  readonly workers?: number
  readonly runAhead?: boolean
  readonly threads: (load: (region: number, offset: number) => OperationRecord) => Array<ProgramThread>
}

/** The table whose first revocation takes a long way in user mode before it changes anything. */
function slowTable(): MechanismInstance {
  const instance = accessTable()
  return {
    ...instance,
    build: (parts) => {
      const unit = instance.build(parts)
      const revoke = unit.revoke.bind(unit)
      let left = SLOW
      unit.revoke = (program, ...of) => {
        revoke(program.as(Cause.kernel).compute(left), ...of)
        left = 0
      }
      return unit
    }
  }
}

function run({ cores = 2, runAhead = true, slow = false, threads, workers = 2 }: Asked) {
  const machine = tinyMachine({ cores, inOrder: true })
  const workload = programWorkload({
    domains: ["application", "library", "other"],
    regions: [
      ...[0, 1, 2].map((owner) => ({ name: `private ${owner}`, kind: RegionKind.private, owner })),
      { name: "object", kind: RegionKind.exchange, owner: 1 }
    ],
    exchange: "borrow",
    threads: ({ regions }) =>
      threads((region, offset) => ({ verb: Verb.load, page: regions[region]?.page ?? 0, offset, bytes: 8 }))
  })
  const observed = observe({
    machine: slow ? { ...machine, kernel: { ...machine.kernel, tick: TURN } } : machine,
    mechanisms: [slow ? slowTable() : accessTable()],
    workload,
    workers,
    runAhead
  })
  const { system } = observed
  return {
    ...observed,
    refused: observed.faults.map(({ offset }) => offset),
    unwound: [...(system.termination?.unwound ?? [])],
    domains: system.threads.map((t) => t.domain)
  }
}

const enter = (from: number, to: number, activation: number): OperationRecord => ({
  verb: Verb.enter,
  from,
  to,
  activation
})
const leave = (from: number, to: number, activation: number): OperationRecord => ({
  verb: Verb.leave,
  from,
  to,
  activation
})
const compute = (bytes: number): OperationRecord => ({ verb: Verb.compute, bytes })
const terminate: OperationRecord = { verb: Verb.terminate, to: 1 }
const killer = (after: number): ProgramThread => ({ script: [compute(after), terminate] })

describe("terminate", () => {
  test("TE1 a thread inside returns to its caller at once, and its call has faulted", () => {
    const { domains, refused, summary, unwound } = run({
      threads: (load) => [
        killer(2000),
        { script: [enter(0, 1, 0), load(1, 0), compute(LONG), load(1, 8), leave(1, 0, 0), load(0, 16)] }
      ]
    })
    expect(unwound).toEqual([0, 1])
    expect(refused).toEqual([])
    expect(domains).toEqual([0, 0])
    expect(summary.faults).toBe(1)
    expect(summary.cycles).toBeLessThan(LONG)
    expect(summary.gatePasses).toBe(2)
  })

  test("TE2 what was called from it is given up too, each call through a gate of its own", () => {
    const { domains, summary, unwound } = run({
      threads: () => [
        killer(2000),
        {
          script: [
            enter(0, 2, 0),
            enter(2, 1, 1),
            enter(1, 2, 2),
            compute(LONG),
            leave(2, 1, 2),
            compute(LONG),
            leave(1, 2, 1),
            compute(5),
            leave(2, 0, 0)
          ]
        }
      ]
    })
    expect(unwound).toEqual([0, 2])
    expect(domains).toEqual([0, 0])
    expect(summary.gatePasses).toBe(6)
    expect(summary.cycles).toBeLessThan(LONG)
  })

  test("a later call of it returns as faulted without a gate, and a repeat around it goes on", () => {
    const { summary, unwound } = run({
      threads: () => [
        killer(3000),
        {
          script: [
            enter(0, 1, 0),
            compute(400),
            leave(1, 0, 0),
            { verb: Verb.repeat, bytes: 50, page: 0, offset: 0, toPage: 0 }
          ]
        }
      ]
    })
    const [, calls = 0] = unwound
    expect(calls).toBeGreaterThan(20)
    expect(summary.gatePasses / 2 + calls).toBeGreaterThanOrEqual(50)
    expect(summary.gatePasses / 2 + calls).toBeLessThanOrEqual(51)
  })

  test("what it owned is the application's, and a thread that began in it ends", () => {
    const { refused, summary } = run({
      threads: (load) => [
        { script: [load(OBJECT, 0), terminate, load(OBJECT, 8), compute(3)] },
        { domain: 1, script: [load(OBJECT, 16), compute(LONG)] }
      ]
    })
    expect(refused).toEqual([0])
    expect(summary.cycles).toBeLessThan(LONG)
  })

  test("TE3 a software thread that waits for its turn inside is unwound when it comes", () => {
    const yields: OperationRecord = { verb: Verb.yield }
    const { summary, unwound } = run({
      cores: 1,
      threads: () => [
        { script: [yields, terminate, yields, compute(5)] },
        { script: [enter(0, 1, 0), compute(50), yields, compute(LONG), leave(1, 0, 0), compute(7)] }
      ]
    })
    expect(unwound).toEqual([1])
    expect(summary.gatePasses).toBe(2)
    expect(summary.cycles).toBeLessThan(LONG)
  })

  test("who terminates the domain that it runs in returns from it as well", () => {
    const { summary, unwound } = run({
      cores: 1,
      workers: 1,
      threads: () => [{ script: [enter(0, 1, 0), terminate, compute(LONG), leave(1, 0, 0), compute(3)] }]
    })
    expect(unwound).toEqual([1])
    expect(summary.cycles).toBeLessThan(LONG)
  })

  test.each([1, 3, 17, 60, 130, 333, 777])(
    "whenever it comes (after %i instructions), nothing of the domain executes after it, run-ahead or not",
    (after) => {
      const asked = {
        cores: 4,
        workers: 4,
        threads: (load: (region: number, offset: number) => OperationRecord): Array<ProgramThread> => [
          killer(after),
          ...[1, 2, 3].map((worker) => ({
            start: worker * 5,
            script: [
              enter(0, 2, 0),
              ...[1, 2].flatMap((activation) => [
                enter(2, 1, activation),
                load(1, 64 * worker),
                compute(40 * worker),
                { verb: Verb.move, region: OBJECT, from: 1, to: 2 },
                load(OBJECT, 8 * worker),
                { verb: Verb.move, region: OBJECT, from: 2, to: 1 },
                leave(1, 2, activation)
              ]),
              leave(2, 0, 0)
            ]
          }))
        ]
      }
      const ahead = run(asked)
      const without = run({ ...asked, runAhead: false })
      expect({ ...without.summary, events: 0 }).toEqual({ ...ahead.summary, events: 0 })
      expect(ahead.domains).toEqual([0, 0, 0, 0])
      const end = ahead.completions.find(({ verb }) => verb === Verb.terminate)
      expect(end?.states.every(({ between, domain }) => between || domain !== 1)).toBe(true)
    }
  )

  describe.each([
    ["another hardware thread", 2, 0],
    ["the same hardware thread", 1, 0]
  ])("by a thread on %s", (_, cores, thread) => {
    const moves: OperationRecord = { verb: Verb.move, region: OBJECT, from: 1, to: 2 }
    const asked = (after: number): Asked => ({
      cores,
      workers: 3,
      slow: true,
      threads: () => [
        { thread, script: [compute(after), terminate] },
        { thread: cores - 1, script: [enter(0, 1, 0), moves, leave(1, 0, 0)] },
        { thread: cores - 1, script: [compute(2 * SLOW)] }
      ]
    })

    test("TE4, TE5 a change of rights of a thread that waits for its turn ends before it, whenever it comes", () => {
      let waited = 0
      for (let after = 3000; after < 2 * SLOW; after += 17_000) {
        const { completions, summary } = run(asked(after))
        const [moved, ended] = [Verb.move, Verb.terminate].map((verb) => completions.find((each) => each.verb === verb))
        expect(ended, `after ${after}`).toBeDefined()
        if (moved === undefined) continue
        expect(moved.completed, `after ${after}`).toBeLessThan(ended?.completed ?? 0)
        if (moved.completed > (ended?.issued ?? 0)) waited++
        expect(summary.cycles).toBeLessThan(10 * SLOW)
      }
      expect(waited).toBeGreaterThan(0)
    })

    test("TE4, TE5 hold with run-ahead and without", () => {
      const { events: _ahead, ...ahead } = run(asked(30_000)).summary
      const { events: _without, ...without } = run({ ...asked(30_000), runAhead: false }).summary
      expect(without).toEqual(ahead)
    })
  })

  test("RO3 a domain that is no more gains nothing", () => {
    const { completions, summary } = run({
      cores: 1,
      workers: 1,
      threads: () => [
        {
          script: [
            terminate,
            { verb: Verb.grant, region: OBJECT, to: 1, rights: Right.readWrite },
            { verb: Verb.move, region: OBJECT, from: 0, to: 1 },
            { verb: Verb.move, region: OBJECT, from: 0, to: 2 }
          ]
        }
      ]
    })
    expect(completions.map(({ verb }) => verb)).toEqual([Verb.terminate, Verb.move])
    expect(summary.faults).toBe(2)
  })

  test("the application itself can't be terminated", () => {
    expect(() => run({ threads: () => [{ script: [{ verb: Verb.terminate, to: 0 }] }, { script: [] }] })).toThrow(
      "a domain other than 0"
    )
  })
})
