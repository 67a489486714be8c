/**
 * One panel per core count, in one column or two, with the same scale in all.
 * Law: panels differ in nothing but the cores, so that they can be compared at sight.
 */
import type { Annotations, DataTitle, Layout, LayoutAxis } from "plotly.js-basic-dist-min"
import { type Comparison, coreCounts, coresText } from "../comparison.ts"

/** A part of a figure with axes of its own. */
export interface Panel {
  readonly cores: number
  readonly first: boolean
  /** What its traces name: "x", "y", "x2", "y2". */
  readonly xaxis: string
  readonly yaxis: string
}

/** Panels of a comparison, fewest cores first. */
export const panelsOf = (comparison: Comparison): ReadonlyArray<Panel> =>
  coreCounts(comparison).map((cores, i) => ({
    cores,
    first: i === 0,
    xaxis: i === 0 ? "x" : `x${i + 1}`,
    yaxis: i === 0 ? "y" : `y${i + 1}`
  }))

/** Share of the width between panels. */
const GAP = 0.06
/** Pixels above a row of panels, for their titles, and below, for the ticks and title of the axis. */
const ABOVE = 28
const BELOW = 52
/** Pixels above the first row, for the legend. */
const LEGEND = 44

/** The title of an axis, close to its ticks. */
export const axisTitle = (text: string): Partial<DataTitle> =>
  ({ text, standoff: 8, font: { size: 12.5 } }) as Partial<DataTitle>

/**
 * The layout of panels that are `height` pixels high, at most `columns` beside each other. Labels of the y axis stand only at the left; the title of the
 * x axis under the lowest panels.
 */
export function panelLayout(
  panels: ReadonlyArray<Panel>,
  { columns: most, height }: { readonly columns: number; readonly height: number },
  xaxis: Partial<LayoutAxis>,
  yaxis: Partial<LayoutAxis>
): Partial<Layout> {
  const columns = Math.max(1, Math.min(most, panels.length))
  const rows = Math.max(1, Math.ceil(panels.length / columns))
  const step = height + ABOVE + BELOW
  const total = rows * step - BELOW
  const width = (1 - (columns - 1) * GAP) / columns
  const axes: Record<string, Partial<LayoutAxis>> = {}
  const titles: Array<Partial<Annotations>> = []
  for (const [i, panel] of panels.entries()) {
    const column = i % columns
    const row = Math.floor(i / columns)
    const left = column * (width + GAP)
    const top = 1 - (row * step + ABOVE) / total
    const across: Array<number> = [left, left + width]
    const upwards: Array<number> = [Math.max(0, top - height / total), top]
    const lowest = i + columns >= panels.length
    const { title, ...untitled } = xaxis
    const inner = column > 0 ? { title: { text: "" }, showticklabels: false } : {}
    const place = i === 0 ? "" : String(i + 1)
    axes[`xaxis${place}`] = {
      ...untitled,
      ...(lowest ? { title } : {}),
      domain: across,
      anchor: panel.yaxis
    } as Partial<LayoutAxis>
    axes[`yaxis${place}`] = { ...yaxis, ...inner, domain: upwards, anchor: panel.xaxis } as Partial<LayoutAxis>
    titles.push({
      text: `<b>${coresText(panel.cores)}</b>`,
      x: left,
      y: top,
      xref: "paper",
      yref: "paper",
      xanchor: "left",
      yanchor: "bottom",
      showarrow: false,
      font: { size: 13 } as Annotations["font"]
    })
  }
  return {
    ...axes,
    annotations: titles,
    height: total + LEGEND + BELOW,
    margin: { l: 70, r: 24, t: LEGEND, b: BELOW },
    legend: { orientation: "h", x: 0, y: 1, xanchor: "left", yanchor: "bottom" },
    hovermode: "closest"
  }
}
