/** Experiments from text: machines with options, parameters with values, and every combination of them. */
import { InvalidInput } from "@isolde/core"
import { experimentByName } from "@isolde/workloads"
import { describe, expect, test } from "vitest"
import { chosenParameters } from "../../src/experiment/chosen-parameters.ts"
import { experimentsText, experimentText } from "../../src/experiment/experiment-text.ts"
import { machineByText } from "../../src/experiment/machine-by-text.ts"
import { listedExperiments, studyExperiment } from "../../src/experiment/study-experiment.ts"

const chosen = (name: string, ...settings: ReadonlyArray<string>) => {
  const experiment = experimentByName(name)
  if (experiment === undefined) throw new Error(`no experiment ${name}`)
  return chosenParameters(experiment, settings)
}

describe("a machine in text", () => {
  test("has options behind colons, and what an option holds behind a dot", () => {
    expect(machineByText("haswell-ep")).toEqual({ machine: "haswell-ep" })
    expect(machineByText("haswell-ep:cores=4:clock=turbo:kernel.pageTableIsolation=true")).toEqual({
      machine: "haswell-ep",
      options: { cores: 4, clock: "turbo", kernel: { pageTableIsolation: true } }
    })
    expect(
      machineByText("zen-3:overrides.interrupt.send=100:shootdown=interrupt:shootdownOptimisations=early+concurrent")
    ).toMatchObject({
      options: { overrides: { interrupt: { send: 100 } }, shootdownOptimisations: ["early", "concurrent"] }
    })
    expect(machineByText("haswell-ep:kernel.version=4.10").options).toEqual({ kernel: { version: "4.10" } })
  })

  test.each(["haswell-eq", "haswell-ep:cores", "haswell-ep:cors=4"])("%s is bad input", (text) => {
    expect(() => machineByText(text)).toThrow(InvalidInput)
  })
})

describe("parameters in text", () => {
  test("make a run for each combination of values, of the kinds of their defaults", () => {
    expect(chosen("polled-call", "batch=1,4", "nested=false", "callee=other")).toEqual([
      { batch: 1, nested: false, callee: "other" },
      { batch: 4, nested: false, callee: "other" }
    ])
    expect(chosen("load-latency", "bytes=64K", "bytes=2M")).toEqual([{ bytes: 65_536 }, { bytes: 2_097_152 }])
    expect(chosen("invocation")).toEqual([{}])
  })

  test("keep a text with its commas", () => {
    expect(chosen("network-functions", "functions=120,235+16M")).toEqual([{ functions: "120,235+16M" }])
  })

  test("have several values of a text that is one of a few", () => {
    expect(chosen("polled-call", "callee=sibling,other")).toEqual([{ callee: "sibling" }, { callee: "other" }])
  })

  test.each([
    ["copy", "bytes=-16", /set\.bytes: expected a power of two, at least 16, found -16/],
    ["copy", "bytes=100", /set\.bytes: expected a power of two/],
    ["copy", "routine=memmove", /set\.routine: expected one of string, vector, wide, non-temporal, pairs/],
    ["pass-buffer", "written=101", /set\.written: expected a whole number from 0 to 100, found 101/],
    ["contended-atomic", "operations=0", /set\.operations: expected a whole number, at least 1, found 0/],
    ["streaming-bandwidth", "bytes=100", /set\.bytes: expected a multiple of 256, found 100/],
    ["linked-objects", "bytes=8K", /set\.every: expected at least bytes, 8192, found 4096/]
  ])("of %s refuse %s", (name, setting, message) => {
    expect(() => chosen(name, setting)).toThrow(message)
  })

  test("are answered once, however many runs have the same wrong value", () => {
    expect(() => chosen("pass-buffer", "bytes=0", "rounds=1,2,3")).toThrow(/^set\.bytes[^\n]*$/)
  })

  test("are answered all at once where they make no sense", () => {
    expect(() => chosen("polled-call", "bach=1", "words=many", "nested=no")).toThrow(
      /batch[\s\S]*set\.words[\s\S]*set\.nested/
    )
  })
})

describe("a study of an experiment", () => {
  test("has threads take turns on one hardware thread of many, whatever the mechanism", async () => {
    const { runs } = await studyExperiment({
      experiment: "context-switch",
      machines: ["skylake-sp:cores=2"],
      mechanisms: ["mpk", "cheri"],
      settings: ["threads=4"]
    })
    expect(runs.map(({ failed }) => failed)).toEqual([undefined, undefined])
    for (const { readings } of runs) expect(readings?.ticks).toBeGreaterThan(0)
  })

  test("has a run for each machine, mechanism and value, in this order, and says what failed", async () => {
    const study = await studyExperiment({
      experiment: "invocation",
      machines: ["tiger-lake:cores=1"],
      mechanisms: ["none", "mpk:cet=false"],
      settings: ["chain=1,40", "rounds=2"]
    })
    expect(study.runs.map(({ mechanism, parameters }) => [mechanism, parameters.chain])).toEqual([
      ["none", 1],
      ["none", 40],
      ["mpk:cet=false", 1],
      ["mpk:cet=false", 40]
    ])
    expect(study.runs[0]?.clock).toBe(2.8)
    expect(study.runs[0]?.readings?.ticks).toBeLessThan(20)
    expect(study.runs[2]?.readings?.ticks).toBeGreaterThan(20)
    // Forty domains are more than there are keys.
    expect(study.runs[3]).toMatchObject({ readings: null })
    expect(study.runs[3]?.failed).toContain("domains")
    expect(experimentText(study)).toContain("failed: ")
  }, 60_000)

  test("of no experiment names the nearest", async () => {
    const request = { experiment: "invocations", machines: ["tiger-lake"], mechanisms: ["none"], settings: [] }
    await expect(studyExperiment(request)).rejects.toThrow("Nearest names: invocation")
  })

  test("can be of all that the list shows, with every parameter explained", () => {
    for (const { parameters } of listedExperiments())
      for (const parameter of parameters) expect(parameter.meaning.length).toBeGreaterThan(8)
    expect(experimentsText(listedExperiments())).toContain("network-functions: ")
  })
})
