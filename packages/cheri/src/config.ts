/**
 * What a user may choose about CHERI on Morello. Latencies are single hardware actions, paths are the instructions
 * of a named routine; no crossing or revocation has a cost of its own.
 */
import { quantity } from "@isolde/core/quantity"
import { Schema } from "effect"

const switching =
  "derived: atc24-010 less atc24-009 (F1c-21) is 31 cycles at chain length 1 and at most 79, over the six actions of one invocation: four branches between Executive and Restricted, two DDC writes"

export const CheriConfig = Schema.Struct({
  branch: quantity({
    default: 5,
    unit: "cycle",
    range: [1, 30],
    meaning: "branch to a sealed capability that changes between Executive and Restricted; younger instructions wait",
    source: `${switching}; Morello doesn't predict bounds of PCC (UCAM-CL-TR-986, limitations)`
  }),
  ddcWrite: quantity({
    default: 5,
    unit: "cycle",
    range: [1, 60],
    meaning: "write of DDC; older instructions complete first, younger wait",
    source: switching
  }),
  gatePath: quantity({
    default: 8,
    unit: "instruction",
    range: [4, 20],
    meaning: "instructions of the switcher on each way beside its loads, stores, clears and switches",
    source: "assumed: advance the trusted stack, seal or check the return capability, write RCSP and RCTPIDR"
  }),
  registersSaved: quantity({
    default: 11,
    unit: "count",
    range: [0, 31],
    meaning:
      "general registers saved on the way in and restored on the way back, beside DDC, stack and return capability",
    source: "Arm, Procedure Call Standard, Morello supplement (aapcs64-morello): r19 to r29 are callee-saved"
  }),
  registerBytes: quantity({
    default: 8,
    unit: "byte",
    range: [8, 16],
    meaning: "bytes of a general register that the gate preserves",
    source: "aapcs64-morello: AAPCS64, which hybrid code follows, preserves the lower 64 bits; AAPCS64-cap all 128"
  }),
  clearedIn: quantity({
    default: 22,
    unit: "count",
    range: [0, 31],
    meaning: "registers cleared on the way in",
    source: "assumed: c8 to c29; c0 to c7 carry arguments, c30 is the link"
  }),
  clearedOut: quantity({
    default: 17,
    unit: "count",
    range: [0, 31],
    meaning: "registers cleared on the way back",
    source: "assumed: c2 to c18; c0 and c1 carry results, the others are restored"
  }),
  vectorRegisters: quantity({
    default: 0,
    unit: "count",
    range: [0, 32],
    meaning: "vector registers saved on the way in, and restored on the way back",
    source: "atc24-010 was measured without; atc24-018 (F1c-19) with all"
  }),
  derive: quantity({
    default: 2,
    unit: "instruction",
    range: [1, 4],
    meaning: "instructions that derive one bounded capability: set bounds, clear permissions",
    source: "assumed: SCBNDS and CLRPERM (Arm DDI 0606)"
  }),
  storesPerObject: quantity({
    default: 1,
    unit: "count",
    range: [1, 4],
    meaning: "memory slots in which whoever owns or is given an object stores its capability",
    source:
      "assumed: not in a recording; one pointer is the least with which every thread of a domain reaches its object; atc24-023 measured one"
  }),
  lookupPath: quantity({
    default: 69,
    unit: "instruction",
    range: [10, 100],
    meaning: "dependent instructions of a look-up in the table of stored copies: call, hash, compare",
    source: "calibration: atc24-024 (F1c-23), a capability that is never stored, 70 cycles on one core"
  }),
  clearPath: quantity({
    default: 72,
    unit: "instruction",
    range: [10, 100],
    meaning: "dependent instructions per stored copy found: follow, compare, unlink, free",
    source: "calibration: atc24-023 less atc24-024 (F1c-23), 72 cycles for one stored copy on one core"
  }),
  insertPath: quantity({
    default: 10,
    unit: "instruction",
    range: [4, 60],
    meaning: "dependent instructions of a tracked store after its hash: take a node, fill it, link it",
    source: "assumed: a free list and two links"
  }),
  buckets: quantity({
    default: 1024,
    unit: "entry",
    range: [16, 65_536],
    meaning: "buckets of the table of stored copies, 8 bytes each, per worker",
    source: "assumed: a load factor below one for a worker's exchange objects"
  }),
  slots: quantity({
    default: 64,
    unit: "entry",
    range: [1, 4096],
    meaning: "memory slots of each compartment that programs address by number",
    source: "assumed: as many as programs in code use"
  }),
  copyBytes: quantity({
    default: 16,
    unit: "byte",
    range: [8, 32],
    meaning: "bytes that one load and one store of the switcher's copy loop move",
    source: "cheri-007: one capability register"
  })
})

export type CheriConfig = typeof CheriConfig.Type
