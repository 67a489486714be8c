/** Arm MTE as isolation: a tag per domain. README.md says what is modelled and what is not. */
import { Right } from "@isolde/core/isolation/rights"
import { defineMechanism } from "@isolde/core/mechanism"
import { MteConfig } from "./config.ts"
import { GRANULE, TAGS } from "./tag-check.ts"
import { MteUnit } from "./unit.ts"

/** Tag 0 is nobody's. */
const DOMAINS = TAGS - 1

/** The mechanism. `mte()` takes every quantity's default; `isolde params mte` lists them. */
export const mte = defineMechanism({
  name: "mte",
  version: "0.1.0",
  config: MteConfig,
  traits: () => ({
    isa: ["aarch64"],
    nativeMachine: "cortex-x3",
    governs: Right.read | Right.write,
    ungoverned: [
      "instruction fetch",
      "accesses relative to SP with an immediate offset",
      "untagged pages: code, constants, gates, the shared runtime",
      "everything while PSTATE.TCO is set: copies by trusted code",
      "asynchronous mode: a failed access takes effect and is reported at the next entry into the kernel"
    ],
    granule: GRANULE,
    domains: DOMAINS,
    regions: 0x7fff_ffff,
    takes: ["authority", "tags"],
    livesIn: ["memoryTag", "register"],
    revocation: "everywhere",
    attacker:
      "executes no tag store, no MSR TCO and no write of the reserved registers, keeps SP on its own stack and jumps only to checked targets: a verifier read its code, since all of these are unprivileged"
  }),
  // MTE12
  refuse: (_config, demand) => {
    if (demand.domains > DOMAINS)
      return `${demand.domains} domains need a tag each; there are ${DOMAINS} beside tag 0, which is nobody's`
    if (demand.exchange === "share" && demand.domains > 1)
      return "a granule has one allocation tag and a domain one address tag, so no memory can belong to two domains"
    return undefined
  },
  build: (config, parts) => new MteUnit(config, parts)
})
