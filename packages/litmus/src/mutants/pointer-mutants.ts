/** Mutants of tags and capabilities: checks left out, copies missed, barriers left out. */
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Mutant } from "../mutant.ts"
import { withoutRegisterWrites, withPrograms, withUnit } from "./alter.ts"

/** Memory slots that programs keep authorities in are numbered below this. */
const SLOTS = 64

export const pointerMutants: ReadonlyArray<Mutant> = [
  {
    name: "stores-unchecked",
    breaks: "the check lets every store through",
    flips: ["by-the-mover/mte", "by-the-mover/cheri"],
    instance: withUnit((unit) => {
      const check = unit.checkAccess?.bind(unit)
      if (check === undefined) return
      Object.assign(unit, {
        checkAccess: ((...of) => (of[4] ? 0 : check(...of))) satisfies NonNullable<typeof unit.checkAccess>
      })
    })
  },
  {
    name: "stores-checked-as-loads",
    breaks: "a store needs no more than the right to read",
    flips: ["granted-for-reading/cheri"],
    instance: withUnit((unit) => {
      const check = unit.checkAccess?.bind(unit)
      if (check === undefined) return
      Object.assign(unit, {
        checkAccess: ((thread, page, offset, bytes, _, ...rest) =>
          check(thread, page, offset, bytes, false, ...rest)) satisfies NonNullable<typeof unit.checkAccess>
      })
    })
  },
  {
    name: "one-byte-checked",
    breaks: "an access is checked at its first byte alone",
    flips: ["across-the-end/mte", "across-the-end/cheri"],
    instance: withUnit((unit) => {
      const check = unit.checkAccess?.bind(unit)
      if (check === undefined) return
      Object.assign(unit, {
        checkAccess: ((thread, page, offset, _, ...rest) =>
          check(thread, page, offset, 1, ...rest)) satisfies NonNullable<typeof unit.checkAccess>
      })
    })
  },
  {
    name: "retag-misses-the-last",
    breaks: "the loop of tag stores ends one instruction early",
    flips: ["end-of-a-region/mte"],
    instance: withPrograms(["move"], (program) => {
      const tagStore = program.tagStore.bind(program)
      program.tagStore = (page, offset, bytes, tag, chunk) => tagStore(page, offset, bytes - chunk, tag, chunk)
    })
  },
  {
    name: "dsb-left-out-of-retag",
    breaks: "no barrier stands behind the tag stores of a retag",
    flips: ["plain-flag/mte"],
    instance: withPrograms(["move"], (program) => {
      const serialise = program.serialise.bind(program)
      program.serialise = (kind, latency) => (kind === Serialise.drainStores ? program : serialise(kind, latency))
    })
  },
  {
    name: "tco-left-set",
    breaks: "the gate behind trusted code doesn't clear PSTATE.TCO",
    flips: ["copier-with-both-open/mte"],
    instance: withPrograms(["enter", "leave"], withoutRegisterWrites)
  },
  {
    name: "movers-registers-kept",
    breaks: "a revocation doesn't clear the registers of the thread that revokes",
    flips: ["by-the-mover/cheri"],
    instance: withPrograms(["move"], (program) => {
      const act = program.act.bind(program)
      program.act = (code, a, b) => (program.slotClass === Cause.sweep ? program : act(code, a, b))
    })
  },
  {
    name: "stored-copies-kept",
    breaks: "no stored capability loses its tag",
    flips: ["moved-away-before-first-use/cheri", "kept-and-recalled/cheri"],
    instance: withUnit((unit) => Object.assign(unit, { cleared: () => undefined }))
  },
  {
    name: "one-stored-copy-missed",
    breaks: "a sweep finds the copy of the owner and not the one that was kept elsewhere",
    flips: ["kept-and-recalled/cheri"],
    instance: withUnit((unit) => {
      const cleared = unit.cleared?.bind(unit)
      if (cleared === undefined) return
      Object.assign(unit, {
        cleared: ((t, slot, tick) => {
          if (slot >= SLOTS) cleared(t, slot, tick)
        }) satisfies NonNullable<typeof unit.cleared>
      })
    })
  }
]
