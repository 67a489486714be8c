/** Threads that sleep and wake, move between hardware threads, and signal each other. */
import { type OperationRecord, operationScript, Verb } from "@isolde/core/isolation/operation-script"
import { RandomStream } from "@isolde/core/kernel/random"
import { type Machine, numbersOf } from "@isolde/core/machines/machine"
import { Entry } from "@isolde/core/memory/pages"
import { Exhausted } from "@isolde/core/scenario/run"
import type { System } from "@isolde/core/scenario/system"
import { describe, expect, test } from "vitest"
import { built, type Choices, crampedMachine, finished } from "../small-system.ts"

type Script = ReadonlyArray<OperationRecord>

/** The system that runs `scripts`, the n-th on hardware thread `on[n]`, with 8 words; scripts find their page in `pages`. */
function threads(
  machine: Machine,
  scripts: (pages: number) => ReadonlyArray<Script>,
  on: ReadonlyArray<number>,
  choices: Choices = {}
): System {
  return built(
    {
      machine,
      mechanisms: [],
      workers: on.length,
      workload: {
        name: "threads",
        package: "@isolde/core-test",
        version: "0",
        config: {},
        exchange: "share",
        dependences: "decoded",
        demand: { domains: 1, exchange: "share", objects: 0, operations: [] },
        place: (pages) => {
          const first = pages.reserve(4, Entry.present | Entry.writable)
          return {
            domains: ["application"],
            regions: [],
            requests: ["measured"],
            words: 8,
            threads: () =>
              scripts(first).map((script, worker) => ({
                domain: 0,
                start: 0,
                thread: on[worker] as number,
                script: operationScript(script)
              }))
          }
        }
      }
    },
    choices
  )
}

const compute = (bytes: number): OperationRecord => ({ verb: Verb.compute, bytes })
const set = (region: number, bytes: number): OperationRecord => ({ verb: Verb.signal, region, bytes })
const sleep = (region: number, bytes: number): OperationRecord => ({ verb: Verb.sleep, region, bytes })
const wake = (region: number, bytes = 1): OperationRecord => ({ verb: Verb.wake, region, bytes })
const migrate = (bytes: number): OperationRecord => ({ verb: Verb.migrate, bytes })
const raise = (bytes: number): OperationRecord => ({ verb: Verb.raise, bytes })
const handler = (...body: Script): Script => [
  { verb: Verb.handler, bytes: body.length + 1 },
  ...body,
  { verb: Verb.sigreturn }
]

const value = (system: System, word: number): number => system.words.values[system.firstWord + word] as number
const total = (system: System, name: "interrupts" | "faults"): number =>
  system.threads.reduce((sum, t) => sum + t[name], 0)

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
