/** Kinds of points, on tables written by hand. */

import { skylakeSp } from "@isolde/core"
import { mpk } from "@isolde/mpk"
import { describe, expect, test } from "vitest"
import { figureOf } from "../../src/published/figure.ts"
import type { Published, PublishedRow } from "../../src/published/published.ts"
import { overCalibrated, type PointFacts } from "../../src/validate/facts.ts"
import { citedBy, kindOf, machineSources, mechanismSources } from "../../src/validate/kind.ts"
import { type Point, rowPoint } from "../../src/validate/point.ts"

const row = (id: string, source: string): PublishedRow => ({
  id,
  system: "",
  quantity: "",
  value: "1",
  unit: "cycles",
  machine: "",
  source,
  confidence: "verified"
})

const rows = [
  row("F1a-01", "libmpk, ATC'19 Fig. 3"),
  row("F1a-02", "derived from libmpk ATC'19 Fig. 3"),
  row("F1a-03", "libmpk, ATC'19 Fig. 3"),
  row("F1a-04", "libmpk, ATC'19 Table 1")
]
const tables: Published = { rows: new Map(rows.map((each) => [each.id, each])), curves: new Map() }

describe("VK1", () => {
  const figure = figureOf("libmpk ATC'19 Fig. 3")

  test("a figure of which a parameter cites any row is a calibration, however the row writes it", () => {
    expect(kindOf(figure, citedBy(["calibration: F1a-02, one core"], tables), tables)).toBe("calibration")
  })

  test("another figure of the same work, or none, is a prediction", () => {
    expect(kindOf(figure, citedBy(["F1a-04"], tables), tables)).toBe("prediction")
    expect(kindOf(figure, citedBy(["assumed: as others"], tables), tables)).toBe("prediction")
  })

  test("a parameter that the run overrides is not read", () => {
    const sources = machineSources(skylakeSp({ overrides: { l1d: { latency: 9 } } }))
    const all = machineSources(skylakeSp())
    expect(all.filter((source) => source === "m-269").length).toBe(
      1 + sources.filter((source) => source === "m-269").length
    )
  })

  test("a quantity that the run configures is not read either", () => {
    const [all, configured] = [
      mechanismSources(mpk as never, undefined),
      mechanismSources(mpk as never, { wrpkru: 23 })
    ]
    expect(all.some((source) => source.includes("F1a-06"))).toBe(true)
    expect(configured.some((source) => source.includes("F1a-06"))).toBe(false)
  })
})

describe("VK2", () => {
  const facts = (cited: ReadonlyArray<string>) =>
    new Map<Point, PointFacts>(
      rows.map(({ id, source }) => [
        rowPoint(id, { unit: "cycles", terms: [], tolerancePercent: 1 }),
        { figure: figureOf(source), source, machine: "skylake-sp", cited: new Set(cited), taken: new Set(cited) }
      ])
    )

  test("two points of a figure may calibrate, beside others of the same work", () => {
    expect(overCalibrated(facts(["F1a-01", "F1a-02", "F1a-04"]), tables)).toEqual([])
  })

  test("a third is reported with all three", () => {
    expect(overCalibrated(facts(["F1a-01", "F1a-02", "F1a-03"]), tables)).toEqual([
      { figure: "libmpk, ATC'19, Fig. 3", machine: "skylake-sp", points: ["F1a-01", "F1a-02", "F1a-03"] }
    ])
  })
})
