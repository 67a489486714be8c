/**
 * What a figure is: Plotly traces and a layout, in the types that nodeplotlib shows and a report page embeds.
 * Law: a figure is data. It has no colours of paper and text, so that a page may be light or dark.
 */
import type { Layout, PlotData } from "plotly.js-basic-dist-min"

/** One trace: what nodeplotlib calls a plot. */
export type Plot = Partial<PlotData>

export interface Figure {
  /** Unique on a page: letters and hyphens. */
  readonly id: string
  readonly title: string
  /** How to read it, in one or two sentences. */
  readonly caption: string
  readonly traces: Array<Plot>
  /** Without a title: it is shown above the figure. */
  readonly layout: Partial<Layout>
}
