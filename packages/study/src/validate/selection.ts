/** What `--only` chooses. Law: a filter that fits nothing is bad input, answered with the nearest names. */
import { InvalidInput, nearest, shown } from "@isolde/core/invalid-input"
import { figureOf, figureText } from "../published/figure.ts"
import type { Published } from "../published/published.ts"
import type { Inexpressible } from "./coverage.ts"
import { type Point, sourceOf } from "./point.ts"

export interface Selection {
  readonly points: ReadonlyArray<Point>
  readonly inexpressible: ReadonlyArray<Inexpressible>
}

/** Everything without a filter. Throws InvalidInput. */
export function selected(
  only: string | undefined,
  points: ReadonlyArray<Point>,
  inexpressible: ReadonlyArray<Inexpressible>,
  tables: Published
): Selection {
  if (only === undefined) return { points, inexpressible }
  const wanted = only.trim().toLowerCase()
  const fits = (id: string, source: string): boolean =>
    id.toLowerCase() === wanted ||
    id.toLowerCase().startsWith(`${wanted}/`) ||
    `${source} | ${figureText(figureOf(source))}`.toLowerCase().includes(wanted)
  const chosen = {
    points: wanted === "" ? [] : points.filter((point) => fits(point.id, sourceOf(point, tables))),
    inexpressible: wanted === "" ? [] : inexpressible.filter(({ id, source }) => fits(id, source))
  }
  if (chosen.points.length + chosen.inexpressible.length > 0) return chosen
  const names = [
    ...new Set([...points.map(({ id }) => id.split("/")[0] as string), ...tables.rows.keys(), ...tables.curves.keys()])
  ]
  const works = [...new Set(points.map((point) => figureOf(sourceOf(point, tables)).work))]
  throw new InvalidInput([
    {
      path: "only",
      expected: "the id of a row, curve or point, or a part of a source",
      actual: shown(only),
      remedy: `Nearest ids: ${nearest(only, names).join(", ")}. Sources: ${works.join("; ")}.`
    }
  ])
}
