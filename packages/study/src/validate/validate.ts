/**
 * Compares simulated with published numbers: every point that a scenario can express, and for the others the reason.
 * Law: what is published stands in the tables, what is simulated comes from runs, and the kind of a point from what
 * its runs read.
 */
import { machineByName } from "@isolde/core"
import { InvalidInput } from "@isolde/core/invalid-input"
import { mechanismByName } from "../compare/mechanism-by-name.ts"
import { type Figure, figureOf, figureText } from "../published/figure.ts"
import { numbersIn, type Published, published } from "../published/published.ts"
import { type Aggregate, allAggregates, allPoints } from "./all-points.ts"
import { type Inexpressible, inexpressibleOf } from "./coverage.ts"
import { citedBy, type Kind, kindOf, MOST_CALIBRATING, machineSources, mechanismSources } from "./kind.ts"
import { type MakeOptions, makeRuns, type RunOutcome } from "./make-runs.ts"
import { machineOf } from "./measure.ts"
import { type Point, placeId, type RunDefinition, type Term } from "./point.ts"
import { runKey, runOf } from "./run-key.ts"
import { selected } from "./selection.ts"
import { tickFactor } from "./units.ts"

export type Status = "pass" | "fail" | "known-gap" | "inexpressible"

/** A point as it came out. What doesn't apply is null. */
export interface ValidatedPoint {
  readonly id: string
  readonly source: string
  readonly figure: string
  readonly kind: Kind | null
  readonly published: number | string
  readonly simulated: number | null
  readonly unit: string
  readonly errorPercent: number | null
  readonly tolerancePercent: number | null
  readonly status: Status
  /** Why it is a known gap, can't be expressed, or has no number. */
  readonly reason?: string
  /** Machine of its runs. */
  readonly machine?: string
}

/** A figure of which more points calibrate a machine than may. */
export interface OverCalibrated {
  readonly figure: string
  readonly machine: string
  readonly points: ReadonlyArray<string>
}

export interface Validation {
  readonly points: ReadonlyArray<ValidatedPoint>
  readonly overCalibrated: ReadonlyArray<OverCalibrated>
  readonly runs: number
}

export interface ValidateOptions extends MakeOptions {
  /** Only what has this id, or an id that begins so, or a source that contains it. */
  readonly only?: string | undefined
}

/** Rejects with InvalidInput for a filter that fits nothing. */
export async function validate({ only, ...options }: ValidateOptions = {}): Promise<Validation> {
  const tables = published()
  const chosen = selected(only, allPoints, inexpressibleOf(tables), tables)
  const { made, unknown } = expressible(chosen.points)
  const terms = made.flatMap(({ over = [], terms }) => [...terms, ...over])
  const outcomes = await makeRuns(terms.map(runOf), options)
  const facts = await factsOf(made, tables)
  const points = chosen.points.map((point) => {
    const missing = unknown.get(point)
    return missing === undefined
      ? judged(point, outcomes, facts.get(point) as Facts, tables)
      : unexpressed(point, missing, tables)
  })
  return {
    points: [...points, ...aggregated(points), ...chosen.inexpressible.map(unexpressedRow)],
    overCalibrated: overCalibrated(made, facts, tables),
    runs: outcomes.size
  }
}

/** What `--json` prints: exactly these keys. */
export const validationJson = ({ points }: Validation) =>
  points.map(({ machine: _machine, reason: _reason, ...point }) => point)

/** Points whose machine is in the catalogue, and for the others what is missing. */
function expressible(points: ReadonlyArray<Point>) {
  const unknown = new Map<Point, string>()
  for (const point of points) {
    for (const { machine } of [...point.terms, ...(point.over ?? [])]) {
      try {
        machineByName(machine)
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        unknown.set(point, `no machine ${machine} in the catalogue`)
      }
    }
  }
  return { made: points.filter((point) => !unknown.has(point)), unknown }
}

interface Facts {
  readonly figure: Figure
  readonly source: string
  readonly machine: string
  readonly cited: ReadonlySet<string>
}

/** What each point's kind follows from. */
async function factsOf(points: ReadonlyArray<Point>, tables: Published): Promise<ReadonlyMap<Point, Facts>> {
  const citedOf = new Map<string, ReadonlySet<string>>()
  const cite = async (run: RunDefinition): Promise<ReadonlySet<string>> => {
    const key = runKey({ ...run, experiment: "", parameters: {} })
    const known = citedOf.get(key)
    if (known !== undefined) return known
    const { mechanism } = run
    const own = mechanism === undefined ? [] : mechanismSources(await mechanismByName(mechanism.name), mechanism.config)
    const cited = citedBy([...machineSources(machineOf(run)), ...own], tables)
    citedOf.set(key, cited)
    return cited
  }
  const facts = new Map<Point, Facts>()
  for (const point of points) {
    const sets = await Promise.all([...point.terms, ...(point.over ?? [])].map(cite))
    const source = sourceOf(point, tables)
    const cited = new Set(sets.flatMap((set) => [...set]))
    facts.set(point, { figure: figureOf(source), source, machine: (point.terms[0] as Term).machine, cited })
  }
  return facts
}

const tableId = ({ published: place }: Point): string => ("row" in place ? place.row : place.curve)

function sourceOf(point: Point, { curves, rows }: Published): string {
  const id = tableId(point)
  const source = rows.get(id)?.source ?? curves.get(id)?.source
  if (source === undefined) throw new Error(`point ${point.id}: the tables have no ${id}`)
  return source
}

