/** Programs of the contract that have failed once: changes of one object so close behind each other that both are under way. */
import { type Drawn, runCase } from "@isolde/testkit/contract/drawn-case"
import { judgeRights } from "@isolde/testkit/contract/laws"
import { protectionOf } from "@isolde/testkit/contract/protection"
import { referenceOf } from "@isolde/testkit/contract/reference-monitor"
import { vocabularyOf } from "@isolde/testkit/contract/vocabulary"
import { expect, test } from "vitest"
import { pac } from "../src/index.ts"

const protection = protectionOf([pac()])
const words = vocabularyOf(protection, "borrow", false)
if (words === undefined) throw new Error("borrowing is refused")

/** Each step of a worker: a kind of operation, and which one. */
const steps = (...each: ReadonlyArray<readonly [number, number]>): Drawn["steps"][number] =>
  each.map(([kind, pick]) => ({ kind, pick, store: false }))

/** A worker that passes gates. */
const gates = steps([0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0])

test("MC2 of two moves of one object, the first isn't asked about when the second has begun", () => {
  const moves = [...steps([0, 0], [2, 46], [2, 28]), ...gates]
  const run = runCase(protection, words, { machine: "two cores", seed: 0, steps: [moves, gates] })
  expect(run.run.completions.map(({ superseded }) => superseded)).toEqual([true, false])
  expect(judgeRights(run)).toEqual({ unsafe: [], imprecise: [] })
})

test("MC8 a thread that has stored an entry goes by it at its next gate, though older loads hold the operation's mark", () => {
  const change = [...steps([6, 0], [6, 0], [0, 0], [1, 0], [2, 44]), ...gates]
  const { run } = runCase(protection, words, { machine: "one core, two threads", seed: 998, steps: [change, gates] })
  const said = referenceOf(run, protection, false, run.summary.cycles)
  expect(run.summary.exposureByteCycles).toBe(said.exposure)
})
