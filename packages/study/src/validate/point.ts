/**
 * A published point that a scenario can express: which number of the tables it is, and which runs come to it.
 * Law: a point is data. Its number is the tables'; how far off it may be is the issue's or its group's, not its own.
 */
import type { MachineOptions } from "@isolde/core"
import type { Parameters } from "@isolde/workloads"
import type { Published } from "../published/published.ts"

/** A run of an experiment: equal runs are made once. */
export interface RunDefinition {
  readonly machine: string
  readonly options?: MachineOptions
  /** `sources` say where the numbers of `config` come from, in the words of a parameter's source. */
  readonly mechanism?: {
    readonly name: string
    readonly config?: unknown
    readonly sources?: ReadonlyArray<string>
  }
  readonly experiment: string
  /** Those that are not the experiment's defaults. */
  readonly parameters?: Parameters
  /** Where numbers of `parameters` or `options` come from, in the words of a parameter's source. */
  readonly sources?: ReadonlyArray<string>
}

/** One run's share of a point. */
export interface Term extends RunDefinition {
  readonly reading: string
  /** Default 1. */
  readonly weight?: number
}

/** Where the published number stands. */
export type PublishedPlace =
  /** The `part`-th number in a row's cell, from 0 on; `times` is what its suffix stands for: 1000 of "93K". */
  | { readonly row: string; readonly part?: number; readonly times?: number }
  /** y at `x`, or how much more it is than y at `above`. */
  | { readonly curve: string; readonly x: number; readonly above?: number }

/** Units of published numbers. Ticks are cycles of the machine's reference clock. */
export type PointUnit =
  | "cycles"
  | "ns"
  | "us"
  | "ms"
  | "ns/page"
  | "us/page"
  | "GB/s"
  | "k/s"
  | "M/s"
  | "B/cycle"
  | "instr/cycle"
  | "x"
  | "%"

export interface Point {
  readonly id: string
  readonly published: PublishedPlace
  readonly unit: PointUnit
  /** The sum of the terms is the simulated number; with `over`, divided by the sum of those. */
  readonly terms: ReadonlyArray<Term>
  readonly over?: ReadonlyArray<Term>
  /** The published number is divided by this one, of the same source: a ratio where a denominator alone says nothing. */
  readonly publishedOver?: PublishedPlace
  /** What the source says that its own measuring adds to the published number: added to the simulated one. */
  readonly instrument?: PublishedPlace
  /** Most that the simulated number may be off, in percent of the published one. */
  readonly tolerancePercent: number
  /** The same in the point's unit: what counts where the published number is 0 or close to it. */
  readonly toleranceAbsolute?: number
  /** Why it is known to miss, if it is. */
  readonly gap?: string
}

/** The name of a point's place in the tables: an id, or id/x. */
export const placeId = (place: PublishedPlace): string =>
  "row" in place
    ? place.part === undefined
      ? place.row
      : `${place.row}/${place.part}`
    : `${place.curve}/${place.x}${place.above === undefined ? "" : `-${place.above}`}`

/** The row or curve of a point. */
export const tableId = ({ published: place }: Point): string => ("row" in place ? place.row : place.curve)

/** Every run that a point takes something from. */
export const termsOf = ({ over = [], terms }: Point): ReadonlyArray<Term> => [...terms, ...over]

/** The source of a point's row or curve. */
export function sourceOf(point: Point, { curves, rows }: Published): string {
  const id = tableId(point)
  const source = rows.get(id)?.source ?? curves.get(id)?.source
  if (source === undefined) throw new Error(`point ${point.id}: the tables have no ${id}`)
  return source
}

/** Points at every x of a curve, or at those that `xs` picks. */
export function curvePoints(
  curve: string,
  xs: ReadonlyArray<number>,
  pointAt: (x: number) => Omit<Point, "id" | "published">,
  above?: number
): ReadonlyArray<Point> {
  return xs.map((x) => {
    const place = { curve, x, ...(above === undefined ? {} : { above }) }
    return { id: placeId(place), published: place, ...pointAt(x) }
  })
}

/** A point that is a row's number. */
export const rowPoint = (row: string, point: Omit<Point, "id" | "published">, part?: number): Point => {
  const place = { row, ...(part === undefined ? {} : { part }) }
  return { id: placeId(place), published: place, ...point }
}
