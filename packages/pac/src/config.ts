/**
 * What a user may choose about PAC.
 * Law: a quantity is one hardware action, or the path length of a named routine; what a check, a gate or a move costs
 * emerges.
 */
import { choice, quantity } from "@isolde/core/quantity"
import { Schema } from "effect"

export const PacConfig = Schema.Struct({
  numbers: choice(
    ["fnv-1", "rand"],
    "where the number of a re-signed object comes from: a multiplication and an exclusive or, or a call of the C library"
  ),
  authenticate: quantity({
    default: 5,
    unit: "cycle",
    meaning: "AUTDA and PACDA",
    source: "pac-005 (Neoverse N2); pac-001 has 7 on Apple's M1, pac-003 6 on its small core",
    range: [4, 7]
  }),
  strip: quantity({
    default: 2,
    unit: "cycle",
    meaning: "XPACD",
    source: "pac-008 (Neoverse N2); pac-001 has 7 on Apple's M1",
    range: [2, 7]
  }),
  checkInstructions: quantity({
    default: 4,
    unit: "instruction",
    meaning: "instructions added to every access that is not stack-relative, the load of the table entry among them",
    source: "pac-018 and pac-016 (authenticate before every access): index out of the pointer, load, AUTDA, address",
    range: [1, 8]
  }),
  index: quantity({
    default: 2,
    unit: "cycle",
    meaning: "from a pointer to the address of its entry, and from its authenticated form to the address of the access",
    source: "assumed: UBFX and an addition folded into the load's address; one cycle each on every core here",
    range: [0, 4]
  }),
  entryBytes: quantity({
    default: 8,
    unit: "byte",
    meaning: "bytes of a table entry; there are 65536",
    source: "assumed: one random number of 64 bits, the width of AUTDA's modifier",
    range: [8, 16]
  }),
  objectBytes: quantity({
    default: 64,
    unit: "byte",
    meaning: "size of the objects that private and shared memory is taken to consist of; each has an entry",
    source:
      "assumed: the mean block of a C heap is between 32 and 256 bytes; a recording's private blocks aren't told apart",
    range: [16, 4096]
  }),
  resignInstructions: quantity({
    default: 4,
    unit: "instruction",
    meaning:
      "instructions of a move beside PACDA, the number and the store of the entry: address of both entries, compare",
    source: "assumed: index, address, old signature kept, compare with the new one (PAC4)",
    range: [0, 40]
  }),
  randInstructions: quantity({
    default: 20,
    unit: "instruction",
    meaning: "path of rand() beside its lock and the chain through its state: two loads, an addition, a shift, a mask",
    source:
      "assumed: additive feedback generator: calls and returns, stores, two indices that wrap around, the lock's branches; atc24-022 (50 cycles) is for comparison only",
    range: [5, 60]
  }),
  barrier: quantity({
    default: 20,
    unit: "cycle",
    meaning: "DMB ISH behind the store of an entry that other threads read; at least one message to another core",
    source: "assumed: as behind a retag (mte-045); not executed for objects that one thread alone reaches",
    range: [5, 200]
  }),
  savedPairs: quantity({
    default: 6,
    unit: "count",
    meaning: "register pairs that the gate stores before the call and loads after it",
    source: "Procedure Call Standard for the Arm 64-bit Architecture: x19 to x30; four more pairs are d8 to d15",
    range: [0, 16]
  }),
  gateInstructions: quantity({
    default: 8,
    unit: "instruction",
    meaning: "instructions of the trampoline's way in beside stores, loads, clearing and its call",
    source: "ATC'24's artifact, ideal/trampoline.aarch64.S: ADR, stack pointers and offsets",
    range: [2, 40]
  }),
  returnInstructions: quantity({
    default: 6,
    unit: "instruction",
    meaning: "the same of its way back, beside its return",
    source: "ATC'24's artifact, ideal/trampoline.aarch64.S: ADR, stack pointers and offsets",
    range: [2, 40]
  }),
  clearedRegisters: quantity({
    default: 21,
    unit: "count",
    meaning: "registers that the trampoline clears on the way in",
    source: "ATC'24's artifact, ideal/trampoline.aarch64.S: x8 to x29 without x10, which holds the target",
    range: [0, 31]
  }),
  copyChunk: quantity({
    default: 32,
    unit: "byte",
    meaning: "what one load and one store of a copy move",
    source: "assumed: LDP and STP of 128-bit registers, as memcpy uses them; atc24-083 gives 30.5 bytes per cycle",
    range: [8, 64]
  })
})

export type PacConfig = typeof PacConfig.Type
