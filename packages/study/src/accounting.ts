/**
 * Where the cycles of a comparison's runs went: dispatch slots by cause as a share of the cycles of `none`.
 * Law: the shares of a run add up to its cycles as a share of those of `none`, 100 % for `none` itself.
 */
import { baselineOf, type Comparison, type ComparisonRun } from "./comparison.ts"

/** Causes below this share in every run are added up as "rest", in percent. */
export const SMALLEST_SHARE = 0.5

export interface Account {
  readonly run: ComparisonRun
  /** Percent of the cycles of `none`, in the order of the accounting's causes. */
  readonly shares: ReadonlyArray<number>
  readonly rest: number
  readonly total: number
}

export interface Accounting {
  /** The causes worth showing, largest first. */
  readonly causes: ReadonlyArray<string>
  readonly accounts: ReadonlyArray<Account>
}

/** The accounting of these runs; where a run's `none` is missing, its own cycles are 100 %. */
export function accountingOf(comparison: Comparison, runs: ReadonlyArray<ComparisonRun>): Accounting {
  const shareOf = (run: ComparisonRun, cause: string): number => {
    const whole = (baselineOf(comparison, run) ?? run).cycles * run.slotsPerCycle
    return ((run.slots[cause] ?? 0) / whole) * 100
  }
  const all = [...new Set(runs.flatMap((run) => Object.keys(run.slots)))]
  const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)
  const sized = all
    .map((cause) => ({ cause, shares: runs.map((run) => shareOf(run, cause)) }))
    .filter(({ shares }) => shares.some((share) => share >= SMALLEST_SHARE))
    .sort((x, y) => sum(y.shares) - sum(x.shares))
  const causes = sized.map(({ cause }) => cause)
  const accounts = runs.map((run, i) => {
    const shares = sized.map((each) => each.shares[i] ?? 0)
    const total = sum(all.map((cause) => shareOf(run, cause)))
    return { run, shares, rest: Math.max(0, total - sum(shares)), total }
  })
  return { causes, accounts }
}
