/**
 * What the contract is held against: one mechanism, or several in one scenario. Law: several promise what their combined
 * traits say, and refuse what any of them refuses.
 */
import { combinedTraits } from "@isolde/core/isolation/combined-traits"
import type { Demand, Traits } from "@isolde/core/isolation/traits"
import type { MechanismInstance } from "@isolde/core/mechanism"

export interface Protection {
  /** In scenario order. */
  readonly mechanisms: ReadonlyArray<MechanismInstance>
  readonly traits: Traits
  /** A right that another thread gives is found at a thread's next gate: some mechanism keeps rights in registers. */
  readonly findsAtGates: boolean
  /** Why a run that would ask for `demand` can't be made, or undefined. */
  refuse(demand: Demand): string | undefined
}

/** `mechanisms` as one; at least one. */
export function protectionOf(mechanisms: readonly [MechanismInstance, ...Array<MechanismInstance>]): Protection {
  return {
    mechanisms,
    traits: combinedTraits(mechanisms) ?? mechanisms[0].traits,
    findsAtGates: mechanisms.some(({ traits }) => traits.revocation === "initiator"),
    refuse: (demand) => mechanisms.map((each) => each.refuse(demand)).find((reason) => reason !== undefined)
  }
}
