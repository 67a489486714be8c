/** What a mechanism's `refuse` leaves a program to ask for. Law: nothing is tried that was refused, nothing else left out. */
import type { Demand } from "@isolde/core/isolation/traits"
import type { Exchange } from "@isolde/core/isolation/unit"
import type { Vocabulary } from "./planned-program.ts"
import type { Protection } from "./protection.ts"

export const exchanges: ReadonlyArray<Exchange> = ["share", "borrow", "copy"]

/** Demand of a program with `domains` domains and, under `borrow`, `objects` objects. */
export const demandOf = (exchange: Exchange, domains: number, objects: number): Demand => ({
  domains,
  exchange,
  objects: exchange === "borrow" ? objects : 0,
  operations: []
})

/** The largest small vocabulary that `protection` doesn't refuse, or undefined if it refuses the policy. */
export function vocabularyOf(protection: Protection, exchange: Exchange, canReadOnly: boolean): Vocabulary | undefined {
  for (const domains of [3, 2]) {
    for (const objects of [6, 4, 3, 2, 1]) {
      if (protection.refuse(demandOf(exchange, domains, objects)) !== undefined) continue
      const can = (...operations: ReadonlyArray<string>) =>
        protection.refuse({ ...demandOf(exchange, domains, objects), operations }) === undefined
      const canGrant = protection.refuse(demandOf("share", domains, 0)) === undefined && can("grant")
      return {
        domains,
        exchange,
        objects,
        canGrant,
        canShare: canGrant && can("share"),
        canAllocate: can("allocate", "free"),
        canReadOnly: canReadOnly && can("readOnly"),
        governs: protection.traits.governs
      }
    }
  }
  return undefined
}
