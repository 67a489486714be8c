/** Mutants of address spaces, enclaves and proposals: who translates for whom, and what forgets. */
import type { Mutant } from "../mutant.ts"
import { withEveryProgram, withUnit } from "./alter.ts"

export const spaceMutants: ReadonlyArray<Mutant> = [
  {
    name: "identifier-not-forgotten",
    breaks: "a write of the page-table base register keeps what is known under the identifier that it names",
    flips: ["identifier-of-another-space/process", "space-left-and-edited/process"],
    system: withEveryProgram((program) => {
      const switchSpace = program.switchSpace.bind(program)
      program.switchSpace = (space, _, latency, identifier) => switchSpace(space, true, latency, identifier)
    })
  },
  {
    name: "space-not-switched",
    breaks: "the kernel returns into another domain on the page table of the first",
    flips: ["callers-memory/process", "nested-calls/process"],
    system: withEveryProgram((program) => {
      program.switchSpace = () => program
    })
  },
  {
    name: "epcm-not-looked-at",
    breaks: "a translation of an enclave's page is installed whoever asks for it",
    flips: ["callers-memory/enclave", "page-of-an-enclave/enclave"],
    system: (system) => {
      for (const { translation } of system.tiles) {
        const { walkers } = translation
        const finish = walkers.finish.bind(walkers)
        walkers.finish = (walker) => {
          finish(walker)
          walkers.entry[walker] = (walkers.entry[walker] as number) | 3
          return walkers.entry[walker] as number
        }
      }
    }
  },
  {
    name: "handler-inside",
    breaks: "a signal's handler runs inside the enclave that it interrupts",
    flips: ["handler-of-a-domain/enclave"],
    instance: withUnit((unit) => Object.assign(unit, { signal: () => undefined, sigreturn: () => undefined }))
  },
  {
    name: "tlbs-not-coherent",
    breaks: "a TLB keeps what it read from a line of a page table that has left its tile",
    flips: ["moved-away-while-in-use/proposals", "three-threads-one-move/proposals"],
    system: (system) => {
      for (const { translation } of system.tiles) translation.coherent = false
    }
  },
  {
    name: "leaf-ignored",
    breaks: "VMFUNC switches whatever leaf is in EAX",
    flips: ["a-leaf-that-is-none/ept"],
    instance: withUnit((unit) => {
      const instruction = unit.instruction?.bind(unit)
      if (instruction === undefined) return
      Object.assign(unit, {
        instruction: ((program, t, code, _, b) => instruction(program, t, code, 0, b)) satisfies NonNullable<
          typeof unit.instruction
        >
      })
    })
  },
  {
    name: "load-barrier-at-restore-left-out",
    breaks: "the kernel brings back a descheduled thread's capabilities as they were saved",
    flips: ["revoked-while-descheduled/cheri"],
    instance: withUnit((unit) => Object.assign(unit, { restore: undefined }))
  },
  {
    name: "proposals-unchecked",
    breaks: "no access is held against a tag, an entry or a region register",
    flips: ["rest-of-the-granule/proposals", "used-behind-the-move/proposals"],
    instance: withUnit((unit) => Object.assign(unit, { checkAccess: () => 0 }))
  }
]
