/** Every verb leaves a reference with its owner alone (law L8; LANG1 to LANG3). */
import { describeEveryVerb, type RuledAccess } from "@isolde/testkit"
import { language } from "../src/index.ts"
import { check } from "../src/owned-reference.ts"

const passes = ({ all, domain }: RuledAccess): boolean => {
  const owner = all.findIndex((rights) => rights !== 0)
  const steps = [{ kind: "access", object: 0, index: 0 }] as const
  return check({ owners: [owner], lengths: [4096], steps, domain }).length === 0
}

describeEveryVerb(language(), { passes, runs: 10 })
