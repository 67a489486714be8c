/** Threads that a workload pins: a mechanism knows how many there may be before they say where they run (SY2). */
import { InvalidInput, type Workload } from "@isolde/core"
import { Verb } from "@isolde/core/isolation/operation-script"
import { observe, programWorkload, tinyMachine } from "@isolde/testkit"
import { expect, test } from "vitest"
import { mpk } from "../src/index.ts"

const plans = programWorkload({
  domains: ["application"],
  regions: [],
  threads: () => [0, 0, 0].map((thread) => ({ thread, script: [{ verb: Verb.compute, bytes: 4 }] }))
})
const announcing = (turns: number | undefined): Workload => ({
  ...plans,
  place: (...of) => ({ ...plans.place(...of), ...(turns === undefined ? {} : { turns }) })
})
const run = (turns: number | undefined) =>
  observe({
    machine: tinyMachine({ base: "tiger-lake", cores: 2 }),
    mechanisms: [mpk()],
    workload: announcing(turns),
    workers: 3
  })

test("three threads of one hardware thread are two that wait, and a workload that says fewer is told so", () => {
  expect(run(2).system.used).toEqual([0])
  for (const turns of [1, undefined])
    expect(() => run(turns)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: "workload.place.turns", actual: "1" })] })
    )
  expect(() => run(1)).toThrow(InvalidInput)
})
