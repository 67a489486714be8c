/** How cost grows, in a terminal and as one page. Law: the two show the same numbers. */
import { tableFigure } from "../machine/machine-figures.ts"
import { tableDetails } from "../machine/machine-page.ts"
import { tableText } from "../machine/machine-text.ts"
import type { ShownTable } from "../machine/study-machine.ts"
import type { Figure } from "../plot/figure.ts"
import { escaped } from "../report/html.ts"
import { figureSection, htmlPage } from "../report/html-page.ts"
import type { GrowthStudy } from "./study-growth.ts"

const meanings: Readonly<Record<string, readonly [meaning: string, unit: string]>> = {
  start_16: ["start-up of a scenario at 16 cores", "ms"],
  megabytes_per_core: ["memory of each simulated core more", "MB"],
  megabytes_per_gigabyte: ["memory of each GB of footprint more, touched whole", "MB"],
  megabytes_per_gigabyte_sparse: ["memory of each GB of footprint more, touched by 1 %", "MB"]
}

export const growthFigures = (study: GrowthStudy): ReadonlyArray<Figure> => study.tables.map(tableFigure)

export const growthText = (study: GrowthStudy): string =>
  [...study.tables.map(tableText), linesOf(study).join("\n"), ...study.failed.map((text) => `failed: ${text}`)].join(
    "\n\n"
  )

export function growthPage(study: GrowthStudy): string {
  const figures = growthFigures(study)
  const body = [
    "<header>\n<h1>How cost grows</h1>",
    `<p class="lead">The simulator's speed and memory on one computer. ${linesOf(study).map(escaped).join("; ")}.</p>\n</header>`,
    ...figures.map((figure, i) => figureSection(figure, tableDetails(study.tables[i] as ShownTable))),
    ...study.failed.map((text) => `<p class="caption">failed: ${escaped(text)}</p>`)
  ]
  return htmlPage("Isolde: how cost grows", figures, body.join("\n"))
}

const linesOf = ({ figures }: GrowthStudy): ReadonlyArray<string> =>
  Object.entries(figures).map(([name, value]) => {
    const [meaning, unit] = meanings[name] ?? [name, ""]
    return `${meaning}: ${value.toPrecision(3)} ${unit}`
  })
