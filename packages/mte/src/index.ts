/** Arm MTE as isolation: a tag per domain. README.md says what is modelled and what is not. */
import { Right } from "@isolde/core/isolation/rights"
import { defineMechanism } from "@isolde/core/mechanism"
import { MteConfig } from "./config.ts"
import { instructions } from "./pointers.ts"
import { DOMAIN_TAGS, GRANULE } from "./tag-check.ts"
import { MteUnit } from "./unit.ts"

/** Domains that share tags: as many as a run may have. */
const MOST_DOMAINS = 4096

/** The mechanism. `mte()` takes every quantity's default; `isolde params mte` lists them. */
export const mte = defineMechanism({
  name: "mte",
  version: "0.1.0",
  config: MteConfig,
  traits: ({ beyond, cfi, mode }) => ({
    isa: ["aarch64"],
    features: ["mte"],
    nativeMachine: "cortex-x3",
    governs: Right.read | Right.write,
    ungoverned: [
      "instruction fetch",
      "accesses relative to SP with an immediate offset",
      "untagged pages: code, constants, gates, the shared runtime",
      "everything while PSTATE.TCO is set: copies by trusted code",
      ...(mode === "synchronous"
        ? []
        : [
            `${mode} mode: a failed ${mode === "asymmetric" ? "store" : "access"} takes effect and is reported at the next entry into the kernel`
          ]),
      ...(beyond === "share" ? ["memory of domains with the same tag, from 16 domains on"] : []),
      ...(cfi === "none" ? ["jumps into the middle of a gate"] : [])
    ],
    granule: GRANULE,
    domains: beyond === "share" ? MOST_DOMAINS : DOMAIN_TAGS,
    regions: 0x7fff_ffff,
    takes: ["authority", "tags"],
    livesIn: ["memoryTag", "register"],
    revocation: "everywhere",
    instructions,
    attacker:
      "executes no tag store, no MSR TCO and no write of the reserved registers, keeps SP on its own stack and jumps only to checked targets: a verifier read its code, since all of these are unprivileged"
  }),
  // MTE12
  refuse: ({ beyond }, demand) => {
    const most = beyond === "share" ? MOST_DOMAINS : DOMAIN_TAGS
    if (demand.domains > most)
      return `${demand.domains} domains need a tag each; there are ${DOMAIN_TAGS} beside tag 0, which is nobody's${beyond === "share" ? `, and ${most} domains share them at most` : ""}`
    if (demand.exchange === "share" && demand.domains > 1)
      return "a granule has one allocation tag and a domain one address tag, so no memory can belong to two domains"
    if (demand.operations.includes("share"))
      return "a granule has one allocation tag and a domain one address tag, so a region can't be shared by two domains"
    if (demand.operations.includes("readOnly"))
      return "a tag check tells no load from a store, so no right is for reading alone"
    return undefined
  },
  build: (config, parts) => new MteUnit(config, parts)
})
