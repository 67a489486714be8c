/**
 * The program of a report page: draws the figures that stand in `figures`, in the colours of the page, and again
 * when the reader's system turns light or dark. Plotly and `figures` are in scope.
 */
export const pageScript = `
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const themed = (layout) => {
  const lines = { gridcolor: colour("--grid"), zerolinecolor: colour("--soft"), linecolor: colour("--line") }
  const axes = Object.keys(layout).filter((key) => /^[xy]axis/.test(key))
  return {
    ...layout,
    ...Object.fromEntries(axes.map((key) => [key, { ...lines, ...layout[key] }])),
    font: { family: getComputedStyle(document.body).fontFamily, size: 12.5, color: colour("--ink") },
    hoverlabel: { bgcolor: colour("--card"), bordercolor: colour("--soft"), font: { color: colour("--ink") } },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)"
  }
}
const config = {
  responsive: true,
  displaylogo: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
  toImageButtonOptions: { format: "svg" }
}
const draw = () => {
  for (const { id, traces, layout } of figures) Plotly.react(id, traces, themed(layout), { ...config })
}
draw()
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw)
`.trim()
