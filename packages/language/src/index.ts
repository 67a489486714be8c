/** Safe-language isolation: owned references, proxies, bounds checks. README.md says what is modelled and what is not. */
import { Right } from "@isolde/core/isolation/rights"
import { defineMechanism } from "@isolde/core/mechanism"
import { LanguageConfig } from "./config.ts"
import { LanguageUnit, MOST_DOMAINS } from "./unit.ts"

/** Beyond what any run asks for. */
const UNLIMITED = 2 ** 30

/** The mechanism. `language()` calls through proxies; `isolde params language` lists its quantities. */
export const language = defineMechanism({
  name: "language",
  version: "0.1.0",
  config: LanguageConfig,
  traits: () => ({
    isa: ["x86-64", "aarch64"],
    nativeMachine: "haswell-ep-10",
    governs: Right.read | Right.write,
    ungoverned: [
      "code with unsafe blocks, the runtime, the compiler",
      "accesses relative to the stack pointer, which the compiler places",
      "the shared runtime and memory of no object: code, constants, tables, headers"
    ],
    granule: 16,
    domains: MOST_DOMAINS,
    regions: UNLIMITED,
    livesIn: ["code"],
    revocation: "everywhere",
    attacker: "hands in source of the safe language, no machine code and no unsafe block; the compiler has no bug",
    instructions: []
  }),
  // LANG8
  refuse: (_config, demand) => {
    if (demand.domains > MOST_DOMAINS) return `${demand.domains} domains; the model tells ${MOST_DOMAINS} apart`
    if (demand.exchange === "share" && demand.domains > 1)
      return "an owned reference has one owner, so no object can be written by two domains"
    const shared = demand.operations.find((operation) => operation === "share" || operation === "readOnly")
    if (shared !== undefined) return `no ${shared}: an owned reference has one owner, who reads and writes`
    return undefined
  },
  build: (config, parts) => new LanguageUnit(config, parts)
})
