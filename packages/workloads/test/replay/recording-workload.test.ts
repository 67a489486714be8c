import { InvalidInput, simulate, tigerLake } from "@isolde/core"
import { Entry, Pages } from "@isolde/core/memory/pages"
import { recordingWorkload } from "@isolde/workloads"
import { describe, expect, test } from "vitest"
import { isolation, recording } from "./nginx.ts"

describe("a recording as a workload", () => {
  test("a replay executes every instruction and access, invokes every activation, and faults nowhere", () => {
    const workload = recordingWorkload(recording, { ...isolation, exchange: "borrow" })
    const { summary } = simulate({ machine: tigerLake(), mechanisms: [], workload, workers: 1, seed: 1 })
    expect(summary.instructions).toBe(recording.instructionCount)
    expect(summary.simulatedAccesses).toBe(recording.accessCount)
    expect(summary.invocations).toBe(workload.activations)
    expect(summary.faults).toBe(0)
    const slots = Object.values(summary.slots).reduce((sum, count) => sum + count, 0)
    expect(slots).toBe(summary.cycles * summary.slotsPerCycle)
  })

  test("workers share constants and have everything written to themselves", () => {
    const workload = recordingWorkload(recording, { ...isolation, exchange: "share" })
    const pages = new Pages("contiguous", 1)
    const placement = workload.place(pages, 2, 1)
    const written = (worker: number) =>
      new Set(
        placement.regions
          .filter((region) => region.worker === worker)
          .flatMap(({ extents }) => extents.map(([page]) => page))
      )
    const first = written(0)
    expect(first.size).toBeGreaterThan(100)
    for (const page of written(1)) expect(first.has(page)).toBe(false)
    for (const page of first) expect((pages.entry[page] as number) & Entry.writable).toBe(Entry.writable)
  })

  test("an object that the recording doesn't have is refused with the nearest names", () => {
    const wrong = { isolate: { crypto: ["libcripto.so.3"] }, shared: [], exchange: "share" } as const
    expect(() => recordingWorkload(recording, wrong)).toThrow(InvalidInput)
    expect(() => recordingWorkload(recording, wrong)).toThrow(/libcrypto\.so\.3/)
  })
})
