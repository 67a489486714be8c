/** Threads that sleep and wake, and move between hardware threads. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RandomStream } from "@isolde/core/kernel/random"
import { Entry } from "@isolde/core/memory/pages"
import { Exhausted } from "@isolde/core/scenario/run"
import { describe, expect, test } from "vitest"
import { crampedMachine, finished } from "../small-system.ts"
import { compute, migrate, type Script, set, sleep, threads, total, value, wake } from "./thread-program.ts"

describe("sleeping", () => {
  test("FX1 who finds another value doesn't sleep", () => {
    const system = threads(crampedMachine(1), () => [[sleep(0, 1), compute(10)]], [0])
    finished(system)
    expect(system.routines.scheduler.sleeps).toBe(0)
  })

  test("an idle hardware thread is interrupted, leaves its idle state, and goes on with who has been woken", () => {
    const script = (): ReadonlyArray<Script> => [
      [sleep(0, 0), compute(100)],
      [compute(80_000), set(0, 1), wake(0)]
    ]
    const idle = (idleExit: number) => {
      const system = threads(crampedMachine(2, 1, { interrupt: { idleExit } }), script, [0, 1])
      const { cycles } = finished(system)
      expect(system.routines.scheduler.sleeps).toBe(1)
      expect(total(system, "interrupts")).toBe(1)
      expect(system.threads[0]?.endedAt).toBe(cycles)
      return cycles
    }
    expect(idle(5000) - idle(1000)).toBe(4000)
  })

  test("a thread that sleeps leaves its hardware thread to the next", () => {
    const system = threads(
      crampedMachine(1),
      () => [
        [sleep(0, 0), compute(100)],
        [compute(5000), set(0, 1), wake(0), compute(100)]
      ],
      [0, 0]
    )
    const { slots } = finished(system)
    expect(slots.application).toBe(5201)
    expect(system.routines.scheduler.switches[0]).toBe(2)
  })

  test.each([1, 2, 3])("a wake-up of at most %i goes to who came first", (count) => {
    const sleeper = (worker: number): Script => [compute(4000 * worker), sleep(0, 0), set(worker + 1, 1)]
    const system = threads(
      crampedMachine(4),
      () => [...[0, 1, 2].map(sleeper), [compute(100_000), set(0, 1), wake(0, count)]],
      [0, 1, 2, 3]
    )
    if (count < 3) expect(() => finished(system)).toThrow(Exhausted)
    else finished(system)
    expect([1, 2, 3].map((word) => value(system, word))).toEqual([1, 2, 3].map((n) => (n <= count ? 1 : 0)))
  })

  test("a sleeper that nobody wakes is named when nothing can happen any more", () => {
    const system = threads(crampedMachine(1), () => [[sleep(0, 0)]], [0])
    expect(() => finished(system)).toThrow("software thread 0 sleeps on thread 0")
  })

  test("SC2 threads that pass a token to and fro lose no wake-up, at any distance, whoever runs ahead", () => {
    const rounds = 12
    const side = (me: number, seed: number): Script => {
      const random = new RandomStream(seed, `side ${me}`)
      return Array.from(
        { length: rounds },
        (): Script => [
          sleep(me, 0),
          { verb: Verb.wait, region: me, bytes: 1 },
          set(me, 0),
          compute(random.below(3000)),
          set(1 - me, 1),
          wake(1 - me)
        ]
      ).flat()
    }
    for (let seed = 1; seed <= 6; seed++) {
      const run = (runAhead: boolean) => {
        const first = [set(0, 1)]
        const system = threads(crampedMachine(2), () => [[...first, ...side(0, seed)], side(1, seed)], [0, 1], {
          runAhead
        })
        const { events: _, ...summary } = finished(system)
        return { summary, sleeps: system.routines.scheduler.sleeps }
      }
      const ahead = run(true)
      expect(run(false)).toEqual(ahead)
      expect(ahead.sleeps).toBeGreaterThan(0)
    }
  })

  test("SC3 a shootdown skips a hardware thread that is idle", () => {
    const protect = (page: number): OperationRecord => ({ verb: Verb.protect, page, bytes: 1, rights: Entry.present })
    const interrupts = (other: OperationRecord) => {
      const system = threads(
        crampedMachine(2),
        (page) => [
          [{ verb: Verb.touch, page, bytes: 1, rights: 0 }, other, compute(10)],
          [compute(100_000), protect(page), compute(200_000), set(0, 1), wake(0)]
        ],
        [0, 1]
      )
      finished(system)
      return total(system, "interrupts")
    }
    expect(interrupts(compute(200_000))).toBe(1)
    expect(interrupts(sleep(0, 0))).toBe(1)
  })
})

describe("moving", () => {
  test("to a hardware thread on which nothing has run yet takes its address space there, and leaves none", () => {
    const system = threads(
      crampedMachine(3),
      () => [[compute(100), migrate(2), compute(100), set(0, 7)], [compute(20)]],
      [0, 1]
    )
    finished(system)
    expect(value(system, 0)).toBe(7)
    const { mask } = system.routines.shootdown.generations
    expect(system.words.values[mask[0] ?? 0]).toBe(0b111)
    expect(system.words.values[0]).toBe(0)
  })

  test("a thread goes on where it was, with what it has, on another hardware thread", () => {
    const system = threads(
      crampedMachine(2),
      (page) => [
        [compute(100), migrate(1), { verb: Verb.touch, page, bytes: 1, rights: 1 }, compute(100), set(0, 7)],
        [compute(20)]
      ],
      [0, 1]
    )
    const { slots } = finished(system)
    expect(value(system, 0)).toBe(7)
    expect(slots.application).toBe(222)
    expect(system.routines.scheduler.migrations).toBe(1)
    expect(system.threads[1]?.endedAt).toBeGreaterThan(system.threads[0]?.endedAt ?? 0)
  })

  test("two hardware threads that exchange threads again and again, whoever runs ahead", () => {
    const run = (runAhead: boolean) => {
      const mover = (worker: number): Script =>
        Array.from(
          { length: 8 },
          (_, at): Script => [compute(700 * (worker + 1)), migrate((worker + at + 1) % 3)]
        ).flat()
      const system = threads(crampedMachine(3), () => [0, 1, 2].map(mover), [0, 1, 2], { runAhead })
      const { events: _, ...summary } = finished(system)
      expect(system.routines.scheduler.migrations).toBe(24)
      return summary
    }
    expect(run(false)).toEqual(run(true))
  })
})
