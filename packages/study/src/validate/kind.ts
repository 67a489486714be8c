/**
 * Whether a point is a calibration or a prediction: computed from what its runs read, never declared.
 *
 *   VK1  a point is a calibration if a parameter that one of its runs reads cites a row of the point's figure
 *   VK2  at most two points of a figure calibrate a machine: parameters take their values from no more of them
 */
import type { Machine, Mechanism } from "@isolde/core"
import { listParameters, listQuantities } from "@isolde/core"
import { citedIn, type Figure, figureOf, sameFigure, takenIn } from "../published/figure.ts"
import type { Published } from "../published/published.ts"

export type Kind = "calibration" | "prediction"

/** Most points of a figure that may calibrate. */
export const MOST_CALIBRATING = 2

interface Tree {
  readonly [name: string]: Tree | number | undefined
}

/** Sources of the parameters that a run on `machine` reads; what is overridden has none. */
export function machineSources(machine: Machine): ReadonlyArray<string> {
  const isOverridden = (path: string): boolean => {
    let at: Tree | number | undefined = machine.overrides as Tree
    for (const name of path.split(".")) at = typeof at === "object" ? at[name] : undefined
    return at !== undefined
  }
  return listParameters(machine)
    .filter(({ path }) => !isOverridden(path))
    .map(({ parameter }) => parameter.source)
}

/** Sources of the quantities of a mechanism configured by `config`. */
export const mechanismSources = (mechanism: Mechanism, config: unknown): ReadonlyArray<string> =>
  listQuantities(mechanism)
    .filter(({ name }) => !Object.hasOwn((config ?? {}) as object, name))
    .map(({ source }) => source)

/** Rows and curves that any of `sources` cites. */
export const citedBy = (sources: ReadonlyArray<string>, published: Published): ReadonlySet<string> =>
  new Set(sources.flatMap((source) => citedIn(source, published)))

/** Rows and curves that any of `sources` takes its value from: what calibrates, for VK2. */
export const takenBy = (sources: ReadonlyArray<string>, published: Published): ReadonlySet<string> =>
  new Set(sources.flatMap((source) => takenIn(source, published)))

/** VK1. */
export function kindOf(figure: Figure, cited: ReadonlySet<string>, published: Published): Kind {
  for (const id of cited) {
    const source = published.rows.get(id)?.source ?? published.curves.get(id)?.source
    if (source !== undefined && sameFigure(figureOf(source), figure)) return "calibration"
  }
  return "prediction"
}
