/** The README's table of parameters is the schema's, and its example runs. */
import { readdirSync, readFileSync } from "node:fs"
import { listQuantities, RegionKind, simulate, tigerLake, Verb } from "@isolde/core"
import { programWorkload } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mpk } from "../src/index.ts"

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8")

describe("the package's documents", () => {
  test("the README gives default, unit, range and source of every quantity", () => {
    const rows = read("README.md")
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()))
    const quantities = listQuantities(mpk)
    expect(quantities.length).toBeGreaterThan(3)
    for (const { default: value, name, range, source, unit } of quantities) {
      const row = rows.find((cells) => cells[1] === `\`${name}\``)
      expect(row?.slice(2, 6), name).toEqual([String(value), unit, range?.join("–"), source])
    }
  })

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

  test("every rule that code and tests cite stands in SPEC.md", () => {
    const files = readdirSync(new URL("../src", import.meta.url)).map((name) => `src/${name}`)
    const cited = new Set(files.flatMap((file) => read(file).match(/MPK\d+/g) ?? []))
    expect(cited.size).toBeGreaterThan(15)
    for (const rule of cited) expect(read("SPEC.md")).toMatch(new RegExp(`^\\| ${rule} +\\|`, "m"))
  })
})
