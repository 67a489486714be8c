/** Arm pointer authentication as isolation: a signed pointer per object. README.md says what is modelled and what not. */

import { MOST_DOMAINS } from "@isolde/core/isolation/packed-authority"
import { Right } from "@isolde/core/isolation/rights"
import { defineMechanism } from "@isolde/core/mechanism"
import { PacConfig } from "./config.ts"
import { instructions, MOST_REGIONS } from "./pointer-registers.ts"
import { SIGNATURES } from "./signed-pointer.ts"
import { PacUnit } from "./unit.ts"

/** The mechanism. `pac()` takes every quantity's default; `isolde params pac` lists them. */
export const pac = defineMechanism({
  name: "pac",
  version: "0.1.0",
  config: PacConfig,
  traits: () => ({
    isa: ["aarch64"],
    features: ["pauth"],
    nativeMachine: "cortex-x3",
    governs: Right.read | Right.write,
    ungoverned: [
      "instruction fetch",
      "accesses relative to SP with an immediate offset",
      "pointers that were authenticated before and are kept in registers",
      "memory of no object: code, constants, gates, the table itself",
      "the shared runtime, to which every domain has pointers",
      "one stale or forged pointer in 65,536, whose signature fits by accident"
    ],
    granule: 16,
    domains: MOST_DOMAINS,
    regions: MOST_REGIONS,
    livesIn: ["table", "register"],
    revocation: "everywhere",
    attacker:
      "runs code that a compiler instrumented and a verifier read: authenticates before each access, executes no PACDA, AUTDA or XPACD of its own (all unprivileged), keeps SP on its own stack and jumps only to checked targets",
    instructions
  }),
  // PAC10
  refuse: (_config, demand) => {
    if (demand.domains > MOST_DOMAINS) return `${demand.domains} domains; the model tells ${MOST_DOMAINS} apart`
    const entries = demand.domains * demand.objects
    if (demand.objects > MOST_REGIONS || entries > SIGNATURES)
      return `${demand.objects} objects of ${demand.domains} domains need ${entries} entries; the table has ${SIGNATURES}, and pointers name ${MOST_REGIONS} objects`
    if (demand.operations.includes("readOnly"))
      return "a pointer authenticates for loads and stores alike, so nothing can be for reading only"
    return undefined
  },
  build: (config, parts) => new PacUnit(config, parts)
})
