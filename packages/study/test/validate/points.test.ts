/** The points: every row of the facts and every curve is one, or says why not; what they name exists. */
import { InvalidInput, machineByName, machineNames } from "@isolde/core"
import { type AnyExperiment, experimentByName, parameterIssues } from "@isolde/workloads"
import { describe, expect, test } from "vitest"
import { published } from "../../src/published/published.ts"
import { allAggregates, allPoints } from "../../src/validate/all-points.ts"
import { idsIn, inexpressibleOf } from "../../src/validate/coverage.ts"
import { isWithin, publishedValue } from "../../src/validate/judge.ts"
import { tableId, termsOf } from "../../src/validate/point.ts"
import { runKey } from "../../src/validate/run-key.ts"
import { selected } from "../../src/validate/selection.ts"
import { validate, validationJson } from "../../src/validate/validate.ts"

const tables = published()

describe("coverage", () => {
  const taken = new Set(allPoints.map(tableId))
  const explained = inexpressibleOf(tables)
  const facts = [...tables.rows.values()].filter(({ id }) => !id.startsWith("m-"))

  test("every row of the facts and every curve has a point or a reason", () => {
    const reasons = new Set(explained.map(({ id }) => id))
    const missing = [...facts.map(({ id }) => id), ...tables.curves.keys()].filter(
      (id) => !taken.has(id) && !reasons.has(id)
    )
    expect(missing).toEqual([])
  })

  test("no row has two reasons, and every reason says something", () => {
    expect(new Set(explained.map(({ id }) => id)).size).toBe(explained.length)
    expect(explained.filter(({ reason }) => reason.length < 12)).toEqual([])
  })

  test("nothing that has a point has a reason for having none", () => {
    expect(explained.map(({ id }) => id).filter((id) => taken.has(id))).toEqual([])
  })

  test("a range is one of the tables' order", () => {
    expect(idsIn("b..d a", ["a", "b", "c", "d"])).toEqual(["b", "c", "d", "a"])
    expect(() => idsIn("d..b", ["a", "b", "c", "d"])).toThrow("d..b")
  })
})

describe("points", () => {
  test("have ids of their own, and published numbers that the tables have", () => {
    const ids = [...allPoints.map(({ id }) => id), ...allAggregates.map(({ id }) => id)]
    expect(new Set(ids).size).toBe(ids.length)
    for (const point of allPoints) expect(Number.isFinite(publishedValue(point, tables)), point.id).toBe(true)
  })

  test("have parameters that the rules of their experiments allow", () => {
    for (const point of allPoints) {
      for (const { experiment: name, machine, options, parameters } of termsOf(point)) {
        const experiment = experimentByName(name) as AnyExperiment
        const all = { ...experiment.defaults, ...parameters }
        expect(parameterIssues(experiment, all, machineByName(machine)(options ?? {})), point.id).toEqual([])
      }
    }
  })

  test("name experiments with their parameters, and readings that they have", () => {
    for (const point of allPoints) {
      for (const term of termsOf(point)) {
        const experiment = experimentByName(term.experiment)
        expect(experiment, `${point.id}: ${term.experiment}`).toBeDefined()
        expect(Object.keys(experiment?.parameters ?? {}), point.id).toEqual(
          expect.arrayContaining(Object.keys(term.parameters ?? {}))
        )
        const readings = experiment?.readings.map(({ name }) => name) ?? []
        const isKnown = readings.some((name) => name === term.reading || name.startsWith("N "))
        expect(isKnown, `${point.id}: ${term.reading}`).toBe(true)
        if (machineNames.includes(term.machine)) machineByName(term.machine)(term.options ?? {})
      }
    }
  })

  test("equal runs written in another order are one run", () => {
    const run = { machine: "skylake-sp", experiment: "copy", parameters: { bytes: 1, chunk: 2 } }
    expect(runKey(run)).toBe(runKey({ experiment: "copy", parameters: { chunk: 2, bytes: 1 }, machine: "skylake-sp" }))
    expect(runKey(run)).not.toBe(runKey({ ...run, options: { cores: 2 } }))
  })
})

describe("tolerances", () => {
  test("are percent below 100, and a factor from there on", () => {
    expect(isWithin(1.25, 25)).toBe(true)
    expect(isWithin(0.74, 25)).toBe(false)
    expect(isWithin(0.5, 100)).toBe(true)
    expect(isWithin(0.49, 100)).toBe(false)
    expect(isWithin(2, 100)).toBe(true)
  })
})

describe("a filter", () => {
  const idsOf = (only: string) => selected(only, allPoints, [], tables).points.map(({ id }) => id)

  test("chooses a point, all points of a row or curve, or a work", () => {
    expect(idsOf("F1a-08/1")).toEqual(["F1a-08/1"])
    expect(idsOf("F1a-08")).toEqual(["F1a-08/0", "F1a-08/1"])
    expect(idsOf("S-copy-arm").length).toBe(18)
    expect(idsOf("libmpk").length).toBeGreaterThan(70)
  })

  test.each(["", "F1a-99", "no such paper"])("%j fits nothing: bad input with the nearest ids", (only) => {
    expect(() => selected(only, allPoints, [], tables)).toThrow(InvalidInput)
    expect(() => selected(only, allPoints, [], tables)).toThrow(/^only: expected the id of a row, curve or point/)
  })
})

test("a small point from the tables to its status", async () => {
  const validation = await validate({ only: "F1a-08", threads: 1 })
  expect(validation.runs).toBe(3)
  expect(validation.points.map(({ id, published: wanted }) => [id, wanted])).toEqual([
    ["F1a-08/0", 26],
    ["F1a-08/1", 13.6]
  ])
  for (const { errorPercent, kind, published: wanted, simulated, status } of validation.points) {
    expect(errorPercent).toBeCloseTo(((simulated as number) / (wanted as number) - 1) * 100, 9)
    expect(kind).toBe("prediction")
    expect(status).toBe("pass")
  }
  const [first = {}] = validationJson(validation)
  expect(Object.keys(first)).toEqual([
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
}, 60_000)
