/**
 * Where the cycles went: a stacked bar of dispatch slots by cause for every run, in percent of the cycles of `none`.
 * Law: a bar is as long as the run, so what it has beyond 100 % is the overhead.
 */
import { type Account, type Accounting, accountingOf, SMALLEST_SHARE } from "../accounting.ts"
import { type Comparison, orderedRuns, runName } from "../comparison.ts"
import { percentText } from "../number-text.ts"
import { causeColours, causeText, REST_COLOUR } from "./colours.ts"
import type { Figure, Plot } from "./figure.ts"
import { axisTitle, type Panel, panelLayout, panelsOf } from "./panels.ts"

export function accountingFigure(comparison: Comparison): Figure {
  const runs = orderedRuns(comparison)
  const accounting = accountingOf(comparison, runs)
  const panels = panelsOf(comparison)
  const names = [...new Set(runs.map((run) => runName(comparison, run)))]
  const longest = Math.max(100, ...accounting.accounts.map(({ total }) => total))
  const traces = panels.flatMap((panel) => stacks(comparison, accounting, panel))
  const layout = panelLayout(
    panels,
    { columns: 2, height: Math.max(160, names.length * 24) },
    { title: axisTitle("cycles (none = 100 %)"), ticksuffix: " %", range: [0, longest * 1.03] },
    { type: "category", categoryorder: "array", categoryarray: [...names].reverse(), automargin: true, showgrid: false }
  )
  const shapes = panels.map((panel) => ({
    type: "line" as const,
    xref: panel.xaxis as "x",
    yref: `${panel.yaxis} domain` as "paper",
    x0: 100,
    x1: 100,
    y0: 0,
    y1: 1,
    line: { width: 1, dash: "dot" as const, color: "#888888" }
  }))
  return {
    id: "accounting",
    title: "Where the cycles went",
    caption:
      "Every dispatch slot is charged to the class of the instruction that used it, or to what left it empty. " +
      `The dotted line is none; causes below ${SMALLEST_SHARE} % in every run are the rest.`,
    traces,
    layout: { ...layout, barmode: "stack", bargap: 0.25, shapes }
  }
}

function stacks(comparison: Comparison, { causes, accounts }: Accounting, panel: Panel): Array<Plot> {
  const here = accounts.filter(({ run }) => run.cores === panel.cores)
  const stack = (cause: string, colour: string, share: (account: Account) => number): Plot => ({
    type: "bar",
    orientation: "h",
    name: cause,
    legendgroup: cause,
    showlegend: panel.first,
    xaxis: panel.xaxis,
    yaxis: panel.yaxis,
    x: here.map(share),
    y: here.map(({ run }) => runName(comparison, run)),
    hovertext: here.map((account) => `${runName(comparison, account.run)}<br>${cause}: ${percentText(share(account))}`),
    hoverinfo: "text",
    marker: { color: colour }
  })
  return [
    ...causes.map((cause, i) =>
      stack(causeText(cause), causeColours[cause] ?? REST_COLOUR, (account) => account.shares[i] ?? 0)
    ),
    stack("rest", REST_COLOUR, (account) => account.rest)
  ]
}
