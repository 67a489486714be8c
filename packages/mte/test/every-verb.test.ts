/** Every verb leaves the granules of a region the tag of who holds it (law L8; MTE1, MTE2). */
import { describeEveryVerb, type RuledAccess } from "@isolde/testkit"
import { describe } from "vitest"
import { mte } from "../src/index.ts"
import { insertTag, tagOf, passes as tagsMatch } from "../src/tag-check.ts"

const passes = ({ all, bytes, domain, offset, page }: RuledAccess): boolean => {
  const address = insertTag(BigInt(page * 4096 + offset), tagOf(domain))
  const holder = all.findIndex((rights) => rights !== 0)
  const state = { tco: false, isTagged: () => true, allocationTag: () => tagOf(holder) }
  return tagsMatch({ address, bytes, stackRelative: false }, state)
}

describe.each([["asynchronous"], ["synchronous"]] as const)("%s checks", (mode) => {
  describeEveryVerb(mte({ mode }), { passes, runs: 8 })
})
