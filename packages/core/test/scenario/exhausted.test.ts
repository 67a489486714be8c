/** The watchdog: a run that can't go on ends, and says what was pending, where, and since when. */
import { Cause } from "@isolde/core/processor/cause"
import { Exhausted } from "@isolde/core/scenario/run"
import type { System } from "@isolde/core/scenario/system"
import { describe, expect, test } from "vitest"
import { crampedMachine, finished, programmed } from "../small-system.ts"

const exhausted = (system: System, maxEvents?: number): Exhausted => {
  try {
    finished(system, maxEvents)
  } catch (error) {
    expect(error).toBeInstanceOf(Exhausted)
    return error as Exhausted
  }
  throw new Error("the run came to its end")
}

/** Thread 0 waits for a word that nobody writes; the others compute and end. */
const waiting = (cores: number): System =>
  programmed(crampedMachine(cores), {
    steps: 1,
    build: ({ words }) => {
      const word = words.allocate(1)
      return {
        emit: (program, t) => {
          program.as(Cause.application).compute(100)
          if (t.number === 0) program.spin(word, 1, Cause.lockWait)
        }
      }
    }
  })

describe("Exhausted", () => {
  test("names the thread that waits for a word nobody writes, and since when", () => {
    const error = exhausted(waiting(2))
    expect(error.message).toContain("nothing can happen any more")
    expect(error.pending).toHaveLength(1)
    const [, tick = ""] = /^thread 0 at tick (\d+): spin$/.exec(error.pending[0] ?? "") ?? []
    // The wait began once the hundred instructions, four a tick, had dispatched; its line came later.
    expect(Number(tick)).toBeGreaterThanOrEqual(25)
    expect(Number(tick)).toBeLessThan(error.tick)
  })

  test("names both threads of a deadlock", () => {
    const system = programmed(crampedMachine(2), {
      steps: 1,
      build: ({ numbers, words }) => {
        const locks = [words.allocate(1), words.allocate(1)]
        const { locked } = numbers.core
        return {
          emit: (program, t) => {
            program.lock(locks[t.number] as number, locked).chain(3000)
            program.lock(locks[1 - t.number] as number, locked)
          }
        }
      }
    })
    const error = exhausted(system)
    expect(error.message).toContain("nothing can happen any more at tick ")
    expect(error.pending.map((each) => each.replace(/\d{4,}/, "…"))).toEqual([
      "thread 0 at tick …: spin",
      "thread 1 at tick …: spin"
    ])
  })

  test("gives up when the events are spent, and shows what was under way", () => {
    const system = programmed(crampedMachine(1), {
      steps: 1,
      build: ({ pages }) => {
        const page = pages.reserve(1)
        return {
          emit: (program) => {
            for (let i = 0; i < 5_000; i++) program.load(page, (i * 64) % 4096)
          }
        }
      }
    })
    const error = exhausted(system, 10_000)
    expect(error.message).toContain("10000 events are spent at tick ")
    expect(system.kernel.events).toBe(10_000)
    expect(error.pending[0]).toMatch(/^thread 0 at tick \d+: /)
    expect(error.pending.some((each) => / at tick \d+$/.test(each))).toBe(true)
  })
})
