/** Signals that threads raise in each other, and that the kernel raises for their faults. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RandomStream } from "@isolde/core/kernel/random"
import { numbersOf } from "@isolde/core/machines/machine"
import { Entry } from "@isolde/core/memory/pages"
import type { System } from "@isolde/core/scenario/system"
import { describe, expect, test } from "vitest"
import { type Choices, crampedMachine, finished } from "../small-system.ts"
import {
  compute,
  handler,
  migrate,
  raise,
  type Script,
  set,
  sleep,
  threads,
  total,
  value,
  wake
} from "./thread-program.ts"

describe("signals", () => {
  test("SI1 a handler runs once, and its thread goes on where it was", () => {
    const system = threads(
      crampedMachine(2),
      () => [
        [...handler(compute(300), set(1, 5)), set(2, 1), compute(200_000), set(0, 9)],
        [{ verb: Verb.wait, region: 2, bytes: 1 }, raise(0), compute(10)]
      ],
      [0, 1]
    )
    const { slots } = finished(system)
    expect([value(system, 0), value(system, 1)]).toEqual([9, 5])
    expect(slots.application).toBe(200_000 + 300 + 10 + 3)
    expect([system.routines.signals.raised, system.routines.signals.delivered]).toEqual([1, 1])
  })

  test("a thread without a handler is not disturbed but by the interrupt", () => {
    const system = threads(crampedMachine(2), () => [[compute(200_000)], [compute(100), raise(0)]], [0, 1])
    const { slots } = finished(system)
    expect(slots.application).toBe(200_100)
    expect([system.routines.signals.delivered, total(system, "interrupts")]).toEqual([0, 1])
  })

  test("a thread that signals itself runs its handler before what follows, for the price of its paths", () => {
    const cycles = (signalPath: number, sigreturnPath: number) => {
      const machine = crampedMachine(1, 1, { kernel: { signalPath, sigreturnPath } })
      const system = threads(machine, () => [[...handler(set(0, 3)), raise(0), sleep(0, 0), compute(10)]], [0])
      const summary = finished(system)
      expect(value(system, 0)).toBe(3)
      return summary.cycles
    }
    const { kernel } = numbersOf(crampedMachine(1))
    const least = cycles(kernel.signalPath, kernel.sigreturnPath)
    expect(cycles(kernel.signalPath + 70, kernel.sigreturnPath) - least).toBe(70)
    // A short one hides behind the stores of the frame, which drain meanwhile.
    expect(cycles(kernel.signalPath, 4000) - cycles(kernel.signalPath, 3000)).toBe(1000)
  })

  test("a signal ends a sleep, and takes the sleeper out of the queue", () => {
    const system = threads(
      crampedMachine(3),
      () => [
        [...handler(set(1, 1)), sleep(0, 0), set(2, 1)],
        [compute(60_000), raise(0), compute(60_000), wake(0)],
        [compute(30_000), sleep(0, 0), set(3, 1)]
      ],
      [0, 1, 2]
    )
    finished(system)
    expect([1, 2, 3].map((word) => value(system, word))).toEqual([1, 1, 1])
  })

  test("signals, sleep and moves at random: every handler runs, whoever runs ahead", () => {
    for (let seed = 1; seed <= 5; seed++) {
      const run = (runAhead: boolean) => {
        const script = (worker: number): Script => {
          const random = new RandomStream(seed, `worker ${worker}`)
          return Array.from({ length: 10 }, (): OperationRecord => {
            const kind = random.below(4)
            if (kind === 0) return raise(random.below(4))
            return kind === 1 ? migrate(random.below(3)) : compute(random.below(4000))
          })
        }
        const all = () =>
          [0, 1, 2, 3].map(
            (worker): Script => [
              ...handler(compute(50), { verb: Verb.touch, page: 0, bytes: 0 }),
              ...script(worker),
              compute(30_000)
            ]
          )
        const machine = crampedMachine(3)
        const system = threads({ ...machine, kernel: { ...machine.kernel, tick: 9000 } }, all, [0, 1, 2, 2], {
          runAhead
        })
        const { events: _, ...summary } = finished(system)
        const { delivered, raised } = system.routines.signals
        expect(delivered).toBeLessThanOrEqual(raised)
        return { summary, delivered }
      }
      const ahead = run(true)
      expect(ahead.delivered).toBeGreaterThan(0)
      expect(run(false)).toEqual(ahead)
    }
  })
})

describe("faults", () => {
  const KEY = 1
  const ReadWrite = Entry.present | Entry.writable
  /** A thread that touches `count` pages of a key that it may not use, between two stores of its own. */
  const touching = (count: number, before: Script, choices: Choices = {}): System => {
    let first = 0
    const script = (page: number): Script => {
      first = page
      return [...before, { verb: Verb.touch, page, bytes: count, rights: 1 }, set(0, 1)]
    }
    const system = threads(crampedMachine(1), (page) => [script(page)], [0], choices)
    for (let page = first; page < first + 4; page++) system.pages.entry[page] = ReadWrite | (KEY << Entry.keyShift)
    const [t] = system.threads
    if (t !== undefined) t.keyRights = 1 << (2 * KEY)
    return system
  }

  test("a thread without a handler goes on, and its fault is counted", () => {
    const system = touching(3, [])
    finished(system)
    expect([total(system, "faults"), system.routines.signals.raised]).toEqual([3, 0])
  })

  test("FH1 a thread's handler is told of its fault, behind an exception and a signal, before anything younger", () => {
    const before = handler({ verb: Verb.compareSwap, region: 0, offset: 0, bytes: 0 }, set(1, 1))
    for (const runAhead of [true, false]) {
      const system = touching(1, before, { runAhead })
      const silent = touching(1, [{ verb: Verb.compute, bytes: 1 }], { runAhead })
      const { faultEntry, faultExit, raisePath, signalPath } = numbersOf(crampedMachine(1)).kernel
      const apart = finished(system).cycles - finished(silent).cycles
      expect(apart).toBeGreaterThan(faultEntry + raisePath + signalPath + faultExit)
      expect([value(system, 0), value(system, 1), total(system, "faults")]).toEqual([1, 1, 1])
      expect(system.routines.signals.delivered).toBe(1)
    }
  })

  test("a fault that a mechanism repairs costs its repair, and is no violation", () => {
    const run = (instructions: number, runAhead = true) => {
      const system = touching(1, [], { runAhead })
      system.unit.heals = () => true
      system.unit.repair = (program) => void program.chain(instructions)
      const { cycles } = finished(system)
      expect([total(system, "faults"), system.threads[0]?.repaired]).toEqual([0, 1])
      return cycles
    }
    expect(run(5000) - run(4000)).toBe(1000)
    expect(run(4000, false)).toBe(run(4000))
  })
})
