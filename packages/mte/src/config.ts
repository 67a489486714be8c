/**
 * What a user may choose about MTE.
 * Law: a quantity is one hardware action, or the path length of a named routine; what a gate or a retag costs
 * emerges. The one exception, the price of reserved registers, is reported and applied to nothing.
 */
import { choice, quantity } from "@isolde/core/quantity"
import { Schema } from "effect"

export const MteConfig = Schema.Struct({
  mode: choice(
    ["asynchronous", "synchronous", "asymmetric"],
    "how a failed check is reported: asynchronous, the access takes effect and the fault waits in TFSR for the next entry into the kernel; synchronous, the access faults; asymmetric, loads fault and stores are reported late"
  ),
  retag: choice(
    ["noh", "atc24"],
    "parameter set of the tag stores: throughputs of Noh et al. (mte-007 to mte-012), or the 62 bytes per cycle of atc24-081"
  ),
  largestTagStore: choice(
    ["fastest", "dc gva", "st2g", "stg"],
    "tag stores of a retag: those that take the fewest ticks per byte, or always the largest up to this one"
  ),
  publish: choice(
    ["barrier", "none"],
    "what ends a retag: a barrier, so that every core sees the tags, or nothing, so that its own thread does and others soon (the single thread of ATC'24)"
  ),
  beyond: choice(
    ["refuse", "share"],
    "more than 15 domains: refused, or several share a tag and reach each other's memory"
  ),
  cfi: choice(
    ["bundles", "none"],
    "control flow: each indirect branch clears the low bits of its target first, so that it leads to the start of a bundle; or nothing keeps jumps off the gates' middle"
  ),
  stg: quantity({
    default: 1,
    unit: "cycle",
    meaning: "STG, 16 bytes, from its drain to that of the next store",
    source: "mte-007 (Cortex-X3: 1.0 per cycle)",
    range: [1, 4]
  }),
  st2g: quantity({
    default: 1,
    unit: "cycle",
    meaning: "ST2G, 32 bytes, from its drain to that of the next store",
    source: "mte-008 (Cortex-X3: 1.0 per cycle; Cortex-A510 0.46)",
    range: [1, 4]
  }),
  stzg: quantity({
    default: 1,
    unit: "cycle",
    meaning: "STZG, 16 bytes tagged and cleared",
    source: "mte-009 (Cortex-X3: 1.0 per cycle)",
    range: [1, 4]
  }),
  stz2g: quantity({
    default: 3,
    unit: "cycle",
    meaning: "STZ2G, 32 bytes tagged and cleared",
    source: "mte-010 (Cortex-X3: 0.33 per cycle)",
    range: [1, 4]
  }),
  dcGva: quantity({
    default: 8,
    unit: "cycle",
    meaning: "DC GVA and DC GZVA, a line of 64 bytes, in parameter set noh",
    source: "mte-012 (Cortex-X3: 0.13 per cycle; AmpereOne 1.0)",
    range: [1, 40]
  }),
  dcGvaAtc24: quantity({
    default: 1,
    unit: "cycle",
    meaning: "DC GVA and DC GZVA in parameter set atc24",
    source: "calibration: atc24-081 (62 bytes per cycle to 64 KB)",
    range: [1, 2]
  }),
  syncStore: quantity({
    default: 7,
    unit: "cycle",
    meaning: "checked store in synchronous mode, from its drain to that of the next store",
    source: "mte-013 (Cortex-X3 serialises them: 1 / 0.14 = 7.1)",
    range: [1, 12]
  }),
  cfiInstructions: quantity({
    default: 1,
    unit: "instruction",
    meaning: "instructions before each indirect jump, indirect call and return",
    source: "assumed: AND with an immediate mask, as Native Client on Arm has BIC before BX",
    range: [1, 3]
  }),
  tagInsert: quantity({
    default: 2,
    unit: "cycle",
    meaning: "BFI of the tag into an address, on the address path of every access that is not stack-relative",
    source: "mte-059 (Neoverse N2)",
    range: [1, 3]
  }),
  insertInstructions: quantity({
    default: 1,
    unit: "instruction",
    meaning: "instructions added to every access that is not stack-relative",
    source: "atc24-089 (BFI per access)",
    range: [0, 2]
  }),
  tagLines: quantity({
    default: 32,
    unit: "count",
    meaning: "lines whose tags share one line of the tag area in memory; 0 where tags are in ECC bits",
    source: "mte-036 (2 bytes a line of 64); mte-037 (AmpereOne keeps them in ECC bits)",
    range: [0, 32]
  }),
  tagCache: quantity({
    default: 0,
    unit: "count",
    meaning: "lines of tags that each memory channel caches; with none, every miss is two transactions",
    source: "mte-037 (two transactions per miss in Arm's reference design)",
    range: [0, 1024]
  }),
  barrier: quantity({
    default: 20,
    unit: "cycle",
    meaning: "DSB ISH behind a retag once its stores have drained; at least one message to another core",
    source: "mte-045 (an update that other threads must see needs barriers); the latency is assumed: as DMB ISH",
    range: [5, 200]
  }),
  tco: quantity({
    default: 5,
    unit: "cycle",
    meaning: "MSR TCO, younger instructions wait for it",
    source: "assumed: a write of PSTATE that refills nothing; no published number",
    range: [1, 30]
  }),
  savedPairs: quantity({
    default: 6,
    unit: "count",
    meaning: "register pairs that the gate stores before the call and loads after it",
    source: "Procedure Call Standard for the Arm 64-bit Architecture: x19 to x30; four more pairs are d8 to d15",
    range: [0, 16]
  }),
  vectorPairs: quantity({
    default: 0,
    unit: "count",
    meaning: "pairs of 128-bit vector registers that the gate stores and loads likewise",
    source: "assumed: the callee doesn't touch them; 16 for code that does",
    range: [0, 16]
  }),
  gateInstructions: quantity({
    default: 9,
    unit: "instruction",
    meaning: "instructions of the trampoline's way in beside stores, loads, clearing and its call",
    source: "ATC'24's artifact, ideal/trampoline.aarch64.S: ADR, stack pointers and offsets, eight; and the tag",
    range: [2, 40]
  }),
  returnInstructions: quantity({
    default: 7,
    unit: "instruction",
    meaning: "the same of its way back, beside its return",
    source: "ATC'24's artifact, ideal/trampoline.aarch64.S: ADR, stack pointers and offsets, six; and the tag",
    range: [2, 40]
  }),
  clearedIn: quantity({
    default: 21,
    unit: "count",
    meaning: "registers that the gate clears on the way in",
    source: "ATC'24's artifact, ideal/trampoline.aarch64.S: x8 to x29 without x10, which holds the target",
    range: [0, 31]
  }),
  clearedOut: quantity({
    default: 0,
    unit: "count",
    meaning: "registers that the gate clears on the way back",
    source: "ATC'24's artifact, ideal/trampoline.aarch64.S: none; x2 to x18 where the caller must not see them",
    range: [0, 31]
  }),
  retagInstructions: quantity({
    default: 4,
    unit: "instruction",
    meaning: "instructions of a retag beside its call, branches and loop, for each run of bytes",
    source: "ATC'24's artifact, mte/mte.S: base and size masked, end; and the tag put into the base by the caller",
    range: [0, 40]
  }),
  loopInstructions: quantity({
    default: 3,
    unit: "instruction",
    meaning: "instructions behind each tag store of a retag, the last of which branches back; 0: unrolled",
    source: "ATC'24's artifact, mte/mte.S: ADD, CMP, B.LT",
    range: [0, 8]
  }),
  copyChunk: quantity({
    default: 32,
    unit: "byte",
    meaning: "what one load and one store of a copy move",
    source: "assumed: LDP and STP of 128-bit registers, as memcpy uses them; atc24-083 gives 30.5 bytes per cycle",
    range: [8, 64]
  }),
  slots: quantity({
    default: 16,
    unit: "entry",
    meaning: "memory slots of each domain in which programs in code keep pointers",
    source: "assumed: as many as programs in code use",
    range: [1, 4096]
  }),
  reservedRegisters: quantity({
    default: 3,
    unit: "percent",
    meaning: "what the two reserved registers cost application code; reported only, no timing contains it",
    source: "atc24-092 (2 to 5 %)",
    range: [2, 5]
  })
})

export type MteConfig = typeof MteConfig.Type
