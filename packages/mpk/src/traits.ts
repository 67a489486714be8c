/** What each variant is, as data. Law: a trait is what the hardware or its software can't do otherwise. */
import { Right } from "@isolde/core/isolation/rights"
import type { Traits } from "@isolde/core/isolation/traits"
import type { Feature } from "@isolde/core/machines/features"
import type { MpkConfig } from "./config.ts"
import { USABLE } from "./key-plan.ts"

/** Beyond any run. */
const MANY = 2 ** 20
const MEGABYTE = 2 ** 20

export function traitsOf({ cet, gate, hardware, synchronise, virtualise }: MpkConfig): Traits {
  const arm = hardware === "dacr"
  const supervisor = hardware === "pks" || hardware === "iskios"
  return {
    isa: arm ? ["aarch64"] : hardware === "ideal" ? ["x86-64", "aarch64"] : ["x86-64"],
    features: featuresOf(hardware, gate === "trampoline" && cet),
    nativeMachine: arm ? "neoverse-n1" : "tiger-lake",
    governs: Right.read | Right.write,
    ungoverned: [
      arm ? "instruction fetch (a client's fetch is checked, the model does not)" : "instruction fetch",
      "memory under key 0: code, constants, gates and their tables, the shared runtime",
      "what else lies on a page that a domain holds an object on",
      ...(supervisor ? ["user memory, which the parts of the kernel reach as they always did"] : []),
      ...(arm ? ["what else lies in a megabyte: a domain belongs to a first-level descriptor"] : [])
    ],
    granule: arm ? MEGABYTE : 4096,
    domains: virtualise ? MANY : USABLE,
    regions: virtualise || synchronise === "rekey" ? MANY : USABLE,
    takes: virtualise || synchronise === "rekey" ? ["keyRights", "tableEntries"] : ["keyRights"],
    livesIn: ["register", "tlb"],
    revocation: synchronise === "none" ? "initiator" : "everywhere",
    instructions:
      hardware === "dacr" ? ["MCR"] : hardware === "pks" ? ["WRMSR"] : ["WRPKRU", "XRSTOR", "pkey_alloc", "pkey_free"],
    attacker: supervisor
      ? "a part of the kernel that writes memory where it likes, and executes no WRPKRU, WRMSR or CR3 write outside the gates"
      : arm
        ? "executes no MCR to DACR, which is privileged: parts of a kernel that was inspected"
        : "executes no WRPKRU and no XRSTOR of PKRU outside the gates, both unprivileged, and makes no calls about keys: its code was inspected and is not writable, and it doesn't write the gates' memory"
  }
}

/** IskiOS uses the keys of user pages for the kernel's. */
function featuresOf(hardware: MpkConfig["hardware"], shadowStacks: boolean): ReadonlyArray<Feature> {
  switch (hardware) {
    case "ideal":
      return ["proposal"]
    case "dacr":
    case "pks":
      return [hardware]
    default:
      return shadowStacks ? ["pku", "cet"] : ["pku"]
  }
}
