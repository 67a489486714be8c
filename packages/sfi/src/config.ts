/**
 * What a user may choose about SFI: which of its forms, and how its gates pass.
 * Law: a quantity is one hardware action, or the number of instructions of a named sequence; what a form costs emerges.
 */
import { choice, quantity } from "@isolde/core/quantity"
import { Schema } from "effect"

export const SfiConfig = Schema.Struct({
  variant: choice(
    ["masking", "bundles", "segment", "guard", "heap", "bounds", "lists", "lfi"],
    "what confines an access: masks, masks with aligned bundles, a segment's base, guard pages, a WebAssembly-like heap with comparisons, bounds registers, lists of who may write, or a register base with an extended offset"
  ),
  transition: choice(
    ["heavyweight", "zero-cost"],
    "what a gate saves: all that the other side might spoil, or nothing, where the compiler's types say what it may"
  ),
  maskInstructions: quantity({
    default: 2,
    unit: "instruction",
    meaning: "masking, bundles: instructions added to every access that is not stack-relative",
    source:
      "sfi-044 and sfi-042 (AND and OR, or a 32-bit move and an addition of the base); atc24-096 for what it costs",
    range: [1, 3]
  }),
  maskLatency: quantity({
    default: 2,
    unit: "cycle",
    meaning: "masking, bundles: what they put on the address path",
    source: "assumed: two dependent integer instructions of one cycle",
    range: [1, 3]
  }),
  branchInstructions: quantity({
    default: 2,
    unit: "instruction",
    meaning:
      "bundles, lfi: instructions added to each return and each indirect jump and call: the target's mask, its alignment",
    source: "atc24-094 and atc24-095 (bundles and masked edges; each below 1 %)",
    range: [1, 4]
  }),
  segmentLatency: quantity({
    default: 1,
    unit: "cycle",
    meaning: "segment: what a base other than 0 adds to the address path",
    source: "assumed: an addition in front of the AGU, as Intel's manuals warn of; atc24-087 (4 %) for what it costs",
    range: [0, 2]
  }),
  segmentWrite: quantity({
    default: 20,
    unit: "cycle",
    meaning: "segment: WRGSBASE in a gate, younger instructions wait for it",
    source:
      "assumed: a microcoded write of a base register; sfi-023 bounds it (30 ns a transition of Wasmtime at 2.2 GHz)",
    range: [3, 60]
  }),
  guardLatency: quantity({
    default: 1,
    unit: "cycle",
    meaning: "guard: an index register in the addressing mode",
    source: "assumed: Intel's cores add a cycle to a load with an index beside a base",
    range: [0, 1]
  }),
  heapInstructions: quantity({
    default: 3,
    unit: "instruction",
    meaning: "heap: comparison with the memory's size, branch, addition of its base",
    source:
      "assumed: what engines emit without guard pages; sfi-035 (2022 against 1823 ms with guard pages) for what it costs",
    range: [2, 5]
  }),
  heapLatency: quantity({
    default: 1,
    unit: "cycle",
    meaning: "heap: the addition; the branch is predicted",
    source: "assumed: one integer instruction",
    range: [0, 3]
  }),
  checkInstructions: quantity({
    default: 2,
    unit: "instruction",
    meaning: "bounds: BNDCL and BNDCU, beside the address path",
    source: "hw-019 (one micro-operation each, two a cycle)",
    range: [1, 2]
  }),
  boundsLoads: quantity({
    default: 10,
    unit: "percent",
    meaning: "bounds: accesses whose bounds come from the bounds table, by BNDLDX of eight micro-operations (hw-023)",
    source: "assumed: four bounds registers hold most; hw-025 (50 % with all pointers tracked) for what it costs",
    range: [0, 60]
  }),
  listInstructions: quantity({
    default: 5,
    unit: "instruction",
    meaning: "lists: shift, address of the entry, its load, comparison, branch, in front of every store",
    source: "sfi-045 (BGI, 0 to 16 % of CPU); a check that calls a routine, as LXFI's, is longer",
    range: [4, 40]
  }),
  lfiInstructions: quantity({
    default: 1,
    unit: "instruction",
    meaning: "lfi: ADD of the zone's base and a 32-bit offset where the addressing mode doesn't do it",
    source: "sfi-001 and sfi-002 (7.3 %; 1 % with stores alone); two where the address is also written back",
    range: [0, 2]
  }),
  lfiLatency: quantity({
    default: 2,
    unit: "cycle",
    meaning: "lfi: ADD with an extended register",
    source: "assumed: as mte-059's BFI, an extending operand takes a second cycle on Neoverse cores",
    range: [0, 2]
  }),
  savedRegisters: quantity({
    default: 6,
    unit: "count",
    meaning: "callee-saved general registers that a heavyweight gate stores and loads",
    source: "System V ABI, AMD64 supplement: rbx, rbp, r12 to r15; on Arm x19 to x30 in pairs",
    range: [0, 16]
  }),
  clearedRegisters: quantity({
    default: 9,
    unit: "count",
    meaning: "registers that a heavyweight gate clears each way",
    source: "System V ABI, AMD64 supplement: the caller-saved ones; lang-008 (3 cycles for all)",
    range: [0, 32]
  }),
  vectorState: quantity({
    default: 0,
    unit: "cycle",
    meaning: "FXSAVE on the way in, and as much for FXRSTOR on the way back; 0: not saved",
    source: "assumed: half of 137 (F1c-19) each where a gate does it; most don't",
    range: [0, 200]
  }),
  gateInstructions: quantity({
    default: 8,
    unit: "instruction",
    meaning: "other instructions of one pass of a heavyweight gate",
    source: "assumed: stack pointers out and in, check of the target, base register, call or return, its mask",
    range: [2, 60]
  }),
  copyChunk: quantity({
    default: 32,
    unit: "byte",
    meaning: "what one load and one store of a copy move",
    source: "assumed: 256-bit registers, or LDP and STP of 128-bit ones",
    range: [8, 64]
  })
})

export type SfiConfig = typeof SfiConfig.Type
