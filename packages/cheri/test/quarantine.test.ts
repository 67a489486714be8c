/** CHERI17 as the contract's laws see it: programs that they have once called unsafe. */
import { Verb } from "@isolde/core/isolation/operation-script"
import { type Drawn, runCase } from "@isolde/testkit/contract/drawn-case"
import { judgeRights } from "@isolde/testkit/contract/laws"
import { protectionOf } from "@isolde/testkit/contract/protection"
import { vocabularyOf } from "@isolde/testkit/contract/vocabulary"
import { expect, test } from "vitest"
import { cheri } from "../src/index.ts"

const protection = protectionOf([cheri({ revocation: "sweep" })])
const words = vocabularyOf(protection, "borrow", true)
if (words === undefined) throw new Error("borrowing is refused")

const step = (kind: number, pick: number): Drawn["steps"][number][number] => ({ kind, pick, store: false })
const gates = Array.from({ length: 6 }, () => step(0, 0))

test("CHERI17 an object that is free when the program ends may still be used, where a sweep is to come", () => {
  const steps = [gates, [step(2, 5), ...gates]]
  const each = runCase(protection, words, { machine: "one core, two threads", seed: 571, steps })
  expect(each.run.completions.map(({ verb }) => verb)).toEqual([Verb.free])
  expect(judgeRights(each)).toEqual({ unsafe: [], imprecise: [] })
  const promising = { ...each, traits: { ...each.traits, quarantines: false } }
  expect(judgeRights(promising).unsafe).toContain("at the end worker 1 in domain 1 may 3 region 9, not 0")
})

test("CHERI17 an object in quarantine may be used while its thread goes on to other objects", () => {
  const steps = [gates, [step(2, 25), step(6, 25), step(2, 21), ...gates]]
  const each = runCase(protection, words, { machine: "two cores in order", seed: 840, steps })
  expect(each.run.completions.map(({ verb }) => verb)).toEqual([Verb.free, Verb.grant])
  expect(judgeRights(each)).toEqual({ unsafe: [], imprecise: [] })
})
