/**
 * Cost against exposure: what a run pays beside what it leaves reachable. Down and left is better.
 * Law: a run without exposure stands at 0, not at the least exposure of the others.
 */
import { type Comparison, type ComparisonRun, isolatedRuns } from "../comparison.ts"
import { differenceText, siText } from "../number-text.ts"
import { mechanismSymbol, policyColour } from "./colours.ts"
import type { Figure, Plot } from "./figure.ts"
import { type LogScale, logScale } from "./log-scale.ts"
import { axisTitle, type Panel, panelLayout, panelsOf } from "./panels.ts"

export function costExposureFigure(comparison: Comparison): Figure {
  const runs = isolatedRuns(comparison)
  const mechanisms = [...new Set(runs.map((run) => run.mechanism))]
  const policies = [...new Set(runs.map((run) => run.exchange))]
  const panels = panelsOf(comparison)
  const exposure = logScale(runs.map((run) => run.exposureByteCycles))
  const overheads = runs.map((run) => run.overheadPercent)
  // A logarithm has no place for a run that got faster.
  const cost = overheads.every((percent) => percent > 0) ? logScale(overheads, (percent) => `${percent} %`) : undefined
  const traces = panels.flatMap((panel) =>
    mechanisms.flatMap((mechanism, i) =>
      policies.map((policy, j) => {
        const here = runs.filter(
          (run) => run.cores === panel.cores && run.mechanism === mechanism && run.exchange === policy
        )
        return points(panel, mechanism, here, exposure, mechanismSymbol(i), policyColour(j))
      })
    )
  )
  const layout = panelLayout(
    panels,
    { columns: 2, height: 360 },
    { ...exposure.axis, title: axisTitle("exposure, byte × cycles") },
    { ...(cost?.axis ?? { ticksuffix: " %" }), title: axisTitle("overhead") }
  )
  return {
    id: "cost-exposure",
    title: "Cost against exposure",
    caption:
      "Exposure is bytes × cycles that were reachable beyond intent. Down and left is better. " +
      "Symbols are mechanisms, colours are exchange policies.",
    traces: traces.filter((trace) => trace.x?.length !== 0),
    // Points carry their names, so there is no legend to leave room for.
    layout: { ...layout, showlegend: false, margin: { ...layout.margin, t: 12 } }
  }
}

function points(
  panel: Panel,
  mechanism: string,
  runs: ReadonlyArray<ComparisonRun>,
  { place, middle }: LogScale,
  symbol: ReturnType<typeof mechanismSymbol>,
  colour: string
): Plot {
  return {
    type: "scatter",
    mode: "text+markers",
    name: mechanism,
    xaxis: panel.xaxis,
    yaxis: panel.yaxis,
    x: runs.map((run) => place(run.exposureByteCycles)),
    y: runs.map((run) => run.overheadPercent),
    text: runs.map((run) => `${run.mechanism} · ${run.exchange}`),
    // An array is allowed, one place per point, though the types know only one for all.
    textposition: runs.map((run) =>
      place(run.exposureByteCycles) > middle ? "middle left" : "middle right"
    ) as unknown as Plot["textposition"] & string,
    textfont: { size: 11 } as Plot["textfont"],
    cliponaxis: false,
    hovertext: runs.map(
      (run) =>
        `${run.mechanism} · ${run.exchange} on ${run.machine}<br>` +
        `overhead ${differenceText(run.overheadPercent)}, exposure ${siText(run.exposureByteCycles)} byte × cycles`
    ),
    hoverinfo: "text",
    marker: { symbol, color: colour, size: 11 }
  } as Plot
}
