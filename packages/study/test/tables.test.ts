import type { Comparison, ComparisonRun } from "@isolde/study/comparison"
import { accountingTable } from "@isolde/study/report/accounting-table"
import { comparisonTable } from "@isolde/study/report/comparison-table"
import { textTable, wrapped } from "@isolde/study/report/text-table"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { sampleComparison } from "./sample-comparison.ts"

const some = (...runs: ReadonlyArray<ComparisonRun>): Comparison => ({ runs, refused: sampleComparison.refused })
const [none, share, borrow] = sampleComparison.runs as [ComparisonRun, ComparisonRun, ComparisonRun]
const widthOf = (text: string): number => Math.max(...text.split("\n").map((line) => line.length))

const results = `
                                                 cyc/inv.  cyc/inv.      bytes   added               exposure,
mechanism  policy  cores  overhead  invocations       p50       p99  exchanged  instr.  interrupts  B × cycles
──────────────────────────────────────────────────────────────────────────────────────────────────────────────
none       –           1         –       20,114         –         –          –       0           0      41.0 T
mpk        share       1   +4.31 %       20,114       142       611          0   712 k           0      84.0 G
mpk        borrow      1   +31.8 %       20,114     1,904     9,210     18.3 M  5.91 M           0      2.10 G
Machines: tiger-lake (none, mpk).
Refused:
  ept · borrow: A page belongs to the lists that name it; to take it from the caller for the time of a call is an edit
    of the list by the hypervisor, which this configuration has not (edits: none).
  mte · share: A granule has one tag, so two domains with different tags can't both reach it.`

const accounting = `
1 core
                       mpk     mpk
cause          none  share  borrow
──────────────────────────────────
application    41.2   41.2    41.2
execute        14.3   14.3    14.3
front end      13.1   13.6    13.1
mispredict      8.8    8.8     8.8
L2              6.1    6.1     6.1
kernel            ·      ·    15.9
L1              5.2    5.2     5.2
LLC             4.8    4.8     4.8
DRAM            4.1    4.1     4.1
page walk       1.1    1.1     6.4
serialise       0.2    2.6     5.5
interrupt         ·      ·     2.6
lock wait         ·      ·     2.6
store buffer    0.8    0.8     0.8
gate              ·    1.4       ·
rest            0.3    0.3     0.3
──────────────────────────────────
total         100.0  104.3   131.8`

describe("tables for a terminal", () => {
  test("results are aligned, with machines and refusals below", () => {
    expect(`\n${comparisonTable(some(none, share, borrow))}`).toBe(results)
  })

  test("the accounting has a row per cause and a column per run, and adds up", () => {
    expect(accountingTable(some(none, share, borrow))).toContain(accounting)
  })

  test("the main job fits into 120 columns", () => {
    expect(widthOf(comparisonTable(sampleComparison))).toBeLessThanOrEqual(120)
    expect(widthOf(accountingTable(sampleComparison))).toBeLessThanOrEqual(120)
  })

  test("marks are explained if and only if they are used", () => {
    const text = comparisonTable(sampleComparison)
    expect(text).toContain("mte*")
    expect(text).toContain("* hypothetical: the machine")
    expect(text).not.toContain("~")
    const assumed = comparisonTable(some(none, { ...share, dependences: "assumed" }))
    expect(assumed).toContain("mpk~")
    expect(assumed).toContain("~ register dependences are assumed")
    expect(assumed).not.toContain("hypothetical")
  })

  test("runs that don't fit beside each other go below, and none is left out", () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ ...share, mechanism: `m${i}` }))
    const text = accountingTable(some(none, ...many))
    expect(widthOf(text)).toBeLessThanOrEqual(120)
    for (const { mechanism } of many) expect(text).toMatch(new RegExp(`\\b${mechanism}\\b`))
    expect(text.match(/^total/gm)?.length).toBeGreaterThan(1)
  })

  test("an empty comparison has tables without rows", () => {
    expect(comparisonTable({ runs: [], refused: [] }).split("\n").length).toBe(3)
    expect(accountingTable({ runs: [], refused: [] })).toContain("Where the cycles went")
  })
})

describe("text", () => {
  test("cells of a column end or begin at the same place", () => {
    const columns = [
      { heading: ["name"], align: "left" as const },
      { heading: ["many", "cells"], align: "right" as const }
    ]
    expect(textTable(columns, [[["a", "1"]], [], [["bcdef", "1000000"]]]).split("\n")).toEqual([
      "          many",
      "name     cells",
      "──────────────",
      "a            1",
      "──────────────",
      "bcdef  1000000"
    ])
  })

  test("wrapping changes blanks and line ends only, and no line is wider than it must be", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 })
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 60 }), (all, width) => {
        const lines = wrapped(all.join(" "), width, 2, 4).split("\n")
        expect(lines.flatMap((line) => line.trim().split(/ +/))).toEqual(all)
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width)
        for (const [i, line] of lines.entries()) expect(/^ */.exec(line)?.[0].length).toBe(i === 0 ? 2 : 4)
      })
    )
  })
})
