/** EPT switching with VMFUNC: a domain is an EPTP of the list. README.md says what is modelled and what is not. */
import { Right } from "@isolde/core/isolation/rights"
import { defineMechanism } from "@isolde/core/mechanism"
import { EptConfig } from "./config.ts"
import { domainsPerContext } from "./domain-keys.ts"
import { EptUnit } from "./unit.ts"

/** Operations that change whose a region is. */
const changes = ["revoke", "move", "allocate", "free", "terminate"]

/** The mechanism. `ept()` takes every quantity's default; `isolde params ept` lists them. */
export const ept = defineMechanism({
  name: "ept",
  version: "0.1.0",
  config: EptConfig,
  traits: (config) => ({
    isa: ["x86-64"],
    features: config.keys ? ["vmfunc", "pku"] : ["vmfunc"],
    nativeMachine: "tiger-lake",
    governs: Right.read | Right.write,
    ungoverned: [
      "instruction fetch (the hardware checks it, the model does not)",
      "memory that every context maps: code, gates, the shared runtime",
      "what else lies on a page that a domain holds an object on"
    ],
    granule: 4096,
    domains: (config.eptpList - 1) * domainsPerContext(config.keys, "copy"),
    regions: 2 ** 36,
    takes: config.keys ? ["secondLevel", "keyRights", "tableEntries"] : ["secondLevel"],
    livesIn: ["register", "tlb"],
    revocation: "everywhere",
    instructions: config.keys ? ["VMFUNC", "WRPKRU"] : ["VMFUNC"],
    attacker: config.keys
      ? "executes no VMFUNC, WRPKRU or XRSTOR of its own: its code was inspected (EPK), since they are unprivileged"
      : "executes no VMFUNC of its own: its code was inspected (SkyBridge, Hodor), since VMFUNC is unprivileged"
  }),
  refuse: ({ eptpList, keys }, { domains, exchange, operations }) => {
    if (keys && (operations.includes("grant") || operations.includes("share")))
      return "an object has its holder's key, and two holders have no key in common: move it, or have it shared from the start"
    if (keys && exchange === "share" && operations.some((name) => changes.includes(name)))
      return "memory that all domains share has a key of its own, so that it can't be one domain's: borrow or copy"
    const contexts = Math.ceil(domains / domainsPerContext(keys, exchange))
    return contexts > eptpList - 1
      ? `${domains} domains need ${contexts + 1} contexts with the monitor's view; the EPTP list has ${eptpList}`
      : undefined
  },
  build: (config, parts) => new EptUnit(config, parts)
})
