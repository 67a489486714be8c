import { accountingOf } from "@isolde/study/accounting"
import { baselineOf, type Comparison, type ComparisonRun, orderedRuns, runName } from "@isolde/study/comparison"
import { describe, expect, test } from "vitest"
import { sampleComparison } from "./sample-comparison.ts"

const runOf = (mechanism: string, exchange: string, cores: number): ComparisonRun =>
  sampleComparison.runs.find(
    (run) => run.mechanism === mechanism && run.exchange === exchange && run.cores === cores
  ) as ComparisonRun

describe("a comparison", () => {
  test("judges a run against none on its machine with as many cores", () => {
    const run = runOf("mte", "copy", 4)
    const base = baselineOf(sampleComparison, run) as ComparisonRun
    expect([base.mechanism, base.machine, base.cores]).toEqual(["none", "cortex-x3", 4])
    expect((run.cycles / base.cycles - 1) * 100).toBeCloseTo(run.overheadPercent, 9)
  })

  test("names a machine only where the same pair runs on several", () => {
    const mpk = runOf("mpk", "share", 1)
    expect(runName(sampleComparison, mpk)).toBe("mpk · share")
    expect(runName(sampleComparison, runOf("none", "none", 1))).toBe("none · tiger-lake")
    const twice: Comparison = { runs: [mpk, { ...mpk, machine: "skylake-sp" }], refused: [] }
    expect(twice.runs.map((run) => runName(twice, run))).toEqual([
      "mpk · share · tiger-lake",
      "mpk · share · skylake-sp"
    ])
  })

  test("orders runs by cores, machine and mechanism, with none first, whatever order they come in", () => {
    const key = (run: ComparisonRun): string => `${run.cores} ${run.machine} ${run.mechanism}`
    const mixed: Comparison = {
      ...sampleComparison,
      runs: [...sampleComparison.runs].sort((x, y) => y.cores - x.cores)
    }
    expect(orderedRuns(mixed).map(key)).toEqual(sampleComparison.runs.map(key))
  })
})

describe("the accounting of a comparison", () => {
  test("adds up to 100 percent for none and to 100 percent and the overhead for every other run", () => {
    const { accounts } = accountingOf(sampleComparison, sampleComparison.runs)
    for (const { run, shares, rest, total } of accounts) {
      expect(total).toBeCloseTo(100 + run.overheadPercent, 6)
      expect(shares.reduce((sum, share) => sum + share, rest)).toBeCloseTo(total, 6)
    }
  })

  test("shows the causes that matter somewhere, largest first, and no others", () => {
    const { causes, accounts } = accountingOf(sampleComparison, sampleComparison.runs)
    const most = causes.map((_, i) => Math.max(...accounts.map(({ shares }) => shares[i] as number)))
    const sums = causes.map((_, i) => accounts.reduce((sum, { shares }) => sum + (shares[i] as number), 0))
    expect(Math.min(...most)).toBeGreaterThanOrEqual(0.5)
    expect(sums).toEqual([...sums].sort((x, y) => y - x))
    expect(causes).toContain("sweep")
    expect(causes).not.toContain("fault")
  })

  test("takes a run's own cycles as 100 percent where its none is missing", () => {
    const run = runOf("mpk", "share", 1)
    const [account] = accountingOf({ runs: [run], refused: [] }, [run]).accounts
    expect(account?.total).toBeCloseTo(100, 9)
  })
})
