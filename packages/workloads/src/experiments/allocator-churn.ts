/**
 * Objects that are freed and allocated again, one after another: what a mechanism does so that a pointer to the old
 * object doesn't reach the new one (tags, quarantine and sweeps, signatures, page tables). The allocator's own lists
 * are nobody's.
 */
import { RegionKind, Verb } from "@isolde/core"
import { LINE_BYTES } from "@isolde/core/memory/pages"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { atLeast, orNone } from "./parameter-rule.ts"

export interface AllocatorChurnParameters {
  readonly [name: string]: number
  readonly bytes: number
  readonly every: number
  readonly objects: number
  readonly rounds: number
  readonly written: number
}

const FREE = "free"
const ALLOCATE = "allocate"
/** Regions: the program's own memory, the other domain's, then the objects. */
const FIRST = 2
const OBJECTS = 2

export const allocatorChurn = experimentOf<AllocatorChurnParameters>({
  name: "allocator-churn",
  meaning: "ticks of freeing an object and of allocating it again, one object after another",
  parameters: {
    bytes: "bytes of an object",
    every: "bytes from one object to the next: at least the mechanism's granule",
    objects: "objects of the heap, which take turns",
    rounds: "times that each object is freed and allocated, after one that warms",
    written: "lines of an object that the program writes between"
  },
  defaults: { bytes: 4096, every: 4096, objects: 4, rounds: 4, written: 1 },
  accepts: { written: orNone },
  together: ({ bytes, every }) => atLeast("every", every, "bytes", bytes),
  readings: [
    { name: "free", unit: "tick", meaning: "one object freed" },
    { name: "allocate", unit: "tick", meaning: "one object allocated" },
    { name: "both", unit: "tick", meaning: "the two together" }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "allocator-churn",
      config: parameters,
      domains: ["program", "library"],
      areas: [
        { name: "memory", bytes: 4096 },
        { name: "memory of the library", bytes: 4096, owner: 1 },
        {
          name: "object",
          bytes: parameters.objects * parameters.every,
          kind: RegionKind.exchange,
          objects: { bytes: parameters.bytes, every: parameters.every }
        }
      ],
      requests: [FREE, ALLOCATE],
      exchange: "borrow",
      operations: ["allocate", "free"],
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { objects }) => {
    const of = (name: string): number => mean(ticksOf(requests, name).slice(objects))
    return { free: of(FREE), allocate: of(ALLOCATE), both: of(FREE) + of(ALLOCATE) }
  }
})

function codeOf({ bytes, every, objects, rounds, written }: AllocatorChurnParameters): Code {
  const code = new Code([FREE, ALLOCATE])
  const lines = Math.min(written, Math.ceil(bytes / LINE_BYTES))
  const writes = Array.from({ length: objects }, (_, object) =>
    code.block([{ store: { area: OBJECTS, at: (n) => object * every + LINE_BYTES * (n % Math.max(1, lines)) } }])
  )
  for (let round = 0; round <= rounds; round++) {
    for (let object = 0; object < objects; object++) {
      const region = FIRST + object
      code.begin(FREE).operate({ verb: Verb.free, region, from: 0, bytes }).end(FREE)
      code.begin(ALLOCATE).operate({ verb: Verb.allocate, region, to: 0, bytes }).end(ALLOCATE)
      if (lines > 0) code.run(writes[object] as number, lines)
    }
  }
  return code
}
