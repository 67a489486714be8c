/**
 * Compares simulated with published numbers: every point that a scenario can express, and for the others the reason.
 * Law: what is published stands in the tables, what is simulated comes from runs, and the kind of a point from what
 * its runs read.
 */
import { machineByName } from "@isolde/core"
import { InvalidInput } from "@isolde/core/invalid-input"
import { published } from "../published/published.ts"
import { allAggregates, allPoints } from "./all-points.ts"
import { type Inexpressible, inexpressibleOf } from "./coverage.ts"
import { factsOf, type OverCalibrated, overCalibrated, type PointFacts } from "./facts.ts"
import { aggregated, judged, unexpressed, unexpressedRow } from "./judge.ts"
import { type MakeOptions, makeRuns } from "./make-runs.ts"
import { type Point, tableId, termsOf } from "./point.ts"
import { runOf } from "./run-key.ts"
import { selected } from "./selection.ts"
import type { ValidatedPoint } from "./validated-point.ts"

export interface Validation {
  readonly points: ReadonlyArray<ValidatedPoint>
  readonly overCalibrated: ReadonlyArray<OverCalibrated>
  /** Runs that were made. */
  readonly runs: number
}

export interface ValidateOptions extends MakeOptions {
  /** Only what has this id, or a point of the row or curve with this id, or a source that contains it. */
  readonly only?: string | undefined
}

/** Rejects with InvalidInput for a filter that fits nothing. */
export async function validate({ only, ...options }: ValidateOptions = {}): Promise<Validation> {
  const tables = published()
  const chosen = selected(only, allPoints, withoutPoints(inexpressibleOf(tables)), tables)
  const missing = new Map(chosen.points.map((point) => [point, missingOf(point)] as const))
  const made = chosen.points.filter((point) => missing.get(point) === undefined)
  const outcomes = await makeRuns(made.flatMap(termsOf).map(runOf), options)
  const facts = await factsOf(made, tables)
  const points = chosen.points.map((point) => {
    const reason = missing.get(point)
    return reason === undefined
      ? judged(point, outcomes, facts.get(point) as PointFacts, tables)
      : unexpressed(point, reason, tables)
  })
  const criteria = allAggregates.flatMap((aggregate) => aggregated(aggregate, points))
  return {
    points: [...points, ...criteria, ...chosen.inexpressible.map(unexpressedRow)],
    overCalibrated: overCalibrated(facts, tables),
    runs: outcomes.size
  }
}

/** What `--json` prints: exactly these keys. */
export const validationJson = ({ points }: Validation) =>
  points.map(
    ({ errorPercent, figure, id, kind, published: wanted, simulated, source, status, tolerancePercent, unit }) => ({
      id,
      source,
      figure,
      kind,
      published: wanted,
      simulated,
      unit,
      errorPercent,
      tolerancePercent,
      status
    })
  )

/** Rows and curves of which no point takes anything. */
function withoutPoints(entries: ReadonlyArray<Inexpressible>): ReadonlyArray<Inexpressible> {
  const taken = new Set(allPoints.map(tableId))
  return entries.filter(({ id }) => !taken.has(id))
}

/** What a point's runs lack, if anything. */
function missingOf(point: Point): string | undefined {
  for (const { machine } of termsOf(point)) {
    try {
      machineByName(machine)
    } catch (error) {
      if (error instanceof InvalidInput) return `no machine ${machine} in the catalogue`
      throw error
    }
  }
  return undefined
}
