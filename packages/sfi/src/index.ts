/** Software fault isolation in eight forms. README.md says what is modelled and what is not. */
import { Right } from "@isolde/core/isolation/rights"
import { defineMechanism } from "@isolde/core/mechanism"
import { SfiConfig } from "./config.ts"
import { SfiUnit } from "./unit.ts"
import { variants } from "./variants.ts"

/** Beyond what any run asks for. */
const UNLIMITED = 2 ** 30

/** Operations on rights, which are in the code. */
const changing: ReadonlyArray<string> = [
  "grant",
  "revoke",
  "move",
  "share",
  "readOnly",
  "allocate",
  "free",
  "terminate"
]

/** The mechanism. `sfi()` masks; `isolde params sfi` lists its quantities. */
export const sfi = defineMechanism({
  name: "sfi",
  version: "0.1.0",
  config: SfiConfig,
  traits: ({ variant }) => {
    const { domains, features = [], governs, granule, isa, livesIn, nativeMachine } = variants[variant]
    return {
      isa,
      features,
      nativeMachine,
      governs,
      ungoverned: [
        ...(governs === Right.write ? ["loads"] : []),
        "accesses relative to the stack pointer, which the verifier keeps in its zone",
        "the shared runtime, and memory of no sandbox: code, constants, gates, tables",
        "copies by the runtime"
      ],
      granule,
      domains,
      regions: UNLIMITED,
      livesIn,
      revocation: "everywhere",
      attacker:
        "runs code that a verifier read: no instruction outside the confined language, no jump into the middle of one or past a check, stack pointer in its own zone",
      instructions: []
    }
  },
  // SFI9
  refuse: ({ variant }, demand) => {
    const { domains, fixed, unshared } = variants[variant]
    if (demand.domains > domains) return `${demand.domains} sandboxes; the address space has room for ${domains}`
    if (demand.exchange === "borrow" && demand.objects > 0) return `nothing can be lent: ${fixed}`
    if (demand.exchange === "share" && demand.domains > 1 && unshared !== undefined) return unshared
    const changes = demand.operations.find((operation) => changing.includes(operation))
    if (changes !== undefined) return `no ${changes}: ${fixed}`
    return undefined
  },
  build: (config, parts) => new SfiUnit(config, parts)
})
