/**
 * Stops, slices and LLC sets of a machine with a chosen number of cores.
 * Law: with at most the silicon's cores, mesh and LLC are the silicon's (cores are left out, nothing moves); with
 * more, the machine is hypothetical: the mesh grows near-square, and one slice of the silicon's size comes per core.
 */
import type { MachineShape, Sourced } from "./machine.ts"
import type { ShootdownName } from "./shootdown-choice.ts"
import type { Value } from "./value.ts"

/** The silicon that a machine was described from. */
export interface Silicon {
  /** Cores, which is also the number of LLC slices in this model. */
  readonly cores: number
  readonly columns: number
  readonly rows: number
  /** Where the number of cores and the layout come from. */
  readonly source: string
  readonly confidence: Sourced["confidence"]
  /** Policies of shootdown that the silicon has hardware for; the first is the default. */
  readonly shootdowns: ReadonlyArray<ShootdownName>
  /** What is hypothetical about the machine even with these cores. */
  readonly note?: string
}

export interface Topology {
  readonly slices: Value
  readonly mesh: Pick<MachineShape<Value>["mesh"], "columns" | "rows">
}

/**
 * Columns and rows that hold `stops`: the fewest empty stops with at most three columns per row, then the squarest.
 * 1 -> 1x1, 4 -> 2x2, 7 -> 4x2, 10 -> 5x2, 256 -> 16x16.
 */
export function nearSquare(stops: number): readonly [columns: number, rows: number] {
  let best: readonly [number, number] = [stops, 1]
  let empty = stops
  for (let rows = Math.floor(Math.sqrt(stops)); rows >= 1; rows--) {
    const columns = Math.ceil(stops / rows)
    if (columns > 3 * rows || columns * rows - stops >= empty) continue
    best = [columns, rows]
    empty = columns * rows - stops
  }
  return best
}

/** Lay out `tiles` cores on the silicon's mesh, or on a larger one if they don't fit. */
export function topologyOf(silicon: Silicon, tiles: number): Topology {
  const grown = tiles > silicon.cores
  const stops = Math.max(tiles, silicon.cores)
  const [columns, rows] = grown ? nearSquare(stops) : [silicon.columns, silicon.rows]
  const placed = (value: number): Value => ({
    value,
    range: [1, stops],
    confidence: grown ? "derived" : silicon.confidence,
    source: grown ? `near-square mesh of ${stops} stops in place of ${silicon.source}` : silicon.source,
    ...noteOf(silicon, tiles)
  })
  return { slices: placed(stops), mesh: { columns: placed(columns), rows: placed(rows) } }
}

function noteOf({ cores, note }: Silicon, tiles: number): { readonly note?: string } {
  if (note !== undefined) return { note }
  return tiles > cores ? { note: `hypothetical: ${tiles} cores where the silicon has ${cores}` } : {}
}
