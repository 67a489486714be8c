/** Intel memory protection keys for user pages (PKU). README.md says what is modelled and what is not. */
import { defineMechanism } from "@isolde/core/mechanism"
import { MpkConfig } from "./config.ts"
import { refusal } from "./refusal.ts"
import { traitsOf } from "./traits.ts"
import { MpkUnit } from "./unit.ts"

/** The mechanism. `mpk()` takes every quantity's default; `isolde params mpk` lists them. */
export const mpk = defineMechanism({
  name: "mpk",
  version: "0.1.0",
  config: MpkConfig,
  traits: (config) => traitsOf(config),
  refuse: refusal,
  build: (config, parts) => new MpkUnit(config, parts)
})
