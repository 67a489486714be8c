/** The published tables: the reader, figures written in several ways, citations. */
import { describe, expect, test } from "vitest"
import { parseCsv } from "../../src/published/csv.ts"
import { citedIn, figureOf, figureText, sameFigure, takenIn } from "../../src/published/figure.ts"
import { numbersIn, published, rowsOf } from "../../src/published/published.ts"

describe("comma-separated values", () => {
  test("quoted fields hold commas, quotes and line ends", () => {
    expect(parseCsv('a,"b, c","say ""d"""\n\n1,"2\n3",')).toEqual([
      ["a", "b, c", 'say "d"'],
      ["1", "2\n3", ""]
    ])
  })

  test("a table with other columns, or a row with too few fields, is refused", () => {
    expect(() => rowsOf("t.csv", "id,value\nx,1\n")).toThrow("t.csv: expected the columns id,system")
    expect(() => rowsOf("t.csv", "id,system,quantity,value,unit,machine,source,confidence\nx,1\n")).toThrow("row 1")
  })
})

describe("the tables that ship", () => {
  test("have rows of facts, rows of machines, and curves with as many x as y", () => {
    const { curves, rows } = published()
    expect(rows.get("F1a-06")).toMatchObject({ value: "23.3", unit: "cycles", confidence: "verified" })
    expect(rows.get("m-036")?.system).toBe("Tiger Lake (Willow Cove)")
    expect(curves.size).toBeGreaterThan(20)
    for (const { id, x, y } of curves.values()) expect(y.length, id).toBe(x.length)
  })
})

describe("numbers in a cell", () => {
  test.each([
    ["26 / 13.6", [26, 13.6]],
    ["48.0 (42.8-56.2)", [48, 42.8, 56.2]],
    [".18/.19", [0.18, 0.19]],
    ["[2.98, 2.64]", [2.98, 2.64]],
    ["134 +/- 3", [134, 3]],
    ["~40 ; 49", [40, 49]],
    ["qualitative", []]
  ])("%s", (cell, numbers) => expect(numbersIn(cell)).toEqual(numbers))
})

describe("figures", () => {
  test.each([
    ["libmpk, ATC'19 Fig. 3", "libmpk ATC'19 Fig. 3"],
    ["derived from libmpk, ATC'19 Fig. 3", "libmpk ATC'19 Fig. 3"],
    ["libmpk, ATC'19 Table 1 (10 M reps, RDTSCP)", "libmpk, ATC'19 Table 1"],
    ["ATC24 Fig 10", "ATC'24 Fig. 10"],
    ["ATC24 §5.3 / Fig 10", "ATC'24 Fig. 10"],
    ["ATC24 §5.3", "ATC'24 sec. 5.3"],
    ["LATR, ASPLOS'18 Fig. 6", "LATR ASPLOS'18 Fig. 6"]
  ])("%s is that of %s", (x, y) => expect(sameFigure(figureOf(x), figureOf(y))).toBe(true))

  test("tables and figures of equal number differ, and so do works", () => {
    expect(sameFigure(figureOf("libmpk, ATC'19 Fig. 1"), figureOf("libmpk, ATC'19 Table 1"))).toBe(false)
    expect(sameFigure(figureOf("LATR ASPLOS'18 Fig. 6"), figureOf("ABIS ATC'17 Fig. 6"))).toBe(false)
  })

  test("a source without a figure is a work", () => {
    expect(figureText(figureOf("Chips and Cheese Sunny Cove (2022-06)"))).toBe("Chips and Cheese Sunny Cove")
  })
})

describe("citations", () => {
  const tables = published()

  test("are the ids of rows and curves that a source names", () => {
    expect(citedIn("m-300; m-303 recalls 12, S-copy-x86 and atc24-083", tables)).toEqual([
      "m-300",
      "m-303",
      "S-copy-x86",
      "atc24-083"
    ])
  })

  test("leave out where something was measured, and ids that no table has", () => {
    expect(citedIn("F1a-06 (machine)", tables)).toEqual([])
    expect(citedIn("m-999, F9-99", tables)).toEqual([])
  })

  test("that only compare take no value", () => {
    expect(takenIn("calibration: F1a-04 (1094.0 cycles; F1a-03 gives 1104.9); m-303 recalls 12", tables)).toEqual([
      "F1a-04"
    ])
    expect(citedIn("F1a-03 gives 1104.9", tables)).toEqual(["F1a-03"])
  })
})
