/** CHERI18: capabilities that are bound to a thread, and what taking one away costs. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { numbersOf } from "@isolde/core/machines/machine"
import { columnOf, type ObservedRun, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { access, compute, enter, keep, leave, move, OBJECT, run } from "./programs.ts"

const caches = { l1d: { sets: 256, ways: 4 }, l2: { sets: 1024, ways: 8 } }
const oneCore = tinyMachine({ base: "morello", cores: 1, inOrder: true, overrides: caches })
const twoCores = tinyMachine({ base: "morello", cores: 2 })
const thread = { revocation: "thread" } as const
const offsets = ({ faults }: ObservedRun): Array<number> => faults.map(({ offset }) => offset).sort((x, y) => x - y)

describe("CHERI18 a thread-bound capability", () => {
  test("waits on its thread's stack while the thread is in another compartment", () => {
    const script = (config: object) =>
      offsets(
        run({
          machine: oneCore,
          config,
          threads: (memory) => [[access(memory, 0), enter(1), leave(1), access(memory, 8)]]
        })
      )
    expect(script(thread)).toEqual([])
    expect(script({ storesPerObject: 0 })).toEqual([8])
  })

  test("is the thread's that it was given to, and no other's", () => {
    const result = run({
      machine: twoCores,
      config: thread,
      threads: (memory) => [
        [move(0, 1), enter(1), access(memory, 0, true)],
        [compute(60_000), enter(1), access(memory, 8, true)]
      ]
    })
    expect(offsets(result)).toEqual([8])
  })

  test("survives on another thread, which nobody interrupts", () => {
    const result = run({
      machine: twoCores,
      config: thread,
      threads: (memory) => [[move(0, 1)], [compute(60_000), enter(1), leave(1), access(memory, 8)]]
    })
    expect(offsets(result)).toEqual([])
    expect(result.summary.interrupts).toBe(0)
  })

  test("has no tag in memory that others read", () => {
    const recall: OperationRecord = { verb: Verb.recall, toOffset: 3 }
    const result = run({
      machine: oneCore,
      config: thread,
      threads: (memory) => [[keep(3), { verb: Verb.drop, region: OBJECT }, recall, compute(100), access(memory, 8)]]
    })
    expect(offsets(result)).toEqual([8])
  })

  test.each([8, 64])("is taken away by looking through %i lines of stack and 31 registers", (stackLines) => {
    const latency = numbersOf(oneCore).l1d.latency
    const result = run({
      machine: oneCore,
      config: { ...thread, stackLines, scanPath: 3, testPath: 4, derive: 2 },
      threads: () => [[move(0, 1), compute(900), move(1, 0), compute(900), move(0, 1), compute(900), move(1, 0)]]
    })
    const [issued = 0, completed = 0] = ["issued", "completed"].map((name) => columnOf("transfers", name))
    const ticks = result.rows.transfers.map((row) => (row[completed] ?? 0) - (row[issued] ?? 0))
    const searched = stackLines * (latency + 3) + 31 * 3 + 4
    // Found and overwritten, over; derived, handed over, spilled.
    expect(ticks.slice(-2)).toEqual([searched + 1 + 1 + 2 + 1, searched + 1 + 1 + 2 + 1])
  })
})
