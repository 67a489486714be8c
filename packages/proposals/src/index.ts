/** Isolation hardware that nobody has built, or nobody sells. README.md says what is modelled and what is not. */
import { defineMechanism } from "@isolde/core/mechanism"
import { ProposalsConfig } from "./config.ts"
import { refusal } from "./refusal.ts"
import { traitsOf } from "./traits.ts"
import { proposalUnit } from "./unit.ts"

/** The mechanism. `proposals({ base: "tags" })` takes every other default; `isolde params proposals` lists them. */
export const proposals = defineMechanism({
  name: "proposals",
  version: "0.1.0",
  config: ProposalsConfig,
  traits: traitsOf,
  refuse: refusal,
  build: proposalUnit
})
