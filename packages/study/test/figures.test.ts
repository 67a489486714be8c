import { causeNames } from "@isolde/core/processor/cause"
import { baselineOf, type Comparison, isolatedRuns } from "@isolde/study/comparison"
import { accountingFigure } from "@isolde/study/plot/accounting"
import { causeColours, causeText } from "@isolde/study/plot/colours"
import { comparisonFigures } from "@isolde/study/plot/comparison-figures"
import { costExposureFigure } from "@isolde/study/plot/cost-exposure"
import type { Figure } from "@isolde/study/plot/figure"
import { invocationCyclesFigure } from "@isolde/study/plot/invocation-cycles"
import { logScale } from "@isolde/study/plot/log-scale"
import { overheadFigure } from "@isolde/study/plot/overhead"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { sampleComparison } from "./sample-comparison.ts"

const valuesOf = (figure: Figure, axis: "x" | "y"): Array<unknown> =>
  figure.traces.flatMap((trace) => [...((trace[axis] ?? []) as ReadonlyArray<unknown>)])
const sorted = (values: ReadonlyArray<unknown>): Array<number> =>
  values.filter((value) => typeof value === "number").sort((x, y) => x - y)

describe("every figure", () => {
  test.each(comparisonFigures(sampleComparison))("$id is plain data and its axes are all in its layout", (figure) => {
    expect(JSON.parse(JSON.stringify(figure))).toEqual(figure)
    for (const trace of figure.traces) {
      const places = [trace.xaxis, trace.yaxis].map((axis) => axis?.replace(/^([xy])/, "$1axis"))
      for (const place of places) expect(figure.layout).toHaveProperty(place ?? "nothing")
      expect(trace.x?.length).toBe(trace.y?.length)
    }
    expect(figure.layout.annotations?.map(({ text }) => text)).toEqual(["<b>1 core</b>", "<b>4 cores</b>"])
  })

  test("ids are unique and fit into an attribute", () => {
    const ids = comparisonFigures(sampleComparison).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z-]+$/)
  })

  test.each([
    ["nothing", { runs: [], refused: [] }],
    ["none alone", { runs: sampleComparison.runs.filter((run) => run.mechanism === "none"), refused: [] }],
    ["one run without its none", { runs: sampleComparison.runs.slice(1, 2), refused: [] }],
    [
      "eight core counts",
      {
        runs: [1, 2, 3, 4, 5, 6, 7, 8].flatMap((cores) =>
          sampleComparison.runs.slice(0, 2).map((run) => ({ ...run, cores }))
        ),
        refused: []
      }
    ]
  ] satisfies Array<[string, Comparison]>)("a comparison of %s has figures of finite numbers", (_, comparison) => {
    for (const figure of comparisonFigures(comparison)) {
      const { height } = figure.layout
      expect(Number.isFinite(height)).toBe(true)
      const domains = Object.entries(figure.layout).filter(([key]) => /^[xy]axis/.test(key))
      for (const [, axis] of domains)
        for (const part of (axis as { domain: Array<number> }).domain) expect(part >= 0 && part <= 1).toBe(true)
      for (const axis of ["x", "y"] as const)
        for (const value of valuesOf(figure, axis))
          if (typeof value === "number") expect(Number.isFinite(value)).toBe(true)
    }
  })
})

describe("the figure of overheads", () => {
  test("has a bar for every run, a cross for every refusal, and marks what is hypothetical", () => {
    const figure = overheadFigure(sampleComparison)
    const texts = figure.traces.flatMap((trace) => trace.text as Array<string>)
    const refused = sampleComparison.refused.length * 2
    expect(texts.filter((text) => text === "✕").length).toBe(refused)
    expect(sorted(valuesOf(figure, "y").filter((value) => value !== 0))).toEqual(
      sorted(isolatedRuns(sampleComparison).map((run) => run.overheadPercent))
    )
    const hypothetical = sampleComparison.runs.filter((run) => run.hypothetical && run.mechanism !== "none").length
    expect(texts.filter((text) => text.endsWith(" *")).length).toBe(hypothetical)
  })

  test("shows a run that got faster below zero", () => {
    const runs = sampleComparison.runs.map((run) => ({ ...run, overheadPercent: -3 }))
    const { layout } = overheadFigure({ runs, refused: [] })
    expect(Math.min(...(layout.yaxis?.range ?? []))).toBeLessThan(-3)
  })
})

