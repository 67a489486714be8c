/**
 * What a user may choose about CHERI on Morello. Latencies are single hardware actions, paths are the instructions
 * of a named routine; no crossing or revocation has a cost of its own.
 */
import { choice, quantity } from "@isolde/core/quantity"
import { Schema } from "effect"

export const CheriConfig = Schema.Struct({
  switch: choice(
    ["executive", "ddc"],
    "how the switcher is reached and what it runs on: branches between Executive and Restricted, whose DDC it writes; or sealed pairs alone, and a DDC of its own that it derives and installs on each way in"
  ),
  entries: choice(
    ["pair", "sentry"],
    "what a compartment calls another through: a sealed pair of code and data, or a sealed entry (code alone)"
  ),
  pointers: choice(
    ["integers", "capabilities"],
    "what a pointer in a program's memory is: 8 bytes of address, to which DDC or a capability beside it gives authority (hybrid code); or a capability itself, 16 bytes and a tag (pure-capability code)"
  ),
  revocation: choice(
    ["tracked", "sweep", "thread"],
    "how copies of a capability are found: by a table in which every store of one is entered, by sweeping memory and every thread's registers, or on the stack of the one thread that it is bound to"
  ),
  stackLines: quantity({
    default: 64,
    unit: "count",
    range: [1, 1024],
    meaning: "thread: lines of a stack that may hold capabilities: what a revocation loads",
    source: "assumed: a page in use of each thread's stack in each compartment"
  }),
  quarantine: quantity({
    default: 25,
    unit: "percent",
    range: [0, 100],
    meaning: "freed objects, of the exchange heap, that wait for one sweep",
    source: "cheri-023"
  }),
  capabilityPages: quantity({
    default: 50,
    unit: "percent",
    range: [0, 100],
    meaning: "pages of a compartment's private memory that may hold capabilities: what a sweep loads",
    source: "assumed: half; not in a recording, and between none and all"
  }),
  scanPath: quantity({
    default: 3,
    unit: "instruction",
    range: [1, 20],
    meaning: "instructions of a scan for each capability register, beside the load of its bit",
    source: "assumed: base, shift, test"
  }),
  testPath: quantity({
    default: 4,
    unit: "instruction",
    range: [1, 20],
    meaning: "instructions of a sweep for each capability found, beside its load and its clearing",
    source: "assumed: base, shift, load of the bit, test"
  }),
  tagLines: quantity({
    default: 0,
    unit: "count",
    range: [0, 128],
    meaning:
      "lines whose tags share one line of the table in memory, as many as 128; 0: tags come with the line for nothing",
    source: "cheri-007: a tag per 16 bytes, 4 bits a line; cheri-039 gives less than a tenth more traffic, with a cache"
  }),
  tagCache: quantity({
    default: 512,
    unit: "entry",
    range: [0, 1024],
    meaning: "lines of that table that each memory channel caches",
    source: "assumed: 32 KB; cheri-039 gives hit rates of 95 to 99 %"
  }),
  branch: quantity({
    default: 11,
    unit: "cycle",
    range: [1, 30],
    meaning:
      "branch that changes the bounds or permissions of PCC, once its target is known: the front end starts again there",
    source:
      "m-593 (front-end refill of Neoverse N1); Morello does not speculate past a change of PCC's bounds (UCAM-CL-TR-986, microarchitectural limitations)"
  }),
  ddcWrite: quantity({
    default: 11,
    unit: "cycle",
    range: [1, 60],
    meaning: "MSR to DDC: older instructions complete first, younger are fetched again",
    source:
      "m-593 (front-end refill of Neoverse N1); assumed: as registers that are not renamed in Arm's optimisation guide of Neoverse N1 (in order, flushing what is younger)"
  }),
  gatePath: quantity({
    default: 10,
    unit: "instruction",
    range: [4, 20],
    meaning: "instructions of the switcher on each way beside its loads, stores, clears and switches",
    source:
      "ATC'24's artifact, morello/trampoline.executive.S: 12 on the way in (addresses, stack pointers, seal), 8 back"
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
    default: 16,
    unit: "byte",
    range: [8, 16],
    meaning: "bytes of a general register that the gate preserves",
    source:
      "ATC'24's artifact, morello/trampoline.executive.S: c19 to c30 whole; AAPCS64, which hybrid code follows, preserves the lower 64 bits"
  }),
  clearedIn: quantity({
    default: 20,
    unit: "count",
    range: [0, 31],
    meaning: "registers cleared on the way in",
    source: "ATC'24's artifact, morello/trampoline.executive.S: x10 to x29"
  }),
  clearedOut: quantity({
    default: 0,
    unit: "count",
    range: [0, 31],
    meaning: "registers cleared on the way back",
    source: "ATC'24's artifact, morello/trampoline.executive.S: none; 17, c2 to c18, where the caller must not see them"
  }),
  vectorRegisters: quantity({
    default: 0,
    unit: "count",
    range: [0, 32],
    meaning: "vector registers saved on the way in, and restored on the way back",
    source: "assumed: the callee doesn't touch them; 32 for code that does"
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
    range: [0, 4],
    meaning:
      "memory slots in which whoever owns or is given an object stores its capability; with 0 it is in registers alone and lost at the next gate, unless the program keeps it",
    source:
      "assumed: not in a recording; one pointer is the least with which every thread of a domain reaches its object; atc24-023 measured one"
  }),
  hashBytes: quantity({
    default: 16,
    unit: "byte",
    range: [8, 16],
    meaning: "bytes that the table's hash (FNV-1) takes, each by a multiplication and an exclusive or",
    source: "assumed: the key is a capability, 16 bytes (cheri-007); FNV-1 multiplies and xors a byte at a time"
  }),
  comparePath: quantity({
    default: 2,
    unit: "instruction",
    range: [1, 20],
    meaning: "dependent instructions of a look-up behind its bucket's load: compare, branch",
    source: "assumed: an inlined look-up"
  }),
  unlinkPath: quantity({
    default: 4,
    unit: "instruction",
    range: [2, 60],
    meaning:
      "dependent instructions of removing an entry behind its hash: compare, link the neighbours, put on a free list",
    source: "assumed: a doubly linked list and a free list"
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
