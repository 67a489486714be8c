/** EPT switching with VMFUNC: a domain is an EPTP of the list. README.md says what is modelled and what is not. */
import { Right } from "@isolde/core/isolation/rights"
import { defineMechanism } from "@isolde/core/mechanism"
import { EptConfig } from "./config.ts"
import { EptUnit } from "./unit.ts"

/** The mechanism. `ept()` takes every quantity's default; `isolde params ept` lists them. */
export const ept = defineMechanism({
  name: "ept",
  version: "0.1.0",
  config: EptConfig,
  traits: (config) => ({
    isa: ["x86-64"],
    nativeMachine: "tiger-lake",
    governs: Right.read | Right.write,
    ungoverned: [
      "instruction fetch (the hardware checks it, the model does not)",
      "memory that every context maps: code, gates, the shared runtime",
      "what else lies on a page that a domain holds an object on"
    ],
    granule: 4096,
    domains: config.eptpList - 1,
    regions: 2 ** 36,
    takes: ["secondLevel"],
    livesIn: ["register", "tlb"],
    revocation: "everywhere",
    attacker: "executes no VMFUNC of its own: its code was inspected (SkyBridge, Hodor), since VMFUNC is unprivileged"
  }),
  refuse: (config, demand) =>
    demand.domains > config.eptpList - 1
      ? `${demand.domains} domains need ${demand.domains + 1} contexts with the monitor's view; the EPTP list has ${config.eptpList}`
      : undefined,
  build: (config, parts) => new EptUnit(config, parts)
})
