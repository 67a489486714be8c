/** Mutants of ordering: fences, ordered accesses and locks that order nothing. */
import { Ordering, Serialise } from "@isolde/core/processor/operation"
import type { Mutant } from "../mutant.ts"
import { withEveryProgram } from "./alter.ts"

export const orderingMutants: ReadonlyArray<Mutant> = [
  {
    name: "fence-left-out",
    breaks: "a full fence doesn't wait for the store buffer",
    flips: ["store-buffering-fenced/none"],
    system: withEveryProgram((program) => {
      const serialise = program.serialise.bind(program)
      program.serialise = (kind, latency) => (kind === Serialise.drainStores ? program : serialise(kind, latency))
    })
  },
  {
    name: "release-ignored",
    breaks: "a releasing store may pass what stands before it",
    flips: ["message-passing-ordered/none"],
    system: withEveryProgram((program) => {
      const storeValue = program.storeValue.bind(program)
      program.storeValue = (word, value) => storeValue(word, value, Ordering.plain)
    })
  },
  {
    name: "acquire-ignored",
    breaks: "a load-acquire lets what stands behind it go first",
    flips: ["acquire-with-a-warm-line/none"],
    system: withEveryProgram((program) => {
      const loadValue = program.loadValue.bind(program)
      program.loadValue = (word, register) => loadValue(word, register, Ordering.plain)
    })
  },
  {
    name: "record-not-locked",
    breaks: "who owns a region is read and changed without its lock",
    flips: ["one-region-twice/mpk", "one-region-twice/process"],
    system: ({ ownership }) => {
      const acquire = ownership.acquire.bind(ownership)
      ownership.acquire = (program, ...of) => {
        program.lock = () => program
        acquire(program, ...of)
        Reflect.deleteProperty(program, "lock")
      }
    }
  }
]
