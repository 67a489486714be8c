/** What each proposal is, as data. Law: a trait is what its hardware or its software can't do otherwise. */
import { Right } from "@isolde/core/isolation/rights"
import type { Traits } from "@isolde/core/isolation/traits"
import type { ProposalsConfig } from "./config.ts"
import { domainsOf } from "./refusal.ts"
import { EXPLICIT_REGIONS } from "./region-registers.ts"

/** Beyond any run. */
const MANY = 0x7fff_ffff

type Own = Pick<
  Traits,
  "attacker" | "granule" | "isa" | "livesIn" | "nativeMachine" | "regions" | "revocation" | "takes" | "ungoverned"
>

const fetched = "instruction fetch"
const everybodys = "memory of no region: code, constants, gates and their tables; the shared runtime"
const gated =
  "the protected register changes in gates alone, and the instructions that write it are checked to be theirs"

/** `isa` says which instruction sets it was thought out for. */
export function traitsOf(config: ProposalsConfig): Traits {
  return { features: ["proposal"], governs: Right.readWrite, domains: domainsOf(config), ...ownOf(config) }
}

function ownOf({ base, tagRegister }: ProposalsConfig): Own {
  switch (base) {
    case "keys":
      return {
        isa: ["x86-64"],
        nativeMachine: "tiger-lake",
        granule: 4096,
        regions: MANY,
        takes: ["keyRights"],
        livesIn: ["register", "table", "tlb"],
        revocation: "everywhere",
        ungoverned: [
          fetched,
          "memory under key 0: code, constants, gates, the shared runtime",
          "what else lies on a page that a domain holds an object on"
        ],
        attacker: `${gated}; so are the stores of page-table entries, of which hardware lets nothing but key and rights change`
      }
    case "tags":
      return {
        isa: ["aarch64"],
        nativeMachine: "cortex-x3",
        granule: 16,
        regions: MANY,
        takes: ["authority", "tags"],
        livesIn: ["memoryTag", "register"],
        revocation: "everywhere",
        ungoverned: [fetched, everybodys, ...(tagRegister ? [] : ["accesses relative to SP with an immediate offset"])],
        attacker: tagRegister
          ? `${gated}; so are tag stores`
          : "executes no tag store and no write of the reserved register, keeps SP on its own stack: a verifier read its code"
      }
    case "hfi":
      return {
        isa: ["x86-64"],
        nativeMachine: "tiger-lake",
        granule: 16,
        regions: EXPLICIT_REGIONS,
        livesIn: ["register"],
        revocation: "initiator",
        ungoverned: [fetched, everybodys],
        attacker: "runs between hfi_enter and hfi_exit, whose registers only trusted code outside can write"
      }
    case "xpc":
      return {
        isa: ["x86-64", "aarch64"],
        nativeMachine: "neoverse-n1",
        granule: 16,
        regions: MANY,
        livesIn: ["table", "register"],
        revocation: "everywhere",
        ungoverned: [fetched, everybodys],
        attacker: "runs in an address space of its own; call table, capability bits and segment lists are the kernel's"
      }
    case "proxy":
      return {
        isa: ["aarch64", "x86-64"],
        nativeMachine: "morello",
        granule: 16,
        regions: MANY,
        livesIn: ["table"],
        revocation: "everywhere",
        ungoverned: [fetched, everybodys],
        attacker: `may forge pointers: they name entries of its own table, and no others; ${gated}`
      }
    default:
      return {
        isa: ["x86-64", "aarch64"],
        nativeMachine: "tiger-lake",
        granule: 16,
        regions: MANY,
        livesIn: ["table"],
        revocation: "everywhere",
        ungoverned: [fetched, everybodys],
        attacker: gated
      }
  }
}
