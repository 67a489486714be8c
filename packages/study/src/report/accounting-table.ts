/**
 * Where the cycles went, for a terminal of 120 columns: a row per cause, a column per run, a table per core count.
 * Law: a column adds up to its total; runs that don't fit beside each other go below, none is left out.
 */
import { type Account, type Accounting, accountingOf } from "../accounting.ts"
import { BASELINE, type Comparison, type ComparisonRun, coreCounts, coresText, orderedRuns } from "../comparison.ts"
import { causeText } from "../plot/colours.ts"
import { TERMINAL_WIDTH, type TextColumn, textTable, wrapped } from "./text-table.ts"

/** Shares by cause in percent of the cycles of `none`. */
export function accountingTable(comparison: Comparison): string {
  const runs = orderedRuns(comparison)
  const { causes, accounts } = accountingOf(comparison, runs)
  const machines = [...new Set(runs.map((run) => run.machine))].join(", ")
  const denominators = `Each ${BASELINE} is the denominator of the runs to its right, on the same machine (${machines}).`
  const tables = coreCounts(comparison).flatMap((cores) =>
    besideEachOther(
      causes,
      accounts.filter(({ run }) => run.cores === cores)
    ).map((some) => `\n${coresText(cores)}\n${causesByRun({ causes, accounts: some })}`)
  )
  const title = `Where the cycles went, in percent of those of ${BASELINE}. ${denominators}`
  return [wrapped(title, TERMINAL_WIDTH, 0, 0), ...tables].join("\n")
}

function causesByRun({ causes, accounts }: Accounting): string {
  const columns: ReadonlyArray<TextColumn> = [
    { heading: ["cause"], align: "left" },
    ...accounts.map(({ run }) => ({ heading: headingOf(run), align: "right" as const }))
  ]
  const rows = causes.map((cause, i) => [causeText(cause), ...accounts.map(({ shares }) => shareText(shares[i] ?? 0))])
  const rest = ["rest", ...accounts.map((account) => shareText(account.rest))]
  const total = ["total", ...accounts.map((account) => shareText(account.total))]
  return textTable(columns, [[...rows, rest], [total]])
}

const headingOf = (run: ComparisonRun): ReadonlyArray<string> =>
  run.mechanism === BASELINE ? [BASELINE, ""] : [run.mechanism, run.exchange]

/** A share of nothing is a dot, so that the eye finds what is there. */
const shareText = (share: number): string => (share < 1e-9 ? "·" : share < 0.05 ? "<0.1" : share.toFixed(1))

/** Accounts in parts that fit into the width of a terminal. */
function besideEachOther(
  causes: ReadonlyArray<string>,
  accounts: ReadonlyArray<Account>
): ReadonlyArray<ReadonlyArray<Account>> {
  const label = Math.max("total".length, ...causes.map((cause) => causeText(cause).length))
  const parts: Array<Array<Account>> = []
  let used = TERMINAL_WIDTH
  for (const account of accounts) {
    const width = 2 + Math.max("100.0".length, ...headingOf(account.run).map((line) => line.length))
    if (used + width > TERMINAL_WIDTH) {
      parts.push([])
      used = label
    }
    parts.at(-1)?.push(account)
    used += width
  }
  return parts
}
