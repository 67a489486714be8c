/** What the package says of itself is so, and its README's example runs. */
import { RegionKind, simulate, tigerLake, Verb } from "@isolde/core"
import { describeDocuments, programWorkload } from "@isolde/testkit"
import { expect, test } from "vitest"
import { mpk } from "../src/index.ts"

describeDocuments(mpk, new URL("../", import.meta.url), { prefix: "MPK", count: 20 })

test("the README's example runs", () => {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [{ name: "private", kind: RegionKind.private, owner: 1 }],
    threads: (_memory, workers) =>
      Array.from({ length: workers }, () => ({ script: [{ verb: Verb.enter, from: 0, to: 1 }] }))
  })
  const machine = tigerLake({ cores: 4 })
  const run = simulate({ machine, mechanisms: [mpk({ synchronise: "interrupt" })], workload, seed: 1 })
  expect(run.summary.cycles).toBeGreaterThan(0)
})
