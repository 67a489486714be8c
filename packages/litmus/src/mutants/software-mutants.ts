/** Mutants of combinations, of derivation, and of mechanisms that compilers and runtimes enforce. */
import { Right } from "@isolde/core/isolation/rights"
import type { ProtectionUnit } from "@isolde/core/isolation/unit"
import type { Mutant } from "../mutant.ts"
import { withUnit } from "./alter.ts"

/** Unit `name` of a scenario checks nothing; the others do. */
const unchecked = (name: string): NonNullable<Mutant["instance"]> => {
  const alter = withUnit((unit) => Object.assign(unit, { checkAccess: () => 0 }))
  return (instance) => (instance.name === name ? alter(instance) : instance)
}

export const softwareMutants: ReadonlyArray<Mutant> = [
  {
    name: "authentication-left-out",
    breaks: "no pointer is authenticated, under PAC alone or beside another mechanism",
    flips: ["used-behind-the-move/pac", "either-refuses/mte+pac", "either-refuses/pac+mte"],
    instance: unchecked("pac")
  },
  {
    name: "masking-left-out",
    breaks: "the compiler adds no mask, and no memory is unmapped behind a sandbox",
    flips: ["other-domains-memory/sfi"],
    instance: unchecked("sfi")
  },
  {
    name: "moved-references-live",
    breaks: "the compiler lets a program use what it has moved away",
    flips: ["by-the-mover/language", "moved-away-while-in-use/language"],
    instance: unchecked("language")
  },
  {
    name: "killed-domain-keeps",
    breaks: "the end of a domain reclaims nothing",
    flips: ["while-inside/language"],
    instance: withUnit((unit) => Object.assign(unit, { terminate: () => undefined }))
  },
  {
    name: "derivation-not-narrowed",
    breaks: "a derived capability has the rights and bounds of the one that it is derived from",
    flips: ["derived-and-passed-on/cheri"],
    instance: withUnit((unit) => {
      const derive = unit.derive?.bind(unit)
      if (derive === undefined) return
      Object.assign(unit, {
        derive: ((program, t, region, from, to) =>
          derive(program, t, region, from, to, Right.readWrite, 0, 0)) satisfies NonNullable<ProtectionUnit["derive"]>
      })
    })
  },
  {
    name: "ones-own-tag-store-unseen",
    breaks: "a check doesn't find a tag that its own thread has stored and that waits in the store buffer",
    flips: ["stg-of-ones-own/mte"],
    instance: withUnit((unit) => {
      const instruction = unit.instruction?.bind(unit)
      if (instruction === undefined) return
      Object.assign(unit, {
        instruction: ((program, ...of) => {
          program.act = () => program
          instruction(program, ...of)
          Reflect.deleteProperty(program, "act")
        }) satisfies NonNullable<ProtectionUnit["instruction"]>
      })
    })
  }
]
