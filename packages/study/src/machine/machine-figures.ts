/** Tables as figures. Law: a figure shows its table, a line for each column, and computes nothing. */
import type { LayoutAxis } from "plotly.js-basic-dist-min"
import { policyColour } from "../plot/colours.ts"
import type { Figure, Plot } from "../plot/figure.ts"
import { logScale } from "../plot/log-scale.ts"
import { axisTitle } from "../plot/panels.ts"
import { xText } from "./machine-text.ts"
import type { MachineStudy, ShownTable } from "./study-machine.ts"

export const machineFigures = (study: MachineStudy): ReadonlyArray<Figure> => study.tables.map(tableFigure)

/** A table's figure. */
export function tableFigure(table: ShownTable): Figure {
  const { caption, id, logX, logY, series, title, unit, x, xLabel } = table
  const traces: Array<Plot> = series.map(({ name, values }, i) => ({
    type: "scatter",
    mode: "lines+markers",
    name,
    x: [...x],
    y: [...values],
    text: x.map((each) => xText(table, each)),
    hovertemplate: `%{text}: %{y:.4~g} ${unit}<extra>${name}</extra>`,
    line: { color: policyColour(i), width: 2 },
    marker: { color: policyColour(i), size: 6 }
  }))
  // A tick at every place but where there are too many for their labels.
  const shown = x.filter((_, i) => i % Math.ceil(x.length / 10) === 0)
  const xaxis: Partial<LayoutAxis> = {
    title: axisTitle(xLabel),
    ...(logX ? { type: "log" } : {}),
    tickmode: "array",
    tickvals: [...shown],
    ticktext: shown.map((each) => xText(table, each))
  }
  const numbers = series.flatMap(({ values }) => values.filter((value) => value !== null))
  const yaxis: Partial<LayoutAxis> = {
    ...(logY ? logScale(numbers).axis : { rangemode: "tozero" }),
    title: axisTitle(unit)
  }
  return {
    id,
    title,
    caption,
    traces,
    layout: {
      xaxis,
      yaxis,
      height: 420,
      margin: { l: 70, r: 24, t: 36, b: 56 },
      showlegend: series.length > 1,
      legend: { orientation: "h", x: 0, y: 1, xanchor: "left", yanchor: "bottom" },
      hovermode: "closest"
    }
  }
}
