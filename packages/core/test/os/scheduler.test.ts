/** Software threads that take turns on a hardware thread: by yielding, by ending, by the timer's tick. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { numbersOf } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { Entry } from "@isolde/core/memory/pages"
import { ThreadContext } from "@isolde/core/processor/thread-context"
import { Scenario } from "@isolde/core/scenario/scenario"
import { describe, expect, test } from "vitest"
import { crampedMachine, finished, workloadOf } from "../small-system.ts"
import { kernelSystem, measured, ReadWrite, ticksOf } from "./kernel-program.ts"

const machine = skylakeSp({ cores: 1 })
const { kernel } = numbersOf(machine)
const compute = (bytes: number): OperationRecord => ({ verb: Verb.compute, bytes })
const yields: OperationRecord = { verb: Verb.yield }

const turns = (
  threads: number,
  script: ReadonlyArray<OperationRecord>,
  options: Parameters<typeof skylakeSp>[0] = {}
) => kernelSystem(skylakeSp({ cores: 1, ...options }), [{ pages: 1, entry: ReadWrite }], () => script, threads)

describe("yielding", () => {
  test("a thread alone gets its turn back for the price of a system call", () => {
    expect(ticksOf(machine, [{ pages: 1, entry: ReadWrite }], () => measured(yields))).toBe(
      kernel.syscallEntry + kernel.syscallExit
    )
  })

  test.each([2, 3, 7])("%i threads take turns: one switch per yield, one per end but the last", (threads) => {
    const system = turns(threads, [compute(50), yields, compute(50), yields, compute(50)])
    const { addedInstructions, slots } = finished(system)
    const [switches = 0] = system.routines.scheduler.switches
    expect(switches).toBe(2 * threads + threads - 1)
    // A yield is an entry and an exit; a thread that begins leaves the kernel once more than it has entered it.
    expect(addedInstructions).toBe(threads * (150 + 2 * 2) + (threads - 1) + switches * kernel.switchPath)
    expect(slots.application).toBe(threads * 150)
  })

  test("a switch between threads of a process takes as long as its path, its call and what it fetches again", () => {
    const rounds = Array.from({ length: 40 }, () => yields)
    const { cycles } = finished(turns(2, rounds))
    const each = cycles / 80
    const path = kernel.syscallEntry + kernel.switchPath + kernel.syscallExit
    expect(each).toBeGreaterThan(path * 0.98)
    expect(each).toBeLessThan(path * 1.05)
  })
})

describe("the timer's tick", () => {
  const waiting = { verb: Verb.touch, page: 0, bytes: 1, rights: 1 }

  test("comes to each hardware thread once per period, as long as it has something to do", () => {
    const system = kernelSystem(
      skylakeSp({ cores: 2, kernel: { tick: 10_000 } }),
      [{ pages: 1, entry: ReadWrite }],
      (_, worker) => [compute(worker === 0 ? 400_000 : 4)],
      2
    )
    const { cycles, interrupts } = finished(system)
    const [first = 0, second = 0] = system.routines.scheduler.ticks
    expect(Math.abs(first - cycles / 10_000)).toBeLessThanOrEqual(1)
    expect(second).toBe(0)
    expect(interrupts).toBe(first + second)
  })

  test("ends the turn of a thread in user mode: threads that compute for long share the time", () => {
    const system = turns(3, [waiting, compute(200_000)], { kernel: { tick: 20_000 } })
    const { slots } = finished(system)
    expect(slots.application).toBe(3 * 200_001)
    const [switches = 0] = system.routines.scheduler.switches
    const [ticks = 0] = system.routines.scheduler.ticks
    expect(switches).toBeGreaterThan(5)
    expect(switches).toBeLessThanOrEqual(ticks + 2)
  })

  test("no tick is the default", () => {
    expect(numbersOf(machine).kernelChoice.tick).toBe(0)
    expect(() => skylakeSp({ kernel: { tick: -1 } })).toThrow("options.kernel.tick")
    expect(() => skylakeSp({ kernel: { virtualised: 1 as unknown as boolean } })).toThrow("options.kernel.virtualised")
  })
})

test("up to 64 threads take turns on a hardware thread", () => {
  const input = { machine, mechanisms: [], workload: workloadOf(() => []) }
  expect(Scenario.make({ ...input, workers: 64 }).workers).toBe(64)
  expect(() => Scenario.make({ ...input, workers: 65 })).toThrow("workers")
})

test("a saved context keeps its rights, and gives them back", () => {
  const system = turns(1, [compute(1)])
  const [t] = system.threads
  if (t === undefined) throw new Error("no thread")
  const [one, other] = [new ThreadContext(0), new ThreadContext(1)]
  t.keyRights = 0b1101
  t.authority = 7
  t.secondLevels = 4
  t.enterSecondLevel(3)
  one.save(t)
  other.restore(t)
  expect([t.keyRights, t.authority, t.secondLevel, t.software]).toEqual([0, 0, 0, 1])
  expect([one.keyRights, one.authority, one.secondLevel]).toEqual([0b1101, 7, 3])
  one.restore(t)
  expect([t.keyRights, t.authority, t.secondLevel, t.software]).toEqual([0b1101, 7, 3, 0])
})

test.each([
  [1, 1],
  [2, 2]
] as const)(
  "%i tiles of %i threads with twice as many threads, ticks and faults: the same run whoever runs ahead",
  (cores, per) => {
    const run = (runAhead: boolean) => {
      const count = cores * per * 2
      const base = crampedMachine(cores, per)
      const system = kernelSystem(
        { ...base, kernel: { ...base.kernel, tick: 7000 } },
        [{ pages: count, entry: Entry.lazy | Entry.writable }],
        (_, worker) => [
          { verb: Verb.touch, page: 0, bytes: count, rights: 1 },
          compute(3000),
          yields,
          { verb: Verb.discard, page: worker, bytes: 1 },
          { verb: Verb.protect, page: worker, bytes: 1, rights: worker % 2 === 0 ? Entry.present : ReadWrite },
          compute(9000),
          { verb: Verb.touch, page: 0, bytes: count, rights: 1 }
        ],
        count,
        { runAhead }
      )
      const { events: _events, ...summary } = finished(system)
      return { summary, switches: [...system.routines.scheduler.switches], ticks: [...system.routines.scheduler.ticks] }
    }
    const ahead = run(true)
    expect(run(false)).toEqual(ahead)
    expect(Math.max(...ahead.switches)).toBeGreaterThan(2)
  }
)
