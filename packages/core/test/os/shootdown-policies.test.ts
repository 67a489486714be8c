/** Shootdown policies: what each sends, counted in closed form, and that nobody holds what was flushed. */
import { Message } from "@isolde/core/coherence/message"
import { ModelDefect } from "@isolde/core/kernel/model-defect"
import type { KernelVersion } from "@isolde/core/machines/kernel-version"
import type { MachineOptions } from "@isolde/core/machines/machine"
import type { ShootdownName } from "@isolde/core/machines/shootdown-choice"
import { describe, expect, test } from "vitest"
import { CALLS, oneInitiator, type Step, shootingMachine, storm, totalOf } from "./shootdown-storm.ts"

const counts = (options: MachineOptions, script = oneInitiator()) => {
  const { stale, system } = storm(shootingMachine(options, { interrupt: { cluster: 16 } }), 1, script)
  const { log } = system.routines
  const { sent } = system.interconnect
  return {
    stale,
    shootdowns: log.shootdowns,
    targets: log.targets,
    signals: log.signals,
    interrupts: totalOf(system, "interrupts"),
    signalled: sent[Message.Interrupt],
    broadcasts: sent[Message.Invalidate],
    acknowledgements: sent[Message.InvalidateAck]
  }
}

describe("one page of n tiles, flushed by one of them", () => {
  test.each([1, 2, 4, 8, 20])(
    "by interrupt: %i tiles, an interrupt for each other and one write for each cluster of eight cores",
    (n) => {
      const others = (n - 1) * CALLS
      expect(counts({ cores: n, shootdown: "interrupt" })).toEqual({
        stale: [],
        shootdowns: n === 1 ? 0 : CALLS,
        targets: others,
        signals: n === 1 ? 0 : Math.ceil(n / 8) * CALLS,
        interrupts: others,
        signalled: others,
        broadcasts: 0,
        acknowledgements: 0
      })
    }
  )

  test("by interrupt without clusters every target is a write of its own", () => {
    const machine = shootingMachine({ cores: 8 }, { interrupt: { cluster: 1 } })
    expect(storm(machine, 1, oneInitiator()).system.routines.log.signals).toBe(7 * CALLS)
  })

  test.each([
    [{ cores: 8, sockets: 2 }, 2],
    [{ cores: 10, sockets: 2, threadsPerCore: 2 }, 2],
    [{ cores: 20, sockets: 2 }, 4]
  ] as const)("by interrupt: %j, a cluster ends with its socket: %i writes", (options, writes) => {
    const machine = shootingMachine(options, { interrupt: { cluster: 16 } })
    expect(storm(machine, 1, oneInitiator()).system.routines.log.signals).toBe(writes * CALLS)
  })

  test.each([1, 2, 4, 8])("by broadcast: %i tiles, a message and an acknowledgement for each other", (n) => {
    const others = (n - 1) * CALLS
    expect(counts({ cores: n, shootdown: "broadcast" })).toEqual({
      stale: [],
      shootdowns: n === 1 ? 0 : CALLS,
      targets: others,
      signals: 0,
      interrupts: 0,
      signalled: 0,
      broadcasts: others,
      acknowledgements: others
    })
  })

  test.each([1, 2, 3, 4, 8])("by INVLPGB: %i tiles, interrupts below four CPUs and broadcasts from there on", (n) => {
    const others = (n - 1) * CALLS
    expect(counts({ cores: n, shootdown: "invlpgb" })).toMatchObject({
      stale: [],
      targets: others,
      interrupts: n < 4 ? others : 0,
      broadcasts: n < 4 ? 0 : others,
      acknowledgements: n < 4 ? 0 : others
    })
  })

  test.each([1, 2, 4, 8])("by remote action: %i tiles, a request for each other and no interrupt", (n) => {
    const others = (n - 1) * CALLS
    expect(counts({ cores: n, shootdown: "rar" })).toMatchObject({
      stale: [],
      targets: others,
      interrupts: 0,
      signalled: others,
      broadcasts: 0
    })
  })

  test.each([2, 8])("by coherence: %i tiles, and nothing is sent but what the store sends", (n) => {
    expect(counts({ cores: n, shootdown: "coherent" })).toMatchObject({
      stale: [],
      shootdowns: CALLS,
      targets: 0,
      interrupts: 0,
      signalled: 0,
      broadcasts: 0
    })
  })

  test("lazily: a change of rights interrupts, an unmapping does not", () => {
    expect(counts({ cores: 4, shootdown: "lazy" })).toMatchObject({ stale: [], interrupts: 3 * CALLS })
    expect(counts({ cores: 4, shootdown: "lazy" }, oneInitiator(true))).toMatchObject({ interrupts: 0, signalled: 0 })
  })

  test("two translations of each page go with page-table isolation, by broadcast too", () => {
    const isolated = counts({ cores: 4, shootdown: "broadcast", kernel: { pageTableIsolation: true } })
    expect(isolated.broadcasts).toBe(2 * 3 * CALLS)
  })
})

