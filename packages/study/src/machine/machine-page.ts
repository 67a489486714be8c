/** A machine's microbenchmarks as one page. Law: each figure has its table under it, so that no number is only a dot. */
import { escaped } from "../report/html.ts"
import { figureSection, htmlPage } from "../report/html-page.ts"
import { machineFigures } from "./machine-figures.ts"
import { numberText, xText } from "./machine-text.ts"
import type { MachineStudy, ShownTable } from "./study-machine.ts"

export function machinePage(study: MachineStudy): string {
  const { clock, cores, failed, machine, tables } = study
  const figures = machineFigures(study)
  const body = [
    `<header>\n<h1>${escaped(machine)}</h1>`,
    `<p class="lead">Microbenchmarks of the simulated machine: ${cores} ${cores === 1 ? "core" : "cores"}, cycles of its reference clock of ${clock} GHz.</p>\n</header>`,
    ...figures.map((figure, i) => figureSection(figure, tableDetails(tables[i] as ShownTable))),
    ...failed.map((text) => `<p class="caption">failed: ${escaped(text)}</p>`)
  ]
  return htmlPage(`${machine}: microbenchmarks`, figures, body.join("\n"))
}

/** The numbers of a table, folded. */
export function tableDetails(table: ShownTable): string {
  const cell = (tag: "th" | "td", text: string): string => `<${tag} class="right">${escaped(text)}</${tag}>`
  const head = [table.xLabel, ...table.series.map(({ name }) => `${name}, ${table.unit}`)].map((text) =>
    cell("th", text)
  )
  const rows = table.x.map((x, i) =>
    [xText(table, x), ...table.series.map(({ values }) => numberText(values[i] ?? null))]
      .map((text) => cell("td", text))
      .join("")
  )
  const body = rows.map((row) => `<tr>${row}</tr>`).join("\n")
  return `\n<details><summary>The numbers</summary>\n<div class="wide"><table class="tight"><thead><tr>${head.join("")}</tr></thead>\n<tbody>${body}</tbody></table></div></details>`
}
