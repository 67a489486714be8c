/**
 * The constants that a claim depends on, at the ends of their ranges: all as they are, all least, all greatest.
 * Law: a range is the quantity's own, as its mechanism or machine declares it; nothing here invents one.
 */
import { listQuantities, machineByName } from "@isolde/core"
import { listParameters } from "@isolde/core/machines/machine"
import type { Mechanism } from "@isolde/core/mechanism"

/** Where in their ranges constants stand. */
export type End = "default" | "least" | "greatest"
export const ends: ReadonlyArray<End> = ["default", "least", "greatest"]

/** Configuration with `names` at the end of their ranges. Throws for a name that isn't a quantity with a range. */
export function quantitiesAt(mechanism: Mechanism, names: ReadonlyArray<string>, end: End): Record<string, number> {
  const listed = listQuantities(mechanism)
  return Object.fromEntries(
    names.map((name) => {
      const quantity = listed.find((each) => each.name === name)
      if (quantity?.range === undefined)
        throw new RangeError(`${mechanism.mechanism} has no quantity ${name} with a range`)
      return [name, end === "default" ? quantity.default : quantity.range[end === "least" ? 0 : 1]]
    })
  )
}

/** Overrides that put the parameters of a machine below `path` at the end of their ranges. */
export function machineAt(machine: string, path: string, end: End): Record<string, unknown> {
  if (end === "default") return {}
  const overrides: Record<string, unknown> = {}
  for (const { path: at, parameter } of listParameters(machineByName(machine)()))
    if (at.startsWith(`${path}.`) && parameter.range !== undefined)
      put(overrides, at.split("."), parameter.range[end === "least" ? 0 : 1])
  return overrides
}

function put(tree: Record<string, unknown>, [name = "", ...rest]: ReadonlyArray<string>, value: number): void {
  if (rest.length === 0) {
    tree[name] = value
    return
  }
  tree[name] ??= {}
  put(tree[name] as Record<string, unknown>, rest, value)
}
