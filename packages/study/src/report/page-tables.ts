/** The tables of a report page: results, refusals, accounting. They say what the terminal's tables say, and more. */
import { type Account, accountingOf } from "../accounting.ts"
import {
  BASELINE,
  type Comparison,
  type ComparisonRun,
  coreCounts,
  coresText,
  orderedRuns,
  runName
} from "../comparison.ts"
import { causeColours, causeText, REST_COLOUR } from "../plot/colours.ts"
import { escaped } from "./html.ts"
import { markedMechanism, type ResultColumn, resultColumns } from "./result-columns.ts"

/** The results, a group of rows for each core count. */
export function resultsTable(comparison: Comparison): string {
  const columns: ReadonlyArray<ResultColumn> = [
    { heading: ["machine", ""], meaning: "", align: "left", text: (run) => run.machine },
    { heading: ["mechanism", ""], meaning: "", align: "left", text: markedMechanism },
    ...resultColumns.filter(({ heading }) => !["mechanism", "cores"].includes(heading[0]))
  ]
  const runs = orderedRuns(comparison)
  const most = Math.max(1, ...runs.map((run) => run.overheadPercent))
  const head = columns.map(
    (column) =>
      `<th class="${column.align}">${column.heading
        .filter((line) => line !== "")
        .map(escaped)
        .join("<br>")}</th>`
  )
  const cell = (run: ComparisonRun, column: ResultColumn): string => {
    const share = column.heading[0] === "overhead" && run.overheadPercent > 0 ? (run.overheadPercent / most) * 100 : 0
    const bar = share > 0 ? ` share" style="--part:${share.toFixed(1)}%` : ""
    return `<td class="${column.align}${bar}">${escaped(column.text(run, comparison))}</td>`
  }
  const row = (run: ComparisonRun): string =>
    `<tr${baselineClass(run)}>${columns.map((column) => cell(run, column)).join("")}</tr>`
  return table(head, groupsOf(comparison, runs, columns.length, row))
}

/** What the mechanisms can't express, and why. */
export function refusalsTable(comparison: Comparison): string {
  const rows = comparison.refused.map(
    ({ mechanism, exchange, reason }) =>
      `<tr><td>${escaped(mechanism)}</td><td>${escaped(exchange)}</td><td class="text">${escaped(reason)}</td></tr>`
  )
  return table(["<th>mechanism</th>", "<th>policy</th>", "<th>reason</th>"], [`<tbody>${rows.join("\n")}</tbody>`])
}

/** Shares of every cause in percent of the cycles of `none`: a row per cause, a column per run. */
export function causesTable(comparison: Comparison, cores: number): string {
  const runs = orderedRuns(comparison)
  const { causes, accounts } = accountingOf(comparison, runs)
  const here = accounts.filter(({ run }) => run.cores === cores)
  const head = [
    "<th>cause</th>",
    ...here.map(
      ({ run }) => `<th class="right">${runName(comparison, run).split(" · ").map(escaped).join("<br>")}</th>`
    )
  ]
  const row = (name: string, share: (account: Account) => number): string => {
    const cells = here.map((account) => {
      const percent = share(account)
      const kind = account.run.mechanism === BASELINE ? "right baseline" : "right"
      return `<td class="${kind}">${percent < 1e-9 ? "·" : percent.toFixed(1)}</td>`
    })
    return `<tr><td>${name}</td>${cells.join("")}</tr>`
  }
  const rows = causes.map((cause, i) =>
    row(chip(causeColours[cause]) + escaped(causeText(cause)), ({ shares }) => shares[i] ?? 0)
  )
  const rest = row(`${chip(REST_COLOUR)}rest`, (account) => account.rest)
  const total = row("total", (account) => account.total).replace("<tr>", '<tr class="total">')
  return table(head, [`<tbody>${[...rows, rest, total].join("\n")}</tbody>`], true)
}

const chip = (colour: string = REST_COLOUR): string => `<span class="chip" style="background:${colour}"></span>`

const baselineClass = (run: ComparisonRun): string => (run.mechanism === BASELINE ? ' class="baseline"' : "")

const table = (head: ReadonlyArray<string>, bodies: ReadonlyArray<string>, tight = false): string =>
  `<div class="wide"><table${tight ? ' class="tight"' : ""}>\n<thead><tr>${head.join("")}</tr></thead>\n${bodies.join("\n")}\n</table></div>`

/** A body of rows for each core count, under a heading that says how many. */
function groupsOf(
  comparison: Comparison,
  runs: ReadonlyArray<ComparisonRun>,
  columns: number,
  row: (run: ComparisonRun) => string
): ReadonlyArray<string> {
  return coreCounts(comparison).map((cores) => {
    const rows = runs.filter((run) => run.cores === cores).map(row)
    return `<tbody><tr><th colspan="${columns}">${coresText(cores)}</th></tr>\n${rows.join("\n")}</tbody>`
  })
}
