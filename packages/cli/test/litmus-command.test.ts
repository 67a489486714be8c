/** `isolde litmus`: rows as JSON, mutants, and names that nobody knows. */
import { describe, expect, test } from "vitest"
import { isolde } from "./isolde-process.ts"

interface Row {
  readonly test: string
  readonly family: string
  readonly mechanism: string
  readonly outcomes: ReadonlyArray<string>
  readonly golden: ReadonlyArray<string>
  readonly schedules: number
  readonly bounded: boolean
  readonly status: string
}

describe("isolde litmus", () => {
  test("prints a row for each test and mechanism asked for", async () => {
    const { code, stdout } = await isolde(["litmus", "--mechanism", "pac", "--family", "delegation", "--json"])
    expect(code).toBe(0)
    const rows = JSON.parse(stdout) as ReadonlyArray<Row>
    expect(rows.map((row) => `${row.test} ${row.mechanism} ${row.status}`)).toEqual([
      "moved-on pac pass",
      "two-grantees pac pass"
    ])
    for (const row of rows)
      expect(row).toMatchObject({ family: "delegation", bounded: false, outcomes: [expect.any(String)] })
  })

  test("explores many rows on threads, and prints them in the order of the files", async () => {
    const { code, stdout } = await isolde(["litmus", "--family", "imprecise", "--json"])
    expect(code).toBe(0)
    const rows = JSON.parse(stdout) as ReadonlyArray<Row>
    expect(rows.length).toBeGreaterThan(12)
    const tests = rows.map((row) => row.test)
    expect(tests).toEqual([...tests].sort())
    expect(rows.every((row) => row.status === "pass")).toBe(true)
  })

  test("under a mutant ends with 0 if a test notices it", async () => {
    const { code, stdout } = await isolde([
      "litmus",
      "--mutant",
      "mover-keeps-its-right",
      "--family",
      "move-then-use",
      "--json"
    ])
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as ReadonlyArray<Row>).some((row) => row.status === "fail")).toBe(true)
  })

  test("lists at least twenty mutants", async () => {
    const { code, stdout } = await isolde(["litmus", "--mutants", "--json"])
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as ReadonlyArray<unknown>).length).toBeGreaterThanOrEqual(20)
  })

  test.each([
    ["--mechanism", "mpl", "Did you mean mpk?"],
    ["--family", "in-fligt", "Did you mean in-flight?"],
    ["--mutant", "invept-left", "Did you mean invept-left-out?"]
  ])("refuses %s %s with the nearest name", async (flag, name, remedy) => {
    const { code, stderr, stdout } = await isolde(["litmus", flag, name])
    expect(code).toBe(2)
    expect(stdout).toBe("")
    expect(stderr).toContain(`${flag}: expected one of`)
    expect(stderr).toContain(remedy)
  })
})
