/** `isolde validate` and `isolde study machine`: documents on stdout, bad input with the nearest names. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { isolde } from "./isolde-process.ts"
import { scratchFolder } from "./scratch-folder.ts"

const folder = scratchFolder()

describe("isolde validate", () => {
  test("prints an array with exactly the keys of a point", async () => {
    const { code, stdout } = await isolde(["validate", "--only", "F1a-06", "--json"])
    const [point, ...rest] = JSON.parse(stdout) as ReadonlyArray<Record<string, unknown>>
    expect(rest).toEqual([])
    expect(Object.keys(point ?? {})).toEqual([
      "id",
      "source",
      "figure",
      "kind",
      "published",
      "simulated",
      "unit",
      "errorPercent",
      "tolerancePercent",
      "status"
    ])
    expect(point).toMatchObject({ id: "F1a-06", published: 23.3, unit: "cycles", kind: "calibration", status: "pass" })
    expect(code).toBe(0)
  }, 60_000)

  test("says why a row is no point", async () => {
    const { stdout } = await isolde(["validate", "--only", "pac-001"])
    expect(stdout).toContain("taken by the model as a parameter, so no outcome: pac-001")
    expect(stdout).toContain("1 inexpressible")
  }, 60_000)

  test("refuses a filter that fits nothing", async () => {
    const { code, stderr, stdout } = await isolde(["validate", "--only", "F1a-066"])
    expect(stderr).toContain('only: expected the id of a row, curve or point, or a part of a source, found "F1a-066"')
    expect(stderr).toContain("F1a-06")
    expect(stdout).toBe("")
    expect(code).toBe(2)
  }, 60_000)
})

describe("isolde study machine", () => {
  test("refuses a machine that the catalogue doesn't have", async () => {
    const { code, stderr, stdout } = await isolde(["study", "machine", "--machine", "tigerlake"])
    expect(stderr).toContain('found "tigerlake". Nearest names: tiger-lake')
    expect(stdout).toBe("")
    expect(code).toBe(2)
    expect(existsSync(join(folder, "page.html"))).toBe(false)
  }, 60_000)
})

describe("isolde study experiment", () => {
  test("prints a run for each value as JSON", async () => {
    const { code, stdout } = await isolde(["study", "experiment", "system-call", "--set", "calls=4,8", "--json"])
    const { runs } = JSON.parse(stdout) as { runs: ReadonlyArray<Record<string, unknown>> }
    expect(runs.map(({ mechanism, parameters, readings }) => [mechanism, parameters, readings])).toEqual([
      ["none", { calls: 4 }, { ticks: 136 }],
      ["none", { calls: 8 }, { ticks: 136 }]
    ])
    expect(code).toBe(0)
  }, 60_000)
})

test("every figure of a machine has its numbers under it", async () => {
  const { machinePage } = await import("@isolde/study")
  const table = {
    id: "copy",
    title: "Copying",
    caption: "",
    xLabel: "bytes",
    x: [16, 2048],
    xText: "bytes",
    logX: true,
    logY: true,
    unit: "cycles",
    series: [{ name: "copy", values: [7.25, null] }]
  } as const
  const page = machinePage({ machine: "m", cores: 1, clock: 2, tables: [table], failed: ["a run"] })
  expect(page).toContain('id="copy"')
  expect(page).toMatch(/16 B<\/td><td class="right">7.25<\/td>/)
  expect(page).toMatch(/2 KB<\/td><td class="right">–<\/td>/)
  expect(page).toContain("failed: a run")
})
