/**
 * What a user may choose about isolation by a safe language: whose calls and whose messages.
 * Law: a quantity is one hardware action, or the path length of a named routine. What the compiler proves costs nothing.
 */
import { choice, quantity } from "@isolde/core/quantity"
import { Schema } from "effect"

export const LanguageConfig = Schema.Struct({
  calls: choice(
    ["proxy", "direct", "channel"],
    "how domains call each other: through a proxy that can unwind (RedLeaf), as functions of one program (NetBricks), or by messages between processes that take turns (Singularity)"
  ),
  unwinding: choice(
    ["continuation", "none"],
    "proxy: whether registers are saved so that a callee that panics or is killed returns to its caller"
  ),
  checkInstructions: quantity({
    default: 1,
    unit: "instruction",
    meaning: "bounds check of every access that is not stack-relative: comparison and branch, fused",
    source:
      "lang-016, lang-018, lang-020 and lang-022 (Rust executes 17 % more instructions than C++); an index that was proven has none",
    range: [0, 3]
  }),
  proxyInstructions: quantity({
    default: 17,
    unit: "instruction",
    meaning:
      "proxy: instructions of a pass beside its loads and stores: is the callee alive, identifiers, arguments, its call",
    source:
      "calibration: lang-010 (16 to 18 cycles for a crossing that unwinds without a continuation, with a moved RRef)",
    range: [4, 60]
  }),
  continuationInstructions: quantity({
    default: 324,
    unit: "instruction",
    meaning:
      "proxy: saving a continuation beside the stores of 16 registers: allocation, table of resumption, counters",
    source: "calibration: lang-035 (86 cycles for all general registers)",
    range: [0, 400]
  }),
  callInstructions: quantity({
    default: 3,
    unit: "instruction",
    meaning: "direct: a call through a table of functions, and as much for its return",
    source: "lang-009 (1 to 7 cycles a crossing)",
    range: [1, 8]
  }),
  messageInstructions: quantity({
    default: 60,
    unit: "instruction",
    meaning: "channel: sending or receiving a message beside its stores and loads",
    source:
      "assumed: endpoint's state, queue, event; lang-055 less two of lang-054 (310 of 1040 cycles for two sends and two receives)",
    range: [10, 300]
  }),
  yieldInstructions: quantity({
    default: 800,
    unit: "instruction",
    meaning: "channel: another thread of the same processor takes its turn",
    source: "assumed: 365 cycles (lang-054) of an Athlon 64 at 2.2 instructions a cycle",
    range: [200, 2000]
  }),
  moveInstructions: quantity({
    default: 12,
    unit: "instruction",
    meaning:
      "moving an owned reference beside the store to its object's header: borrow count, domain, list of the owner",
    source:
      "assumed: load, two comparisons and branches, domain identifier; lang-036 (17 cycles) is for comparison only",
    range: [1, 40]
  }),
  publish: quantity({
    default: 20,
    unit: "cycle",
    meaning:
      "behind a move of what several threads may reach: the queue or lock through which it goes; at least one message",
    source: "assumed: a locked instruction (F6-16); moves within one worker have none",
    range: [5, 100]
  }),
  reclaimInstructions: quantity({
    default: 10,
    unit: "instruction",
    meaning: "for each object of a domain that is killed: next of the list, its type's destructor, back to the heap",
    source: "assumed: pointer, type, indirect call, free list",
    range: [2, 200]
  }),
  copyChunk: quantity({
    default: 32,
    unit: "byte",
    meaning: "what one load and one store of a copy move",
    source: "assumed: 256-bit registers, as memcpy uses them",
    range: [8, 64]
  })
})

export type LanguageConfig = typeof LanguageConfig.Type
