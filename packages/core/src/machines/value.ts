/**
 * How a machine file writes a number: value, source, range, in the words of the published tables.
 * Law: only a number that was read in its source for this very machine ("verified") may lack a range.
 */
import type { Field } from "./field.ts"
import { fields } from "./fields.ts"
import type { MachineShape, Sourced } from "./shape.ts"

/** A number of one machine; unit and meaning come from fields.ts, `note` is appended to the meaning. */
export interface Value extends Omit<Sourced, "unit" | "meaning"> {
  readonly note?: string
}

/** Least and greatest plausible value. */
export type Range = readonly [least: number, most: number]

/** Read in its source, for this machine or this core. */
export const verified = (value: number, source: string, note?: string): Value => ({
  value,
  source,
  confidence: "verified",
  ...(note === undefined ? {} : { note })
})

const ranged =
  (confidence: Sourced["confidence"]) =>
  (value: number, range: Range, source: string, note?: string): Value => ({
    value,
    range,
    source,
    confidence,
    ...(note === undefined ? {} : { note })
  })

/** Read in somebody's notes of the source. */
export const secondary = ranged("secondary")
/** Arithmetic on published rows; the source shows it. */
export const derived = ranged("derived")
/** From memory: the published tables say so, or no row exists. */
export const recalled = ranged("recalled")
/** An argument stands in for a source, which begins with "assumed:". */
export const assumed = ranged("assumed")

/** Latency and occupancy of a kind of link that this machine hasn't got. */
export const unused = (reason: string): { readonly latency: Value; readonly flit: Value } => {
  const none = assumed(0, [0, 0], `assumed: unused, ${reason}`)
  return { latency: none, flit: none }
}

interface Tree {
  readonly [name: string]: Tree | Field
}

/** Join a machine's values with the fields' units and meanings. */
export function sourced(values: MachineShape<Value>): MachineShape<Sourced> {
  return join(
    fields as unknown as Tree,
    values as unknown as Record<string, unknown>
  ) as unknown as MachineShape<Sourced>
}

const isField = (node: Tree | Field): node is Field => typeof (node as Field).unit === "string"

function join(tree: Tree, values: Record<string, unknown>): Record<string, unknown> {
  const joined: Record<string, unknown> = {}
  for (const [name, child] of Object.entries(tree)) {
    if (isField(child)) {
      const { note, ...value } = values[name] as Value
      joined[name] = {
        ...value,
        unit: child.unit,
        meaning: note === undefined ? child.meaning : `${child.meaning}; ${note}`
      }
    } else joined[name] = join(child, values[name] as Record<string, unknown>)
  }
  return joined
}
