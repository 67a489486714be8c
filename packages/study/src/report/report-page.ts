/**
 * A comparison as one page of HTML. Law: equal input gives an equal page: it knows no clock and no machine but the
 * simulated ones.
 */
import { type Comparison, type ComparisonRun, coreCounts, coresText, isolatedRuns, runName } from "../comparison.ts"
import { differenceText, groupedText, siText } from "../number-text.ts"
import type { Figure } from "../plot/figure.ts"
import { escaped } from "./html.ts"
import { figureSection, htmlPage, section } from "./html-page.ts"
import { causesTable, refusalsTable, resultsTable } from "./page-tables.ts"
import { ASSUMED, HYPOTHETICAL, resultColumns } from "./result-columns.ts"

/** What was simulated, for somebody who wasn't there. */
export interface ReportContext {
  /** One or two sentences under the title. */
  readonly summary: string
  /** Recording, isolated objects, shared objects, machines, seed, command, version: a name and a text each. */
  readonly facts: ReadonlyArray<{ readonly name: string; readonly text: string }>
}

export interface ReportInput {
  readonly title: string
  readonly comparison: Comparison
  readonly figures: ReadonlyArray<Figure>
  readonly context: ReportContext
}

/** The page. */
export function reportPage({ title, comparison, figures, context }: ReportInput): string {
  return htmlPage(
    title,
    figures,
    `<header>
<h1>${escaped(title)}</h1>
<p class="lead">${escaped(context.summary)}</p>
${tiles(comparison)}
</header>
${section("Results", marksCaption(comparison), resultsTable(comparison))}
${comparison.refused.length === 0 ? "" : section("Refused", "What a mechanism can't express is refused, never replaced by something weaker.", refusalsTable(comparison))}
${figures.map((figure) => figureSection(figure)).join("\n")}
<noscript><p class="caption">The figures need JavaScript; the tables don't.</p></noscript>
${section("Cycles by cause", "Percent of the cycles of none on the same machine with as many cores; a run's causes add up to its total.", causesTables(comparison))}
${section("What was simulated", "", list("facts", context.facts) + tracesOf(comparison))}
${section("What the columns mean", "", list("terms", terms))}`
  )
}

const list = (kind: string, entries: ReadonlyArray<{ readonly name: string; readonly text: string }>): string =>
  `<dl class="${kind}">\n${entries.map(({ name, text }) => `<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`).join("\n")}\n</dl>`

const terms = resultColumns.map((column) => ({ name: column.heading.join(" ").trim(), text: column.meaning }))

/** The best runs at a glance: real ones before hypothetical ones. */
function tiles(comparison: Comparison): string {
  const isolated = isolatedRuns(comparison)
  const tile = (name: string, value: string, detail: string): string =>
    `<div class="tile"><dt>${escaped(name)}</dt><dd>${escaped(value)}<small>${escaped(detail)}</small></dd></div>`
  const nameOf = (run: ComparisonRun): string => runName(comparison, run) + (run.hypothetical ? " (hypothetical)" : "")
  const best = (
    runs: ReadonlyArray<ComparisonRun>,
    measure: (run: ComparisonRun) => number
  ): ComparisonRun | undefined => {
    const real = runs.filter((run) => !run.hypothetical)
    return [...(real.length > 0 ? real : runs)].sort((x, y) => measure(x) - measure(y))[0]
  }
  const shown = coreCounts(comparison).flatMap((cores) => {
    const run = best(
      isolated.filter((each) => each.cores === cores),
      (each) => each.overheadPercent
    )
    return run === undefined
      ? []
      : [tile(`Least overhead on ${coresText(cores)}`, differenceText(run.overheadPercent), nameOf(run))]
  })
  const [fewest] = coreCounts(comparison)
  const closest = best(
    isolated.filter((run) => run.cores === fewest),
    (run) => run.exposureByteCycles
  )
  if (closest !== undefined)
    shown.push(
      tile(
        `Least exposure on ${coresText(closest.cores)}`,
        siText(closest.exposureByteCycles),
        `byte × cycles, ${nameOf(closest)}`
      )
    )
  const accesses = comparison.runs.reduce((sum, run) => sum + run.simulatedAccesses, 0)
  const seconds = comparison.runs.reduce((sum, run) => sum + run.wallSeconds, 0)
  shown.push(
    tile(
      "Simulated",
      siText(accesses),
      `memory accesses in ${groupedText(comparison.runs.length)} runs, ${seconds.toFixed(1)} s of computing`
    )
  )
  return `<dl class="tiles">\n${shown.join("\n")}\n</dl>`
}

const causesTables = (comparison: Comparison): string =>
  coreCounts(comparison)
    .map((cores) => `<h3>${coresText(cores)}</h3>\n${causesTable(comparison, cores)}`)
    .join("\n")

function marksCaption(comparison: Comparison): string {
  const parts = ["Overhead is judged against none on the same machine with as many cores."]
  if (comparison.runs.some((run) => run.hypothetical))
    parts.push(
      `${HYPOTHETICAL} hypothetical: the machine doesn't have this mechanism, or the recorded instructions are not the machine's.`
    )
  if (comparison.runs.some((run) => run.dependences === "assumed"))
    parts.push(`${ASSUMED} register dependences are assumed: the recording has no instruction bytes.`)
  return parts.join(" ")
}

function tracesOf(comparison: Comparison): string {
  const rows = comparison.runs.map((run) => ({
    name: `${runName(comparison, run)}, ${coresText(run.cores)}`,
    text: run.traceDir
  }))
  return `<details><summary>Where the traces are</summary>\n${list("facts", rows)}\n</details>`
}