describe("the ceiling of 33 pages", () => {
  const invalidations = (pages: number, shootdown: ShootdownName) => {
    const script = (thread: number): Array<Step> =>
      thread === 0
        ? [
            { do: "work", ticks: 3_000 },
            { do: "change", page: 0, pages }
          ]
        : [{ do: "load", page: 0 }]
    const { stale, system } = storm(shootingMachine({ cores: 3, shootdown }), 40, script)
    expect(stale).toEqual([])
    return system.tiles.map(({ translation }) => translation.invalidations)
  }

  test("up to it every tile invalidates page by page, above it everything once (F5-57)", () => {
    for (const policy of ["interrupt", "rar"] as const) {
      expect(invalidations(33, policy)).toEqual([33, 33, 33])
      expect(invalidations(34, policy)).toEqual([1, 1, 1])
    }
  })

  test("one INVLPGB and one TLBI by range name several pages, and each tile still forgets every one", () => {
    expect(invalidations(33, "broadcast")).toEqual([33, 33, 33])
    expect(invalidations(34, "broadcast")).toEqual([1, 1, 1])
  })
})

describe("lazy reclamation", () => {
  /** Thread 0 unmaps a page and ticks; the others tick `sweeps` times. */
  const ticking = (own: number, sweeps: number) =>
    storm(shootingMachine({ cores: 4, shootdown: "lazy" }), 1, (thread): Array<Step> => {
      const read: Step = { do: "load", page: 0 }
      const pause: Step = { do: "work", ticks: 20_000 }
      const mine: Array<Step> = Array.from({ length: own }, (): Array<Step> => [pause, { do: "tick" }]).flat()
      const others = Array.from({ length: sweeps }, (): Step => ({ do: "tick" }))
      return thread === 0
        ? [read, { do: "work", ticks: 3_000 }, { do: "change", page: 0, reclaim: true }, ...mine]
        : [read, { do: "work", ticks: 15_000 }, ...others]
    })

  test("OS1, LS1 pages are given back at the second tick, when every CPU has swept, and nobody holds them", () => {
    expect(ticking(1, 1).reclaimed).toBe(0)
    const { reclaimed, stale } = ticking(2, 1)
    expect(reclaimed).toBe(1)
    expect(stale).toEqual([])
  })

  test("LS1 pages stay while a CPU has not swept", () => {
    expect(ticking(3, 0).reclaimed).toBe(0)
  })

  test("a flush that finds no free state interrupts", () => {
    const states = 2
    const machine = shootingMachine({ cores: 2, shootdown: "lazy" }, { lazyShootdown: { states } })
    const script = (thread: number): Array<Step> =>
      thread === 0 ? Array.from({ length: 5 }, (): Step => ({ do: "change", page: 0, reclaim: true })) : []
    expect(totalOf(storm(machine, 1, script).system, "interrupts")).toBe(5 - states)
  })
})

