/** The memory of the random programs over every verb. Law: three objects, so that operations meet at one of them. */
import { RegionKind } from "@isolde/core/isolation/regions"
import type { ProgramRegion } from "../program-workload.ts"
import type { Vocabulary } from "./planned-program.ts"

/** Private memory of each domain, the shared runtime, then objects. */
export function verbRegions({ domains, objects }: Vocabulary): Array<ProgramRegion> {
  return [
    ...Array.from({ length: domains }, (_, owner) => ({ name: `private ${owner}`, kind: RegionKind.private, owner })),
    { name: "runtime", kind: RegionKind.shared, owner: 0 },
    ...Array.from({ length: Math.min(objects, 3) }, (_, at) => ({
      name: `object ${at}`,
      kind: RegionKind.exchange,
      owner: at % domains
    }))
  ]
}
