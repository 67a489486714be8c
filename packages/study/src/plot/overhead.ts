/**
 * Overhead by mechanism and exchange policy: grouped bars, one panel per core count.
 * Law: a combination that was refused is shown as refused, never as nothing or as zero.
 */
import { type Comparison, type ComparisonRun, isolatedRuns } from "../comparison.ts"
import { differenceText } from "../number-text.ts"
import { policyColour } from "./colours.ts"
import type { Figure, Plot } from "./figure.ts"
import { axisTitle, type Panel, panelLayout, panelsOf } from "./panels.ts"

const REFUSED = "✕"

export function overheadFigure(comparison: Comparison): Figure {
  const runs = isolatedRuns(comparison)
  const asked = [...runs, ...comparison.refused]
  const mechanisms = [...new Set(runs.map((run) => run.mechanism))]
  const policies = [...new Set(asked.map((each) => each.exchange))]
  const panels = panelsOf(comparison)
  const overheads = runs.map((run) => run.overheadPercent)
  const [least, most] = [Math.min(0, ...overheads), Math.max(1, ...overheads)]
  const traces = panels.flatMap((panel) =>
    policies.map((policy, i) => bars(comparison, panel, policy, mechanisms, policyColour(i)))
  )
  const layout = panelLayout(
    panels,
    { columns: 1, height: 200 },
    { type: "category", categoryorder: "array", categoryarray: mechanisms, showgrid: false },
    {
      title: axisTitle("overhead"),
      ticksuffix: " %",
      range: [least * 1.2, most * 1.14],
      zeroline: true
    }
  )
  return {
    id: "overhead",
    title: "Overhead by mechanism and exchange policy",
    caption:
      "Cycles against those of none on the same machine with as many cores, less one. " +
      `${REFUSED}: the mechanism can't express that policy. Faint bars with an asterisk are hypothetical.`,
    traces,
    layout: { ...layout, barmode: "group", bargap: 0.22, bargroupgap: 0.06 }
  }
}

function bars(
  comparison: Comparison,
  panel: Panel,
  policy: string,
  mechanisms: ReadonlyArray<string>,
  colour: string
): Plot {
  const rows = mechanisms.map((mechanism) => {
    const matches = (each: { mechanism: string; exchange: string }) =>
      each.mechanism === mechanism && each.exchange === policy
    const run = comparison.runs.find((each) => each.cores === panel.cores && matches(each))
    const refusal = comparison.refused.find(matches)
    return { run, refusal }
  })
  const label = (run: ComparisonRun): string => differenceText(run.overheadPercent) + (run.hypothetical ? " *" : "")
  return {
    type: "bar",
    name: policy,
    legendgroup: policy,
    showlegend: panel.first,
    xaxis: panel.xaxis,
    yaxis: panel.yaxis,
    x: [...mechanisms],
    y: rows.map(({ run, refusal }) => run?.overheadPercent ?? (refusal === undefined ? null : 0)),
    text: rows.map(({ run, refusal }) => (run === undefined ? (refusal === undefined ? "" : REFUSED) : label(run))),
    textposition: "outside",
    textfont: { size: 11 } as Plot["textfont"],
    cliponaxis: false,
    hovertext: rows.map(({ run, refusal }) =>
      run === undefined
        ? `refused: ${refusal?.reason ?? ""}`
        : `${run.mechanism} · ${run.exchange} on ${run.machine}: ${differenceText(run.overheadPercent)}`
    ),
    hoverinfo: "text",
    marker: { color: colour, opacity: rows.map(({ run }) => (run?.hypothetical ? 0.5 : 1)) }
  } as Plot
}
