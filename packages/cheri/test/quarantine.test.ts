/** CHERI17 as the contract's laws see it: a program that they once called unsafe, and the one that must stay so. */
import { Verb } from "@isolde/core/isolation/operation-script"
import { type Drawn, runCase } from "@isolde/testkit/contract/drawn-case"
import { judgeRights } from "@isolde/testkit/contract/laws"
import { protectionOf } from "@isolde/testkit/contract/protection"
import { vocabularyOf } from "@isolde/testkit/contract/vocabulary"
import { expect, test } from "vitest"
import { cheri } from "../src/index.ts"

const gates = Array.from({ length: 6 }, () => ({ kind: 0, pick: 0, store: false }))
const frees: Drawn["steps"][number] = [{ kind: 2, pick: 5, store: false }, ...gates]

test("CHERI17 an object that is free when the program ends may still be used, where a sweep is to come", () => {
  const protection = protectionOf([cheri({ revocation: "sweep" })])
  const words = vocabularyOf(protection, "borrow", true)
  if (words === undefined) throw new Error("borrowing is refused")
  const each = runCase(protection, words, { machine: "one core, two threads", seed: 571, steps: [gates, frees] })
  expect(each.run.completions.map(({ verb }) => verb)).toEqual([Verb.free])
  expect(judgeRights(each)).toEqual({ unsafe: [], imprecise: [] })
  const promising = { ...each, traits: { ...each.traits, quarantines: false } }
  expect(judgeRights(promising).unsafe).toContain("at the end worker 1 in domain 1 may 3 region 9, not 0")
})
