/** What the benchmark says of its samples, and how it answers wrong requests. */

import { simulate, skylakeSp } from "@isolde/core"
import { bench, benchText, mechanismNames } from "@isolde/study"
import { addressStreams } from "@isolde/study/bench/address-streams"
import { median, medians } from "@isolde/study/bench/figures"
import { hookCost, hookCosts } from "@isolde/study/bench/hooks"
import { streamWorkload } from "@isolde/study/bench/stream-workload"
import { describe, expect, test } from "vitest"

describe("the benchmark", () => {
  test("reports the middle of its rounds, by name", () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(medians([{ a: 1, b: 5 }, { a: 3 }, { a: 2, b: 7 }])).toEqual({ a: 2, b: 6 })
  })

  test("replays every access of a stream, each an instruction of its own", () => {
    const streams = addressStreams("mix", 2, 4_000)
    const workload = streamWorkload("mix", streams)
    const { summary } = simulate({ machine: skylakeSp({ cores: 2 }), mechanisms: [], workload })
    expect(summary.simulatedAccesses).toBe(4_000)
    expect(summary.instructions).toBe(4_000)
    expect(summary.faults).toBe(0)
  })

  test.each(mechanismNames)(
    "pairs accesses with %s loaded with the same accesses without it",
    async (name) => {
      const sample = await hookCost(name, 800)
      expect(Object.keys(sample)).toEqual([name, `${name}_baseline`, `${name}_ratio`])
      for (const value of Object.values(sample)) expect(value).toBeGreaterThan(0)
    },
    30_000
  )

  test("pairs them again once six mechanisms have run, and once all have", async () => {
    const sample = await hookCosts(800)
    expect(Object.keys(sample).filter((name) => !/_(baseline|ratio)$/.test(name))).toEqual([
      "loaded_1",
      "loaded_6",
      "loaded_all"
    ])
  }, 60_000)

  test("shows a figure beside its baseline and their ratio, and says why figures stand alone", () => {
    const engine = { hw_1e2: 20, hw_1e2_baseline: 50, hw_1e2_ratio: 0.4 }
    const text = benchText({ engine, memory: {}, recordings: {}, hooks: {}, traces: {}, alone: "no compiler" })
    expect(text).toContain("hw_1e2    20.0      50.0  0.400")
    expect(text).toContain("Figures stand alone: no compiler.")
    expect(text).not.toContain("memory")
  })

  test("refuses parts that it doesn't have and folders without baselines, all issues at once", async () => {
    await expect(bench({ recording: "", parts: ["engin"], rounds: 0 })).rejects.toThrow(
      /part: expected one of .*found "engin".*engine[\s\S]*rounds: expected a whole number of at least 1, found 0/
    )
    await expect(bench({ recording: "", parts: ["engine"], baseline: "/nonexistent" })).rejects.toThrow(
      "baseline: expected a folder with hold.cpp"
    )
  })
})
