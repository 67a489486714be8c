/** Random mutual shootdowns under every policy: they end, nobody holds what was flushed, and run-ahead changes nothing. */
import { RandomStream } from "@isolde/core/kernel/random"
import type { MachineOptions } from "@isolde/core/machines/machine"
import { type ShootdownName, shootdownNames } from "@isolde/core/machines/shootdown-choice"
import { describe, expect, test } from "vitest"
import { TraceDigest } from "../trace-digest.ts"
import { type Step, shootingMachine, storm } from "./shootdown-storm.ts"

describe("random mutual shootdowns", () => {
  const PAGES = 6
  const random =
    (seed: number) =>
    (thread: number): Array<Step> => {
      const draw = new RandomStream(seed, `thread ${thread}`)
      return Array.from({ length: 25 }, (): Step => {
        const page = draw.below(PAGES)
        const what = draw.below(8)
        if (what < 4) return { do: "load", page }
        if (what === 4) return { do: "work", ticks: draw.below(2_000) }
        return { do: "change", page, pages: Math.min(1 + draw.below(3), PAGES - page) }
      })
    }
  const optimised: MachineOptions = {
    shootdownOptimisations: ["concurrent", "consolidated", "inContext"],
    kernel: { pageTableIsolation: true }
  }
  const kinds: ReadonlyArray<readonly [string, MachineOptions]> = [
    ...shootdownNames.map((shootdown: ShootdownName) => [shootdown, { shootdown }] as const),
    ["interrupt, optimised", optimised],
    ["interrupt, as Linux 4.10", { kernel: { version: "4.10" } }],
    ["interrupt, as Linux 6.0", { kernel: { version: "6.0" } }],
    ["interrupt, as Linux 4.14", { kernel: { version: "4.14" } }],
    ["lazy, as LATR on Linux 4.10", { shootdown: "lazy", kernel: { version: "4.10" } }]
  ]

  test.each(kinds)("%s: every flush ends, and no tile holds what was flushed", (_, options) => {
    for (const [cores, threadsPerCore] of [
      [2, 1],
      [2, 2],
      [5, 2],
      [8, 2]
    ] as const) {
      const { stale, system } = storm(shootingMachine({ cores, threadsPerCore, ...options }), PAGES, random(cores))
      expect(stale).toEqual([])
      expect(system.routines.log.shootdowns).toBeGreaterThan(0)
    }
  })

  test.each(kinds)("%s: the same rows and counts, run ahead or not", (_, options) => {
    const traced = (runAhead: boolean) => {
      const sink = new TraceDigest()
      const machine = shootingMachine({ cores: 4, threadsPerCore: 2, ...options })
      const { system } = storm(machine, PAGES, random(9), { runAhead, sink, tables: ["shootdowns", "messages"] })
      const { shootdowns, signals, targets } = system.routines.log
      return {
        digests: sink.digests,
        rows: sink.rows,
        shootdowns,
        signals,
        targets,
        ended: system.threads.map((t) => t.endedAt)
      }
    }
    expect(traced(false)).toEqual(traced(true))
  })
})
