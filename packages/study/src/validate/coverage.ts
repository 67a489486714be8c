/**
 * Rows and curves that no scenario expresses, with the reason: published/coverage.csv.
 * Law: every row of the facts and every curve is a point's, or stands there.
 */
import { readFileSync } from "node:fs"
import { parseCsv } from "../published/csv.ts"
import type { Published } from "../published/published.ts"

/** A row or curve without a point. */
export interface Inexpressible {
  readonly id: string
  readonly source: string
  readonly value: string
  readonly unit: string
  readonly reason: string
}

const file = new URL("../../published/coverage.csv", import.meta.url)

/** Every row and curve that coverage.csv names, in its order. */
export function inexpressibleOf(tables: Published): ReadonlyArray<Inexpressible> {
  const order = [...tables.rows.keys(), ...tables.curves.keys()]
  const [, ...lines] = parseCsv(readFileSync(file, "utf8"))
  return lines.flatMap(([ids = "", reason = ""]) => idsIn(ids, order).map((id) => entryOf(id, reason, tables)))
}

/** "F1a-01 F1a-05..F1a-07" as four ids: a range is one of the tables' order. */
export function idsIn(text: string, order: ReadonlyArray<string>): ReadonlyArray<string> {
  return text.split(/\s+/).flatMap((part) => {
    const [first = "", last = first] = part.split("..")
    const from = order.indexOf(first)
    const to = order.indexOf(last)
    if (from < 0 || to < from) throw new Error(`coverage.csv: ${part} is no row, curve or range of the tables`)
    return order.slice(from, to + 1)
  })
}

function entryOf(id: string, reason: string, { curves, rows }: Published): Inexpressible {
  const row = rows.get(id)
  if (row !== undefined) return { id, source: row.source, value: row.value, unit: row.unit, reason }
  const curve = curves.get(id)
  if (curve === undefined) throw new Error(`coverage.csv: the tables have no ${id}`)
  return { id, source: curve.source, value: curve.y.join("/"), unit: curve.yLabel, reason }
}
