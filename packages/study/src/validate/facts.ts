/** What a point's kind follows from: its figure, and what the parameters of its runs cite. */
import { mechanismByName } from "../compare/mechanism-by-name.ts"
import { type Figure, figureOf, figureText } from "../published/figure.ts"
import type { Published } from "../published/published.ts"
import { citedBy, MOST_CALIBRATING, machineSources, mechanismSources, takenBy } from "./kind.ts"
import { machineOf } from "./measure.ts"
import { type Point, placeId, type RunDefinition, sourceOf, tableId, termsOf } from "./point.ts"
import { runKey } from "./run-key.ts"

export interface PointFacts {
  readonly figure: Figure
  readonly source: string
  /** Machine of its first run. */
  readonly machine: string
  /** Rows and curves that parameters of its runs cite. */
  readonly cited: ReadonlySet<string>
  /** Those of them that a parameter takes its value from. */
  readonly taken: ReadonlySet<string>
}

/** A figure of which more points calibrate a machine than may. */
export interface OverCalibrated {
  readonly figure: string
  readonly machine: string
  readonly points: ReadonlyArray<string>
}

export async function factsOf(
  points: ReadonlyArray<Point>,
  tables: Published
): Promise<ReadonlyMap<Point, PointFacts>> {
  const known = new Map<string, ReadonlyArray<string>>()
  const sourcesOf = async (run: RunDefinition): Promise<ReadonlyArray<string>> => {
    const key = runKey({ ...run, experiment: "", parameters: {} })
    const sources = known.get(key) ?? [...machineSources(machineOf(run)), ...(await ownSources(run))]
    known.set(key, sources)
    return [...sources, ...(run.sources ?? [])]
  }
  const facts = new Map<Point, PointFacts>()
  for (const point of points) {
    const source = sourceOf(point, tables)
    const sources = (await Promise.all(termsOf(point).map(sourcesOf))).flat()
    facts.set(point, {
      figure: figureOf(source),
      source,
      machine: point.terms[0]?.machine ?? "",
      cited: citedBy(sources, tables),
      taken: takenBy(sources, tables)
    })
  }
  return facts
}

async function ownSources({ mechanism }: RunDefinition): Promise<ReadonlyArray<string>> {
  if (mechanism === undefined) return []
  const { config, name, sources = [] } = mechanism
  return [...mechanismSources(await mechanismByName(name), config), ...sources]
}

/** VK2: figures of which more points are taken than may be. */
export function overCalibrated(
  facts: ReadonlyMap<Point, PointFacts>,
  tables: Published
): ReadonlyArray<OverCalibrated> {
  const groups = new Map<string, { figure: string; machine: string; taken: Set<string> }>()
  for (const [point, { figure, machine, taken }] of facts) {
    const place = placeId(point.published)
    const id = tableId(point)
    if (!taken.has(id) && !taken.has(place)) continue
    const key = `${figureText(figure)}\n${machine}`
    const group = groups.get(key) ?? { figure: figureText(figure), machine, taken: new Set<string>() }
    groups.set(key, group)
    group.taken.add(tables.curves.has(id) && taken.has(place) ? place : id)
  }
  return [...groups.values()]
    .filter(({ taken }) => taken.size > MOST_CALIBRATING)
    .map(({ figure, machine, taken }) => ({ figure, machine, points: [...taken] }))
}