describe("generations and lazy CPUs", () => {
  const leave: Step = { do: "switch", to: -1 }
  const back: Step = { do: "switch", to: 0 }
  const sleeping = (wakes: boolean, version: KernelVersion = "5.2") =>
    storm(
      shootingMachine({ cores: 2, kernel: { version } }),
      2,
      (thread): Array<Step> =>
        thread === 0
          ? [
              { do: "work", ticks: 8_000 },
              { do: "change", page: 0 },
              { do: "change", page: 1 }
            ]
          : [
              { do: "load", page: 0 },
              { do: "load", page: 1 },
              leave,
              { do: "work", ticks: 30_000 },
              ...(wakes ? [back, { do: "load", page: 0 } as const] : [])
            ]
    )

  test("IS1 a lazy CPU is not interrupted and keeps what it holds", () => {
    const { stale, system } = sleeping(false)
    expect(totalOf(system, "interrupts")).toBe(0)
    expect(stale.filter((each) => each.startsWith("at the end")).length).toBe(2)
  })

  test.each(["4.10", "4.14"] as const)(
    "IS1 as Linux %s has it, a lazy CPU is interrupted, and has nothing left to forget",
    (version) => {
      for (const wakes of [false, true]) {
        const { stale, system } = sleeping(wakes, version)
        expect(stale).toEqual([])
        expect(totalOf(system, "interrupts")).toBe(2)
        expect(system.tiles[1]?.translation.invalidations).toBe(2)
      }
    }
  )

  test("SG1 it forgets everything before it runs the process again", () => {
    const { stale, system } = sleeping(true)
    expect(totalOf(system, "interrupts")).toBe(0)
    expect(stale.filter((each) => each.startsWith("at the end"))).toEqual([])
    expect(system.tiles[1]?.translation.invalidations).toBe(1)
  })

  test("SG2 a target that is told late of two flushes flushes everything once", () => {
    const script = (thread: number): Array<Step> => {
      const settle: Step = { do: "work", ticks: 2_000 }
      const own: Step = thread < 2 ? { do: "change", page: thread } : { do: "work", ticks: 9_000 }
      return [{ do: "load", page: thread }, settle, own]
    }
    const { stale, system } = storm(shootingMachine({ cores: 3 }), 3, script)
    expect(stale).toEqual([])
    expect(system.routines.log.targets).toBe(4)
    expect(system.tiles[2]?.translation.invalidations).toBe(1)
  })
})

describe("planted mutants", () => {
  test("WO2 waiting for acknowledgements with interrupts masked is a ModelDefect", () => {
    const masked = () =>
      storm(shootingMachine({ cores: 2 }), 1, oneInitiator(), {}, { before: (program) => program.maskInterrupts(true) })
    expect(masked).toThrow(ModelDefect)
    expect(masked).toThrow(/WO2/)
  })

  test("OS2 an acknowledgement before the flush leaves a translation behind that somebody sees", () => {
    const script = (thread: number): Array<Step> => {
      const reads = Array.from({ length: 4 }, (_, page): Step => ({ do: "load", page }))
      const then: Step = thread === 0 ? { do: "change", page: 0, pages: 4 } : { do: "work", ticks: 9_000 }
      return [...reads, { do: "work", ticks: 3_000 }, then]
    }
    expect(storm(shootingMachine({ cores: 2 }), 4, script).stale).toEqual([])
    const early = storm(shootingMachine({ cores: 2, shootdownOptimisations: ["early"] }), 4, script)
    expect(early.stale.length).toBeGreaterThan(0)
    expect(early.stale.filter((each) => each.startsWith("at the end"))).toEqual([])
  })

  test("OS1 a target that is missing from the CPU mask keeps what it holds", () => {
    const missing = storm(
      shootingMachine({ cores: 4 }),
      1,
      oneInitiator(),
      {},
      {
        kernel: ({ kernel }) => {
          const { generations } = kernel.shootdown
          const place = generations.place.bind(generations)
          generations.place = (t, space) => (t.number === 2 ? undefined : place(t, space))
        }
      }
    )
    expect(missing.stale).toContain("at the end: tile 2 holds version 0 of page 0")
  })
})
