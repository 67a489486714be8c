/** Mutants of invalidation: interrupts, acknowledgements, TLBs, walks. */
import { Cause } from "@isolde/core/processor/cause"
import type { System } from "@isolde/core/scenario/system"
import type { Mutant } from "../mutant.ts"
import { withEveryProgram, withUnit } from "./alter.ts"

/** Ticks by which an invalidation comes too late. */
const LATE = 20_000

export const shootdownMutants: ReadonlyArray<Mutant> = [
  {
    name: "interrupt-not-sent",
    breaks: "the interrupts of a shootdown are not sent, and waited for",
    flips: ["made-read-only/none", "two-protects/none"],
    system: withEveryProgram((program) => {
      program.interrupt = () => program
      program.multicast = () => program
    })
  },
  {
    name: "invlpg-left-out",
    breaks: "nobody executes INVLPG, neither the initiator nor a target",
    flips: ["made-read-only/none", "unmapped/none", "used-behind-the-move/mpk"],
    system: withEveryProgram((program) => {
      program.invalidate = () => program
    })
  },
  {
    name: "acknowledgement-not-awaited",
    breaks: "the initiator goes on before its targets have invalidated",
    flips: ["made-read-only/none", "moved-away-while-in-use/ept"],
    system: withEveryProgram((program) => {
      const spin = program.spin.bind(program)
      program.spin = (word, value, cause) => (cause === Cause.revocationWait ? program : spin(word, value, cause))
    })
  },
  {
    name: "dsb-left-out-of-tlbi",
    breaks: "nobody waits for a broadcast invalidation to complete",
    flips: ["told-by-a-third/none"],
    system: withEveryProgram((program) => {
      program.awaitBroadcasts = () => program
    })
  },
  {
    name: "acknowledged-early",
    breaks: "the second core acknowledges an invalidation and performs it much later",
    flips: ["made-read-only/none", "unmapped/none"],
    system: (system) => {
      const translation = system.tiles[1]?.translation
      if (translation === undefined) return
      const invalidate = translation.invalidate.bind(translation)
      const data = translation.data.bind(translation)
      const waiting: Array<{ readonly from: number; readonly perform: () => void }> = []
      translation.invalidate = (...of) => {
        waiting.push({ from: system.kernel.now + LATE, perform: () => invalidate(...of) })
      }
      translation.data = (page, context, tick) => {
        while (waiting[0] !== undefined && waiting[0].from <= tick) waiting.shift()?.perform()
        return data(page, context, tick)
      }
    }
  },
  {
    name: "second-level-tlb-kept",
    breaks: "an invalidation reaches the first-level TLBs and not the second",
    flips: ["made-read-only/none", "moved-away-while-in-use/ept"],
    system: eachTile(({ stlb }) => Object.assign(stlb, { drop: () => undefined }))
  },
  {
    name: "nested-tlb-kept",
    breaks: "INVEPT forgets translations and not what the nested TLB says of second-level entries",
    flips: ["moved-away-while-in-use/ept", "by-the-mover/ept"],
    system: eachTile(({ caches }) => Object.assign(caches, { forgetSecondLevel: () => undefined }))
  },
  {
    name: "translations-untagged",
    breaks: "a translation serves every second-level context, whichever it was made in",
    flips: ["callers-memory/ept", "different-domains/ept"],
    system: (system) => {
      eachTile((translation) => {
        const data = translation.data.bind(translation)
        translation.data = (page, _, tick) => data(page, 0, tick)
      })(system)
    }
  },
  {
    name: "stale-walk-installs",
    breaks: "a walk that an invalidation overlaps installs what it read before",
    flips: ["broadcast-overtakes-a-walk/none"],
    system: eachTile(({ walkers }) => Object.assign(walkers, { cancel: () => undefined }))
  },
  {
    name: "invept-left-out",
    breaks: "the hypervisor stores its entries and tells nobody",
    flips: ["moved-away-while-in-use/ept", "by-the-mover/ept"],
    instance: withUnit((_, { kernel }) => Object.assign(kernel, { shootdownContext: () => undefined }))
  },
  {
    name: "invept-here-alone",
    breaks: "the hypervisor invalidates on the core that asked and interrupts no other",
    flips: ["moved-away-while-in-use/ept", "three-threads-one-move/ept"],
    instance: withUnit((_, { kernel }) =>
      Object.assign(kernel, {
        shootdownContext: ((program, _thread, context) => {
          program.invalidateContext(context, 1)
        }) satisfies typeof kernel.shootdownContext
      })
    )
  }
]

type Translation = System["tiles"][number]["translation"]

function eachTile(alter: (translation: Translation) => void): (system: System) => void {
  return (system) => {
    for (const tile of system.tiles) alter(tile.translation)
  }
}
