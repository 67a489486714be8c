/** The pointers that domains begin with. Law: each to what its domain owns, and to exchanged objects that all share. */
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import type { StoredRights } from "@isolde/core/isolation/stored-rights"
import type { MachineParts } from "@isolde/core/isolation/unit"
import type { Numbers } from "./numbers.ts"

/** Before the run. */
export function sign({ domains, exchange, regions }: MachineParts, numbers: Numbers, rights: StoredRights): void {
  for (let domain = 0; domain < domains; domain++) {
    for (let region = 0; region < regions.count; region++) {
      const shared = exchange === "share" && regions.kind[region] === RegionKind.exchange
      if (regions.owner[region] !== domain && !shared) continue
      const cell = domain * regions.count + region
      rights.initialise(domain, region, (numbers.initial(cell) << 2) | Right.readWrite)
    }
  }
}
