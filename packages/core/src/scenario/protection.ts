/** What protects a run: the units of a scenario's mechanisms as one, and what they check between them. */
import { combinedTraits } from "../isolation/combined-traits.ts"
import { CombinedUnit } from "../isolation/combined-unit.ts"
import type { Governed } from "../isolation/judge.ts"
import { NoneUnit } from "../isolation/none.ts"
import { RegionKind } from "../isolation/regions.ts"
import { Right } from "../isolation/rights.ts"
import type { MachineParts, ProtectionUnit } from "../isolation/unit.ts"
import type { MechanismInstance } from "../mechanism.ts"

/** What the mechanisms of a scenario check between them. */
export function governedBy(mechanisms: ReadonlyArray<MechanismInstance>): Governed {
  const traits = combinedTraits(mechanisms)
  if (traits === undefined) return { modes: Right.none, leaves: Object.values(RegionKind) }
  return { modes: traits.governs, leaves: traits.leaves ?? [RegionKind.shared] }
}

/** Nothing, the one mechanism's unit, or all of them combined. */
export function unitOf(mechanisms: ReadonlyArray<MechanismInstance>, parts: MachineParts): ProtectionUnit {
  if (mechanisms.length <= 1) return mechanisms[0]?.build(parts) ?? new NoneUnit()
  const { kernel } = parts
  const serves: Array<typeof kernel.serve> = []
  const units = mechanisms.map((mechanism, at) => {
    kernel.serve = undefined
    const enforced: MachineParts["enforced"] = (thread, place, domain, region, before, after, tick) =>
      parts.enforced(thread, place, domain, region, before, after, tick, at)
    const unit = mechanism.build({ ...parts, enforced })
    serves.push(kernel.serve)
    return unit
  })
  const combined = new CombinedUnit(
    units,
    mechanisms.map(({ traits }) => traits)
  )
  kernel.serve = serves.some((serve) => serve !== undefined) ? combined.serve(serves) : undefined
  return combined
}
