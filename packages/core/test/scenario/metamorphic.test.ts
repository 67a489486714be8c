/** What must hold between two runs: on one in-order core nothing gets faster because a part of it got slower. */
import { fields } from "@isolde/core/machines/fields"
import { numbersOf } from "@isolde/core/machines/machine"
import { causeNames } from "@isolde/core/processor/cause"
import { describe, expect, test } from "vitest"
import { inOrder, oneStopMachine } from "../processor/ten-instructions.ts"
import { built, crampedMachine, finished, type Overrides } from "../small-system.ts"
import { randomStreams } from "./random-streams.ts"

/** Latencies by dotted name. */
const latencies = [
  "core.mispredictPenalty",
  "l1d.latency",
  "l2.latency",
  "l2.pipeline",
  "llc.pipeline",
  "network.injection",
  "network.ejection",
  "memory.controller",
  "memory.fill",
  "memory.tRCD",
  "memory.tCL",
  "memory.ticksPerLine",
  "memory.pipeline",
  "tlb.stlbPenalty",
  "kernel.syscallEntry",
  "kernel.invalidatePage"
]

const oneAtATime: Overrides = {
  core: { ...inOrder, storeBuffer: 1, lineFillBuffers: 1, fetchBuffers: 1, mispredictPerMillion: 200_000 },
  tlb: {
    itlb: { sets: 1, ways: 4 },
    dtlb: { sets: 1, ways: 4 },
    stlb: { sets: 2, ways: 4 },
    walkers: 1
  }
}

const cycles = (overrides: Overrides): number => {
  const machine = oneStopMachine(oneAtATime.core, 1, { ...oneAtATime, ...overrides })
  const workload = randomStreams(5, { instructions: 3000, shared: 2, protects: 4, lines: 4 })
  return finished(built({ machine, mechanisms: [], workload })).cycles
}

describe("doubling a latency never speeds an in-order core up", () => {
  const base = cycles({})

  test.each(latencies)("%s", (name) => {
    const [part = "", field = ""] = name.split(".")
    const numbers = numbersOf(oneStopMachine(oneAtATime.core, 1, oneAtATime)) as unknown as Record<
      string,
      Record<string, number>
    >
    const unit = (fields as unknown as Record<string, Record<string, { unit: string }>>)[part]?.[field]?.unit
    expect(unit).toMatch(/^(tick|network cycle)$/)
    const overridden = { ...numbers[part], [field]: 2 * (numbers[part]?.[field] ?? 0) }
    expect(cycles({ [part]: overridden } as Overrides)).toBeGreaterThan(base)
  })
})

describe("SL1: slots by cause add up to width x cycles of every hardware thread", () => {
  test.each([
    [1, 1],
    [4, 1],
    [2, 2]
  ] as const)("%i tiles of %i threads", (cores, threadsPerCore) => {
    const workload = randomStreams(2, { instructions: 1500, shared: 2, protects: 4 })
    const workers = cores * threadsPerCore
    const system = built({ machine: crampedMachine(cores, threadsPerCore), mechanisms: [], workload, workers })
    const summary = finished(system)
    for (const thread of system.used) {
      const slots = causeNames.map((_, cause) => system.slots.of(thread)[cause] as number)
      expect(slots.every((count) => count >= 0)).toBe(true)
      expect(slots.reduce((sum, count) => sum + count, 0)).toBe(4 * summary.cycles)
    }
    expect(Object.values(summary.slots).reduce((sum, count) => sum + count, 0)).toBe(
      summary.slotsPerCycle * summary.cycles
    )
  })
})

describe("halving a rate never speeds an in-order core up", () => {
  const rates: Overrides = { l1d: { fill: 64 }, l2: { transfer: 64, writeBack: 64 } }
  const base = cycles(rates)

  test.each([
    ["the way into the L1D", { ...rates, l1d: { fill: 32 } }],
    ["the bus from L2 to L1", { ...rates, l2: { transfer: 32, writeBack: 64 } }]
  ] satisfies ReadonlyArray<readonly [string, Overrides]>)("%s", (_, halved) => {
    expect(cycles(halved)).toBeGreaterThanOrEqual(base)
  })
})
