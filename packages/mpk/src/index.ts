/** Intel memory protection keys for user pages (PKU). README.md says what is modelled and what is not. */
import { Right } from "@isolde/core/isolation/rights"
import { defineMechanism } from "@isolde/core/mechanism"
import { MpkConfig } from "./config.ts"
import { keysNeeded, USABLE } from "./key-plan.ts"
import { KEYS } from "./pkru.ts"
import { MpkUnit } from "./unit.ts"

/** The mechanism. `mpk()` takes every quantity's default; `isolde params mpk` lists them. */
export const mpk = defineMechanism({
  name: "mpk",
  version: "0.1.0",
  config: MpkConfig,
  traits: (config) => ({
    isa: ["x86-64"],
    nativeMachine: "tiger-lake",
    governs: Right.read | Right.write,
    ungoverned: [
      "instruction fetch",
      "memory under key 0: code, constants, gates and their tables, the shared runtime",
      "what else lies on a page that a domain holds an object on"
    ],
    granule: 4096,
    domains: USABLE,
    regions: USABLE,
    takes: ["keyRights"],
    livesIn: ["register", "tlb"],
    revocation: config.synchronise === "interrupt" ? "everywhere" : "initiator",
    attacker:
      "executes no WRPKRU and no XRSTOR of PKRU outside the gates, both unprivileged: its code was inspected and is not writable, and it doesn't write the gates' memory"
  }),
  refuse: (_config, demand) => {
    const needed = keysNeeded(demand)
    if (needed <= USABLE) return undefined
    const objects =
      demand.exchange === "borrow"
        ? ` and ${demand.objects} borrowed objects`
        : demand.exchange === "share"
          ? " and their shared memory"
          : ""
    return `${demand.domains} domains${objects} need ${needed} keys; of ${KEYS} keys ${USABLE} are usable, since key 0 is everybody's`
  },
  build: (config, parts) => new MpkUnit(config, parts)
})
