/**
 * From a point and what its runs came to, to how far off it is. Law: what is published stands in the tables; a run
 * that failed or has no such reading is a point that fails, with the reason.
 */
import { figureOf, figureText } from "../published/figure.ts"
import { numbersIn, type Published } from "../published/published.ts"
import type { Aggregate } from "./all-points.ts"
import type { Inexpressible } from "./coverage.ts"
import type { PointFacts } from "./facts.ts"
import { kindOf } from "./kind.ts"
import type { RunOutcome } from "./make-runs.ts"
import { machineOf } from "./measure.ts"
import { type Point, type PublishedPlace, sourceOf, type Term } from "./point.ts"
import { runKey, runOf } from "./run-key.ts"
import { tickFactor } from "./units.ts"
import type { Status, ValidatedPoint } from "./validated-point.ts"

/** The published number of a point. */
export const publishedValue = ({ id, published: place, publishedOver }: Point, tables: Published): number =>
  valueAt(place, id, tables) / (publishedOver === undefined ? 1 : valueAt(publishedOver, id, tables))

function valueAt(place: PublishedPlace, id: string, { curves, rows }: Published): number {
  if ("row" in place) {
    const numbers = numbersIn(rows.get(place.row)?.value ?? "")
    const value = numbers[place.part ?? 0]
    if (value === undefined) throw new Error(`point ${id}: the row has no number ${place.part ?? 0}`)
    return value * (place.times ?? 1)
  }
  const { x = [], y = [] } = curves.get(place.curve) ?? {}
  const at = (wanted: number): number => {
    const value = y[x.indexOf(wanted)]
    if (value === undefined) throw new Error(`point ${id}: the curve has no point at ${wanted}`)
    return value
  }
  return place.above === undefined ? at(place.x) : at(place.x) - at(place.above)
}

/** The outcome of a point whose runs have been made. */
export function judged(
  point: Point,
  outcomes: ReadonlyMap<string, RunOutcome>,
  { cited, figure, machine, source }: PointFacts,
  tables: Published
): ValidatedPoint {
  const wanted = publishedValue(point, tables)
  const found = valueOf(point, outcomes, tables)
  const simulated = typeof found === "string" ? null : found
  const errorPercent = simulated === null || wanted === 0 ? null : (simulated / wanted - 1) * 100
  const status = statusOf(point, wanted, simulated)
  const reason = typeof found === "string" ? found : status === "known-gap" ? point.gap : undefined
  return {
    id: point.id,
    source,
    figure: figureText(figure),
    kind: kindOf(figure, cited, tables),
    published: wanted,
    simulated,
    unit: point.unit,
    errorPercent,
    tolerancePercent: wanted === 0 ? null : point.tolerancePercent,
    status,
    machine,
    ...(reason === undefined ? {} : { reason })
  }
}

function statusOf(point: Point, wanted: number, simulated: number | null): Status {
  if (simulated === null) return "fail"
  const isClose = Math.abs(simulated - wanted) <= (point.toleranceAbsolute ?? -1)
  if (isClose || isWithin(simulated / wanted, point.tolerancePercent)) return "pass"
  return point.gap === undefined ? "fail" : "known-gap"
}

/** A tolerance of 100 % or more is a factor: as far below as above. */
export const isWithin = (ratio: number, tolerancePercent: number): boolean =>
  tolerancePercent < 100
    ? Math.abs(ratio - 1) * 100 <= tolerancePercent
    : Math.max(ratio, 1 / ratio) <= 1 + tolerancePercent / 100

/** The simulated number in the point's unit, or why there is none. */
function valueOf(point: Point, outcomes: ReadonlyMap<string, RunOutcome>, tables: Published): number | string {
  if (point.over === undefined) {
    const sum = sumOf(point.terms, point.unit, outcomes)
    if (typeof sum === "string" || point.instrument === undefined) return sum
    return sum + valueAt(point.instrument, point.id, tables)
  }
  const value = sumOf(point.terms, "cycles", outcomes)
  const over = sumOf(point.over, "cycles", outcomes)
  if (typeof value === "string") return value
  return typeof over === "string" ? over : value / over
}

function sumOf(
  terms: ReadonlyArray<Term>,
  unit: Point["unit"],
  outcomes: ReadonlyMap<string, RunOutcome>
): number | string {
  let total = 0
  for (const term of terms) {
    const outcome = outcomes.get(runKey(runOf(term)))
    if (outcome === undefined) return "the run was not made"
    if ("failed" in outcome) return `the run failed: ${outcome.failed.kind}: ${outcome.failed.message}`
    const value = outcome.readings[term.reading]
    if (value === undefined || !Number.isFinite(value)) return `the run has no reading ${term.reading}`
    total += (term.weight ?? 1) * value * tickFactor(unit, machineOf(term))
  }
  return total
}

/** A point whose runs can't be made, for `reason`. */
export function unexpressed(point: Point, reason: string, tables: Published): ValidatedPoint {
  const source = sourceOf(point, tables)
  return {
    id: point.id,
    source,
    figure: figureText(figureOf(source)),
    kind: null,
    published: publishedValue(point, tables),
    simulated: null,
    unit: point.unit,
    errorPercent: null,
    tolerancePercent: point.tolerancePercent,
    status: "inexpressible",
    reason
  }
}

/** A row or curve without a point. */
export function unexpressedRow({ id, reason, source, unit, value }: Inexpressible): ValidatedPoint {
  return {
    id,
    source,
    figure: figureText(figureOf(source)),
    kind: null,
    published: Number.isFinite(Number(value)) && value.trim() !== "" ? Number(value) : value,
    simulated: null,
    unit,
    errorPercent: null,
    tolerancePercent: null,
    status: "inexpressible",
    reason
  }
}

/** A criterion over a whole curve: the geometric mean of how far its points are off, as a factor of 1. */
export function aggregated(
  { id, of, tolerancePercent }: Aggregate,
  points: ReadonlyArray<ValidatedPoint>
): ReadonlyArray<ValidatedPoint> {
  const members = points.filter((point) => of.includes(point.id) && point.simulated !== null)
  const [first] = members
  if (first === undefined || members.length < of.length) return []
  const logs = members.map(({ published: wanted, simulated }) =>
    Math.abs(Math.log((simulated as number) / (wanted as number)))
  )
  const simulated = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length)
  const errorPercent = (simulated - 1) * 100
  const status: Status = errorPercent <= tolerancePercent ? "pass" : "fail"
  const { reason: _reason, ...rest } = first
  return [{ ...rest, id, published: 1, simulated, unit: "x", errorPercent, tolerancePercent, status }]
}
