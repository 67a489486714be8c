/** Mutants of rights in registers: PKRU, EPTP, DDC, what gates and transfers write there. */
import type { Mutant } from "../mutant.ts"
import { withoutRegisterWrites, withPrograms, withUnit } from "./alter.ts"

export const registerMutants: ReadonlyArray<Mutant> = [
  {
    name: "gate-writes-nothing",
    breaks: "the register that a gate writes keeps its caller's rights",
    flips: ["callers-memory/mpk", "callers-memory/ept"],
    instance: withPrograms(["enter"], withoutRegisterWrites)
  },
  {
    name: "return-writes-nothing",
    breaks: "the way back through a gate leaves the callee's rights in force",
    flips: ["callers-memory/mpk", "callers-memory/ept"],
    instance: withPrograms(["leave"], withoutRegisterWrites)
  },
  {
    name: "mover-keeps-its-right",
    breaks: "a thread that moves a region away doesn't rewrite its own PKRU",
    flips: ["by-the-mover/mpk", "edit-against-edit/mpk"],
    instance: withPrograms(["move"], withoutRegisterWrites)
  },
  {
    name: "pkru-not-synchronised",
    breaks: "a change of rights interrupts nobody, though it is configured to",
    flips: ["moved-away-while-in-use/mpk", "granted-elsewhere/mpk"],
    instance: withUnit((_, { kernel }) => Object.assign(kernel, { synchronise: () => undefined }))
  },
  {
    name: "gate-ignores-an-interrupt",
    breaks: "a gate writes what it had read before an interrupt changed it",
    flips: ["gate-overtaken-by-a-move/mpk"],
    instance: withUnit((_, { kernel }) => {
      const serve = kernel.serve
      kernel.serve = (program, t) => {
        const act = program.act.bind(program)
        program.act = (code, a) => act(code, a, 0)
        serve?.(program, t)
        delete (program as { act?: unknown }).act
      }
    })
  },
  {
    name: "write-disable-ignored",
    breaks: "WD of a key refuses no store",
    flips: ["granted-for-reading/mpk", "read-write-to-read/mpk"],
    system: (system) => {
      for (const t of system.threads) {
        let rights = t.keyRights
        Object.defineProperty(t, "keyRights", {
          get: () => rights & 0x5555_5555,
          set: (value: number) => {
            rights = value
          }
        })
      }
    }
  },
  {
    name: "second-level-write-ignored",
    breaks: "an entry that is present in the second-level tables lets stores through",
    flips: ["granted-for-reading/ept", "read-write-to-read/ept"],
    system: (system) => {
      for (const { translation } of system.tiles) {
        const finish = translation.walkers.finish.bind(translation.walkers)
        translation.walkers.finish = (walker) => {
          const entry = finish(walker)
          translation.walkers.entry[walker] = (entry & 1) !== 0 ? entry | 2 : entry
          return translation.walkers.entry[walker] as number
        }
      }
    }
  },
  {
    name: "pkru-not-reset-at-delivery",
    breaks: "a signal's handler starts with the rights of what it interrupts",
    flips: ["handler-and-return/mpk"],
    instance: withUnit((unit) => Object.assign(unit, { signal: () => undefined }))
  },
  {
    name: "pkru-not-restored-at-sigreturn",
    breaks: "what a signal interrupted goes on with the handler's rights",
    flips: ["handler-and-return/mpk"],
    instance: withUnit((unit) => Object.assign(unit, { sigreturn: () => undefined }))
  },
  {
    name: "rights-not-restored",
    breaks: "a context switch brings back registers and not the rights among them",
    flips: ["descheduled-in-a-domain/mpk"],
    system: (system) => {
      const restored = system.routines.scheduler.restored
      system.routines.scheduler.restored = (t, context) => {
        t.keyRights = 0
        restored?.(t, context)
      }
    }
  }
]