describe("the figure of where the cycles went", () => {
  test("has bars as long as the runs are, measured by none", () => {
    const figure = accountingFigure(sampleComparison)
    const run = sampleComparison.runs.find(
      (each) => each.mechanism === "mpk" && each.exchange === "borrow" && each.cores === 4
    )
    const base = baselineOf(sampleComparison, run as NonNullable<typeof run>)
    const length = figure.traces
      .filter((trace) => trace.xaxis === "x2")
      .map((trace) => (trace.x as Array<number>)[(trace.y as Array<string>).indexOf("mpk · borrow")] as number)
      .reduce((sum, part) => sum + part, 0)
    expect(length).toBeCloseTo(((run?.cycles ?? 0) / (base?.cycles ?? 1)) * 100, 6)
  })

  test("every cause of the simulator has a colour of its own", () => {
    const colours = causeNames.map((cause) => causeColours[cause])
    expect(colours.every((colour) => /^#[0-9a-f]{6}$/.test(colour ?? ""))).toBe(true)
    expect(new Set(colours).size).toBe(causeNames.length)
    expect(["pageWalk", "llc", "l1", "kernel"].map(causeText)).toEqual(["page walk", "LLC", "L1", "kernel"])
  })
})

describe("the figures on logarithmic axes", () => {
  test("cycles per invocation show both percentiles of every run that passed a gate", () => {
    const figure = invocationCyclesFigure(sampleComparison)
    const markers = figure.traces.filter((trace) => trace.mode === "markers")
    const shown = markers.flatMap((trace) => [...(trace.x as Array<number>)])
    const runs = isolatedRuns(sampleComparison)
    expect(sorted(shown)).toEqual(sorted(runs.flatMap(({ cyclesPerInvocation: { p50, p99 } }) => [p50, p99])))
  })

  test("cost against exposure has a named point for every run, and a place for no exposure", () => {
    const figure = costExposureFigure(sampleComparison)
    const names = figure.traces.flatMap((trace) => trace.text as Array<string>)
    expect(names.length).toBe(isolatedRuns(sampleComparison).length)
    expect(names).toContain("cheri · borrow")
    expect(figure.layout.xaxis?.ticktext?.[0]).toBe("0")
    expect(figure.layout.yaxis?.type).toBe("log")
  })

  test("cost is linear as soon as one run isn't slower than none", () => {
    const runs = sampleComparison.runs.map((run, i) => (i === 1 ? { ...run, overheadPercent: -0.2 } : run))
    expect(costExposureFigure({ runs, refused: [] }).layout.yaxis?.type).toBeUndefined()
  })

  test("a logarithmic scale keeps the order, holds every value in its range, and has ticks", () => {
    const amounts = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 1e15, noNaN: true })), {
      minLength: 1
    })
    fc.assert(
      fc.property(amounts, (values) => {
        const { place, axis } = logScale(values)
        const [from, to] = axis.range as [number, number]
        const ticks = axis.tickvals as Array<number>
        const ordered = [...values].sort((x, y) => x - y)
        for (const [i, value] of ordered.entries()) {
          const at = Math.log10(place(value))
          expect(at >= from && at <= to).toBe(true)
          if (i > 0 && value > (ordered[i - 1] as number))
            expect(place(value)).toBeGreaterThan(place(ordered[i - 1] as number))
        }
        expect(ticks.length).toBe(axis.ticktext?.length)
        expect(ticks.length).toBeGreaterThan(0)
        expect(ticks.length).toBeLessThan(14)
        expect(axis.ticktext?.includes("0")).toBe(values.includes(0))
      })
    )
  })
})
