/**
 * Stops, slices and LLC sets of a machine with a chosen number of cores and sockets.
 * Law: with at most the silicon's cores per socket, network and LLC are the silicon's (cores are left out, nothing
 * moves); with more, the machine is hypothetical: the mesh grows near-square, a ring longer, complexes more, and one
 * slice of the silicon's size comes per core.
 */
import type { Feature } from "./features.ts"
import type { Topology, TopologyKind } from "./machine.ts"
import type { MachineShape, Sourced } from "./shape.ts"
import type { ShootdownName } from "./shootdown-choice.ts"
import type { Value } from "./value.ts"

/** The silicon that a machine was described from: one socket of it. */
export interface Silicon {
  /** Cores, which is also the number of LLC slices in this model. */
  readonly cores: number
  readonly kind: TopologyKind
  /** Columns and rows of a mesh's stops; stops of a ring, in one row. Without meaning for the other kinds. */
  readonly columns: number
  readonly rows: number
  /** Of `complexes`: cores behind one stop of the fabric. */
  readonly coresPerComplex?: number
  /** Sockets that can be joined; default 1. */
  readonly mostSockets?: number
  /** Which sockets have a link of their own; default: all pairs. */
  readonly between?: Topology["between"]
  /** How an owner's data come to another tile; default: from the owner. */
  readonly answers?: Topology["answers"]
  /** Highest clock of a core when few are busy, in GHz. */
  readonly turbo: number
  /** Where the number of cores and the layout come from. */
  readonly source: string
  readonly confidence: Sourced["confidence"]
  /** Policies of shootdown that the silicon has hardware for; the first is the default. */
  readonly shootdowns: ReadonlyArray<ShootdownName>
  /** Hardware for isolation that the silicon has. */
  readonly features: ReadonlyArray<Feature>
  /** What is hypothetical about the machine even with these cores. */
  readonly note?: string
}

/** The numbers that follow from the cores. */
export interface Layout {
  readonly slices: Value
  readonly stops: Pick<MachineShape<Value>["network"], "columns" | "rows">
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

/** Lay out `tiles` cores, divided evenly among `sockets`, on the silicon's network, or on a larger one. */
export function layoutOf(silicon: Silicon, tiles: number, sockets: number): Layout {
  const most = Math.ceil(tiles / sockets)
  const grown = most > silicon.cores
  const slices = Math.max(most, silicon.cores)
  const [columns, rows] = stopsOf(silicon, slices, grown)
  const instead =
    silicon.kind === "mesh" ? `near-square mesh of ${slices} stops` : `as many stops as ${slices} cores need`
  const placed = (value: number): Value => ({
    value,
    range: [1, slices],
    confidence: grown ? "derived" : silicon.confidence,
    source: grown ? `${instead} in place of ${silicon.source}` : silicon.source,
    ...noteOf(silicon, most)
  })
  return { slices: placed(slices), stops: { columns: placed(columns), rows: placed(rows) } }
}

function stopsOf(silicon: Silicon, cores: number, grown: boolean): readonly [columns: number, rows: number] {
  const { columns, kind, rows } = silicon
  if (kind === "crossbar") return [1, 1]
  if (kind === "complexes") return [Math.ceil(cores / (silicon.coresPerComplex ?? 1)), 1]
  if (!grown) return [columns, rows]
  return kind === "mesh" ? nearSquare(cores) : [cores, 1]
}

function noteOf({ cores, note }: Silicon, most: number): { readonly note?: string } {
  if (note !== undefined) return { note }
  return most > cores ? { note: `hypothetical: ${most} cores where the silicon has ${cores}` } : {}
}
