/** Every verb leaves a domain's pointers with or without the number that they were signed with (law L8; PAC2, PAC3). */
import { describeEveryVerb, type RuledAccess } from "@isolde/testkit"
import { pac } from "../src/index.ts"
import { allows, sign, sizeLog2Of } from "../src/signed-pointer.ts"

const KEY = 99

/** The number that an entry has while its domain may reach the object, and after that. */
const [SIGNED, CLEARED] = [7, 0]

const passes = ({ bytes, rights }: RuledAccess): boolean => {
  const bare = { entry: 3, offset: 0, sizeLog2: sizeLog2Of(4096), signature: undefined, authenticated: false }
  return allows(KEY, sign(KEY, bare, { number: SIGNED }), { number: rights === 0 ? CLEARED : SIGNED }, bytes)
}

describeEveryVerb(pac(), { passes, runs: 10 })
