/** What a variant can't express, with the reason. Law: refused, never downgraded. */
import type { Demand } from "@isolde/core/isolation/traits"
import type { MpkConfig } from "./config.ts"
import { keysNeeded, USABLE } from "./key-plan.ts"
import { KEYS } from "./pkru.ts"

/** Why a run can't be done, or undefined. */
export function refusal({ hardware, synchronise, virtualise }: MpkConfig, demand: Demand): string | undefined {
  const { domains, exchange, objects, operations } = demand
  if (hardware === "dacr" && operations.includes("readOnly"))
    return "DACR can't say that a domain's pages are read only"
  const rekeyed = synchronise === "rekey"
  if (rekeyed && (exchange === "share" || operations.includes("grant") || operations.includes("share")))
    return "an object that is re-keyed has its holder's key, and two holders have no key in common; synchronise otherwise to share"
  if (virtualise && exchange === "borrow" && objects > 0 && !rekeyed)
    return 'domains that take turns with keys leave none for objects; borrow with `synchronise: "rekey"`'
  if (virtualise) return undefined
  const needed = keysNeeded(demand, !rekeyed)
  if (needed <= USABLE) return undefined
  const what =
    exchange === "borrow" && !rekeyed
      ? ` and ${objects} borrowed objects`
      : exchange === "share"
        ? " and their shared memory"
        : ""
  return `${domains} domains${what} need ${needed} keys; of ${KEYS} keys ${USABLE} are usable, since key 0 is everybody's`
}
