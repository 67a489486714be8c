/**
 * CHERI capabilities as on Morello: a DDC per compartment, and pointers that are integers or capabilities. README.md
 * says what is modelled and what is not.
 *
 *   CHERI19  a pointer that is a capability takes 16 bytes of memory; where nothing says what are pointers, it is refused
 */
import { Right } from "@isolde/core/isolation/rights"
import { defineMechanism } from "@isolde/core/mechanism"
import { CAPABILITY_BYTES } from "./capability.ts"
import { CheriConfig } from "./config.ts"
import { instructions } from "./instructions.ts"
import { CheriUnit } from "./unit.ts"

/** Beyond what any run asks for. */
const UNLIMITED = 2 ** 30

/** The mechanism. `cheri()` takes every quantity's default; `isolde params cheri` lists them. */
export const cheri = defineMechanism({
  name: "cheri",
  version: "0.1.0",
  config: CheriConfig,
  traits: ({ pointers, quarantine, revocation }) => ({
    isa: ["aarch64"],
    features: ["cheri"],
    nativeMachine: "morello",
    governs: Right.read | Right.write,
    ungoverned: [
      "instruction fetch (the hardware checks PCC, the model does not)",
      "the shared runtime, to which every compartment holds a capability",
      "bytes that rounded bounds cover beside an object of 16 KiB and more",
      "memory under no capability of the model: code, the revocation table or bitmap",
      ...(revocation === "sweep" ? ["freed objects in quarantine, until the next sweep"] : [])
    ],
    granule: 1,
    ...(pointers === "capabilities" ? { pointerBytes: CAPABILITY_BYTES } : {}),
    domains: UNLIMITED,
    regions: UNLIMITED,
    takes: ["authority", "capabilities"],
    livesIn: ["register", "capability"],
    revocation: revocation === "sweep" ? "everywhere" : "initiator",
    quarantines: revocation === "sweep" && quarantine > 0,
    instructions,
    attacker:
      "executes any instruction of Restricted; can't forge a tag, reach Executive but through a sealed entry, and its compiler enters every store of a capability in the table (an STR of a capability by itself is not entered)"
  }),
  refuse: ({ pointers }, { unknownPointers }) =>
    pointers === "capabilities" && unknownPointers === true
      ? "a recording doesn't say which of its data are pointers, so nothing says what grows; use hybrid code, or a program in code whose structures hold them"
      : undefined,
  build: (config, parts) => new CheriUnit(config, parts)
})