/** The published number of a point. */
export function publishedValue({ id, published: place }: Point, { curves, rows }: Published): number {
  if ("row" in place) {
    const numbers = numbersIn(rows.get(place.row)?.value ?? "")
    const value = numbers[place.part ?? 0]
    if (value === undefined) throw new Error(`point ${id}: the row has no number ${place.part ?? 0}`)
    return value
  }
  const { x = [], y = [] } = curves.get(place.curve) ?? {}
  const at = (wanted: number): number => {
    const value = y[x.indexOf(wanted)]
    if (value === undefined) throw new Error(`point ${id}: the curve has no point at ${wanted}`)
    return value
  }
  return place.above === undefined ? at(place.x) : at(place.x) - at(place.above)
}

function judged(
  point: Point,
  outcomes: ReadonlyMap<string, RunOutcome>,
  { cited, figure, machine, source }: Facts,
  tables: Published
): ValidatedPoint {
  const wanted = publishedValue(point, tables)
  const first = {
    id: point.id,
    source,
    figure: figureText(figure),
    kind: kindOf(figure, cited, tables),
    published: wanted
  }
  const last = { unit: point.unit, tolerancePercent: wanted === 0 ? null : point.tolerancePercent, machine }
  const found = valueOf(point, outcomes)
  if (typeof found === "string")
    return { ...first, simulated: null, ...last, errorPercent: null, status: "fail", reason: found }
  const errorPercent = wanted === 0 ? null : (found / wanted - 1) * 100
  const isGood =
    Math.abs(found - wanted) <= (point.toleranceAbsolute ?? -1) ||
    (errorPercent !== null && withinFactor(errorPercent, point))
  const status: Status = isGood ? "pass" : point.gap === undefined ? "fail" : "known-gap"
  return {
    ...first,
    simulated: found,
    unit: last.unit,
    errorPercent,
    tolerancePercent: last.tolerancePercent,
    status,
    ...(status === "known-gap" ? { reason: point.gap as string } : {}),
    machine
  }
}

/** A tolerance of 100 % or more is a factor: as far below as above. */
const withinFactor = (errorPercent: number, { tolerancePercent }: Point): boolean =>
  tolerancePercent < 100
    ? Math.abs(errorPercent) <= tolerancePercent
    : Math.abs(Math.log(1 + errorPercent / 100)) <= Math.log(1 + tolerancePercent / 100)

/** The simulated number in the point's unit, or why there is none. */
function valueOf(point: Point, outcomes: ReadonlyMap<string, RunOutcome>): number | string {
  const sum = (terms: ReadonlyArray<Term>, unit: Point["unit"]): number | string => {
    let total = 0
    for (const term of terms) {
      const outcome = outcomes.get(runKey(runOf(term)))
      if (outcome === undefined || "failed" in outcome)
        return `the run failed: ${outcome === undefined ? "not made" : `${outcome.failed.kind}: ${outcome.failed.message}`}`
      const value = outcome.readings[term.reading]
      if (value === undefined || !Number.isFinite(value)) return `the run has no reading ${term.reading}`
      total += (term.weight ?? 1) * value * tickFactor(unit, machineOf(term))
    }
    return total
  }
  const over = point.over === undefined ? 1 : sum(point.over, "cycles")
  const value = sum(point.terms, point.over === undefined ? point.unit : "cycles")
  if (typeof value === "string") return value
  return typeof over === "string" ? over : value / over
}

function unexpressed(point: Point, reason: string, tables: Published): ValidatedPoint {
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

function unexpressedRow({ id, reason, source, unit, value }: Inexpressible): ValidatedPoint {
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

/** Criteria over a whole curve: geometric mean of how far its points are off, as a factor of 1. */
function aggregated(points: ReadonlyArray<ValidatedPoint>): ReadonlyArray<ValidatedPoint> {
  return allAggregates.flatMap(({ id, of, tolerancePercent }: Aggregate) => {
    const members = points.filter((point) => of.includes(point.id) && point.simulated !== null)
    const [first] = members
    if (first === undefined || members.length < of.length) return []
    const logs = members.map(({ published: wanted, simulated }) =>
      Math.abs(Math.log((simulated as number) / (wanted as number)))
    )
    const simulated = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length)
    const errorPercent = (simulated - 1) * 100
    const status: Status = errorPercent <= tolerancePercent ? "pass" : "fail"
    return [{ ...first, id, published: 1, simulated, unit: "x", errorPercent, tolerancePercent, status }]
  })
}

/** VK2. */
function overCalibrated(
  points: ReadonlyArray<Point>,
  facts: ReadonlyMap<Point, Facts>,
  tables: Published
): ReadonlyArray<OverCalibrated> {
  const groups = new Map<string, { figure: string; machine: string; cited: Set<string> }>()
  for (const point of points) {
    const { cited, figure, machine } = facts.get(point) as Facts
    const id = tableId(point)
    if (!cited.has(id) && !cited.has(placeId(point.published))) continue
    const key = `${figureText(figure)}\n${machine}`
    const group = groups.get(key) ?? { figure: figureText(figure), machine, cited: new Set<string>() }
    groups.set(key, group)
    group.cited.add(tables.curves.has(id) && cited.has(placeId(point.published)) ? placeId(point.published) : id)
  }
  return [...groups.values()]
    .filter(({ cited }) => cited.size > MOST_CALIBRATING)
    .map(({ cited, figure, machine }) => ({ figure, machine, points: [...cited] }))
}
