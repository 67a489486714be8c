/**
 * What a user may choose about MTE.
 * Law: a quantity is one hardware action, or the path length of a named routine; what a gate or a retag costs
 * emerges. The one exception, the price of reserved registers, is reported and applied to nothing.
 */
import { choice, quantity } from "@isolde/core/quantity"
import { Schema } from "effect"

export const MteConfig = Schema.Struct({
  mode: choice(
    ["asynchronous"],
    "how a failed check is reported: the access takes effect and the fault waits for the next entry into the kernel"
  ),
  largestTagStore: choice(
    ["dc gva", "st2g", "stg"],
    "largest tag store that a retag uses; each drains at one per cycle (mte-007, mte-008; for DC GVA atc24-081 agrees, mte-012 measures 0.13)"
  ),
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
  gateInstructions: quantity({
    default: 6,
    unit: "instruction",
    meaning: "instructions of one pass of the trampoline beside stores and loads",
    source:
      "assumed: tag into its register, stack pointer out and in, frame pointer, address of the target, branch; atc24-007 (12 to 14 cycles a round trip) is for comparison only",
    range: [2, 40]
  }),
  retagInstructions: quantity({
    default: 4,
    unit: "instruction",
    meaning: "instructions of a retag beside its tag stores, for each run of bytes in one page",
    source: "assumed: address, tag into the address, end, branch; the loop itself is unrolled",
    range: [0, 40]
  }),
  copyChunk: quantity({
    default: 32,
    unit: "byte",
    meaning: "what one load and one store of a copy move",
    source: "assumed: LDP and STP of 128-bit registers, as memcpy uses them; atc24-083 gives 30.5 bytes per cycle",
    range: [8, 64]
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
