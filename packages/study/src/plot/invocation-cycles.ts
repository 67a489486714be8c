/**
 * Cycles per invocation, median and 99th percentile, on a logarithmic axis.
 * Law: only runs that passed a gate are shown; a mechanism without gates has no cycles per invocation.
 */
import { type Comparison, type ComparisonRun, isolatedRuns, orderedRuns, runName } from "../comparison.ts"
import { groupedText } from "../number-text.ts"
import { policyColour } from "./colours.ts"
import type { Figure, Plot } from "./figure.ts"
import { logScale } from "./log-scale.ts"
import { axisTitle, type Panel, panelLayout, panelsOf } from "./panels.ts"

export function invocationCyclesFigure(comparison: Comparison): Figure {
  const isolated = new Set(isolatedRuns(comparison))
  const runs = orderedRuns(comparison).filter((run) => isolated.has(run) && run.cyclesPerInvocation.p99 > 0)
  const policies = [...new Set(isolatedRuns(comparison).map((run) => run.exchange))]
  const panels = panelsOf(comparison)
  const names = [...new Set(runs.map((run) => runName(comparison, run)))]
  const scale = logScale(
    runs.flatMap((run) => [run.cyclesPerInvocation.p50, run.cyclesPerInvocation.p99]),
    groupedText
  )
  const traces = panels.flatMap((panel) =>
    policies.flatMap((policy, i) => {
      const here = runs.filter((run) => run.cores === panel.cores && run.exchange === policy)
      return dumbbells(comparison, panel, policy, here, policyColour(i))
    })
  )
  const layout = panelLayout(
    panels,
    { columns: 2, height: Math.max(140, names.length * 26) },
    { ...scale.axis, title: axisTitle("cycles per invocation") },
    { type: "category", categoryorder: "array", categoryarray: [...names].reverse(), automargin: true }
  )
  return {
    id: "invocation-cycles",
    title: "Cycles per invocation",
    caption:
      "From the dispatch of the gate's first instruction to that of the callee's first, plus the same on the way " +
      "back. Filled: the median; open: the 99th percentile.",
    traces,
    layout
  }
}

function dumbbells(
  comparison: Comparison,
  panel: Panel,
  policy: string,
  runs: ReadonlyArray<ComparisonRun>,
  colour: string
): Array<Plot> {
  const place = { xaxis: panel.xaxis, yaxis: panel.yaxis, legendgroup: policy, name: policy } as const
  const names = runs.map((run) => runName(comparison, run))
  const text = runs.map(({ cyclesPerInvocation: { p50, p99 } }, i) => {
    return `${names[i]}<br>median ${groupedText(p50)}, 99th percentile ${groupedText(p99)} cycles`
  })
  const points = (percentile: "p50" | "p99", symbol: "circle" | "circle-open"): Plot => ({
    ...place,
    type: "scatter",
    mode: "markers",
    x: runs.map((run) => run.cyclesPerInvocation[percentile]),
    y: names,
    hovertext: text,
    hoverinfo: "text",
    showlegend: panel.first && percentile === "p50",
    marker: { color: colour, symbol, size: 10, line: { width: 2, color: colour } }
  })
  const lines: Plot = {
    ...place,
    type: "scatter",
    mode: "lines",
    x: runs.flatMap(({ cyclesPerInvocation: { p50, p99 } }) => [p50, p99, null]),
    y: names.flatMap((name) => [name, name, null]),
    hoverinfo: "skip",
    showlegend: false,
    line: { color: colour, width: 2 }
  }
  return [lines, points("p99", "circle-open"), points("p50", "circle")]
}
