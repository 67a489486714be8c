/**
 * The frame of every page: style, Plotly, the figures' data, and what stands between.
 * Law: the page is whole. It loads nothing, from anywhere, and says so to the browser.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Figure } from "../plot/figure.ts"
import { escaped, scriptData, scriptText } from "./html.ts"
import { pageScript } from "./page-script.ts"
import { pageStyle } from "./page-style.ts"

/** A page with `body`, in which `figures` have their boxes. */
export function htmlPage(title: string, figures: ReadonlyArray<Figure>, body: string): string {
  const data = figures.map(({ id, traces, layout }) => ({ id, traces, layout }))
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>${escaped(title)}</title>
<style>
${pageStyle}
</style>
</head>
<body>
<main>
${body}
<footer>Isolde simulates; numbers are cycles of the model, not of silicon. Everything on this page is inside the file.</footer>
</main>
<script>
${plotly()}
</script>
<script>
const figures = ${scriptData(data)}
${scriptText(pageScript)}
</script>
</body>
</html>
`
}

/** Plotly's program. It takes the page for a module loader's if there is one, and is `Plotly` otherwise. */
function plotly(): string {
  const path = createRequire(import.meta.url).resolve("plotly.js-basic-dist-min/plotly-basic.min.js")
  return scriptText(readFileSync(path, "utf8"))
}

export const section = (heading: string, caption: string, body: string): string =>
  `<section>\n<h2>${escaped(heading)}</h2>\n${caption === "" ? "" : `<p class="caption">${escaped(caption)}</p>\n`}${body}\n</section>`

/** A figure under its title, and `below` under it. Plotly fills the box; its height keeps the page still until then. */
export const figureSection = ({ caption, id, layout, title }: Figure, below = ""): string =>
  section(
    title,
    caption,
    `<div class="wide"><div class="figure" id="${escaped(id)}" style="height:${layout.height ?? 450}px"></div></div>${below}`
  )
