/** Intel SGX: domains as enclaves. README.md says what is modelled and what is not. */
import { Right } from "@isolde/core/isolation/rights"
import { defineMechanism } from "@isolde/core/mechanism"
import { EnclaveConfig } from "./config.ts"
import { EnclaveUnit } from "./unit.ts"

/** Modes that a TLB tag tells apart in the model, without the outside. */
const MOST_ENCLAVES = 500

/** The mechanism. `enclave()` takes every quantity's default; `isolde params enclave` lists them. */
export const enclave = defineMechanism({
  name: "enclave",
  version: "0.1.0",
  config: EnclaveConfig,
  traits: ({ application }) => ({
    isa: ["x86-64"],
    features: ["sgx"],
    nativeMachine: "ice-lake-sp",
    governs: Right.readWrite,
    ungoverned: [
      "instruction fetch (the hardware checks it, the model does not)",
      "all memory outside the enclave page cache, by every enclave",
      ...(application === "outside" ? ["memory of the application, by every enclave"] : []),
      "exchanged objects, the shared runtime, code and gates: all outside"
    ],
    granule: 4096,
    domains: MOST_ENCLAVES,
    regions: 0,
    takes: ["secondLevel"],
    livesIn: ["register", "table", "tlb"],
    revocation: "everywhere",
    attacker: "the application, its kernel and other enclaves: whoever is outside executes what it likes"
  }),
  // SGX10
  refuse: ({ application }, { domains, exchange, objects, operations }) => {
    if (domains > MOST_ENCLAVES) return `${domains} domains; the model tells ${MOST_ENCLAVES} enclaves apart`
    const [asked] = operations.filter((name) => name !== "instruction")
    if (asked !== undefined || (exchange === "borrow" && objects > 0))
      return "a page of an enclave is that enclave's for good: nothing is granted, lent, moved or taken away; share outside, or copy"
    if (exchange === "copy" && (domains > 2 || application === "enclave"))
      return "no code reaches two enclaves: copies are between the application and one enclave, which reaches both"
    return undefined
  },
  build: (config, parts) => new EnclaveUnit(config, parts)
})
