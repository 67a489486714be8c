/** Running ahead changes no measured region (law L2), nor does a second run. */
import { machineByName, simulate } from "@isolde/core"
import { describe, expect, test } from "vitest"
import { experimentByName } from "../../src/experiments/catalogue.ts"
import type { Parameters } from "../../src/experiments/experiment.ts"

const cases: ReadonlyArray<readonly [string, Parameters, number]> = [
  ["contended-atomic", { cores: 4, operations: 64 }, 4],
  ["permission-synchronisation", { threads: 4, rounds: 3 }, 4],
  ["protect-pages", { step: 8, steps: 3, contiguous: false }, 1],
  ["streaming-bandwidth", { cores: 2, bytes: 32_768, kind: "write" }, 2],
  ["load-latency", { bytes: 262_144, order: "random" }, 1]
]

describe.each(cases)("%s", (name, chosen, cores) => {
  const experiment = experimentByName(name)
  const requestsOf = (runAhead: boolean) => {
    const parameters = { ...experiment?.defaults, ...chosen }
    const scenario = experiment?.scenario(machineByName("skylake-sp")({ cores }), parameters, [])
    if (scenario === undefined) throw new Error(`no experiment ${name}`)
    return simulate({ ...scenario, runAhead }).requests
  }

  test("its requests are the same with and without running ahead, and once more", () => {
    const requests = requestsOf(true)
    expect(requests.count).toBeGreaterThan(0)
    expect(requestsOf(false)).toEqual(requests)
    expect(requestsOf(true)).toEqual(requests)
  })
})
