/**
 * The published numbers that Isolde ships: rows of facts and machine parameters, curves, and the project's own
 * additions. Law: a published number is written in these tables and nowhere else; an id is written once.
 */
import { readFileSync } from "node:fs"
import { parseCsv } from "./csv.ts"

/** One row of the tables of published numbers. */
export interface PublishedRow {
  readonly id: string
  readonly system: string
  readonly quantity: string
  /** One value, or several in the order that the quantity names. */
  readonly value: string
  readonly unit: string
  readonly machine: string
  readonly source: string
  readonly confidence: string
}

/** A published series. */
export interface PublishedCurve {
  readonly id: string
  readonly source: string
  readonly xLabel: string
  readonly x: ReadonlyArray<number>
  readonly yLabel: string
  readonly y: ReadonlyArray<number>
  readonly note: string
  readonly confidence: string
}

export interface Published {
  readonly rows: ReadonlyMap<string, PublishedRow>
  readonly curves: ReadonlyMap<string, PublishedCurve>
}

const folder = new URL("../../published/", import.meta.url)
const columns = ["id", "system", "quantity", "value", "unit", "machine", "source", "confidence"] as const

let read: Published | undefined

/** Everything, read once. */
export function published(): Published {
  read ??= {
    rows: byId(["facts.csv", "machines.csv", "additions.csv"].flatMap((name) => rowsOf(name, textOf(name)))),
    curves: byId(curvesOf(textOf("curves.json")))
  }
  return read
}

const textOf = (name: string): string => readFileSync(new URL(name, folder), "utf8")

/** The rows of a table. Throws an Error when its columns are others, or a row has too many or too few. */
export function rowsOf(name: string, text: string): ReadonlyArray<PublishedRow> {
  const [head = [], ...rows] = parseCsv(text)
  if (head.join() !== columns.join()) throw new Error(`${name}: expected the columns ${columns.join()}`)
  return rows.map((fields, at) => {
    if (fields.length !== columns.length) throw new Error(`${name}, row ${at + 1}: ${fields.length} fields`)
    return Object.fromEntries(columns.map((column, i) => [column, fields[i]])) as unknown as PublishedRow
  })
}

interface CurveData {
  readonly id: string
  readonly source: string
  readonly x_label: string
  readonly x: ReadonlyArray<number>
  readonly y_label: string
  readonly y: ReadonlyArray<number>
  readonly note: string
  readonly confidence: string
}

function curvesOf(text: string): ReadonlyArray<PublishedCurve> {
  return (JSON.parse(text) as ReadonlyArray<CurveData>).map(({ x_label, y_label, ...rest }) => ({
    ...rest,
    xLabel: x_label,
    yLabel: y_label
  }))
}

function byId<A extends { readonly id: string }>(entries: ReadonlyArray<A>): ReadonlyMap<string, A> {
  const map = new Map<string, A>()
  for (const entry of entries) {
    if (map.has(entry.id)) throw new Error(`two entries of the published tables are called ${entry.id}`)
    map.set(entry.id, entry)
  }
  return map
}

/** The numbers in a cell, in their order: "26 / 13.6" as [26, 13.6], "48.0 (42.8-56.2)" as [48, 42.8, 56.2]. */
export function numbersIn(cell: string): ReadonlyArray<number> {
  return [...cell.matchAll(/(?<![\w.])\.?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi)].map(([text]) => Number(text))
}
