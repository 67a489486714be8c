/** The laws notice units that break them, and what they say names the access, the thread and the tick. */
import { Exhausted } from "@isolde/core/scenario/run"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Case, difference, judgeEnding, judgeRights } from "../../src/contract/laws.ts"
import { observe } from "../../src/contract/observed-run.ts"
import { protectionOf } from "../../src/contract/protection.ts"
import { randomProgram, stepsOf } from "../../src/contract/random-program.ts"
import { vocabularyOf } from "../../src/contract/vocabulary.ts"
import { programWorkload } from "../../src/program-workload.ts"
import { tinyMachine } from "../../src/tiny-machine.ts"
import { accessTable } from "./access-table.ts"

const programs = fc.sample(stepsOf(2), { numRuns: 6, seed: 5 })

type Input = NonNullable<Parameters<typeof accessTable>[0]>

function casesOf(flaw: NonNullable<Input["flaw"]>, seed = 1): Array<Case> {
  const instance = accessTable({ flaw })
  const words = vocabularyOf(protectionOf([instance]), "borrow", true)
  if (words === undefined) throw new Error("borrowing is refused")
  return programs.map((steps) => {
    const made = randomProgram(steps, words)
    const workload = programWorkload(made.program)
    return {
      made,
      run: observe({ machine: tinyMachine(), mechanisms: [instance], workload, seed }),
      traits: instance.traits,
      findsAtGates: false
    }
  })
}

describe("the laws of the contract", () => {
  test("a unit that keeps them all is found to break none", () => {
    for (const each of casesOf("none")) {
      expect(judgeRights(each)).toEqual({ unsafe: [], imprecise: [] })
      expect(judgeEnding(each)).toEqual([])
    }
  })

  test("MC1 notices a unit that forgets revocations, by accesses, at completions and at the end", () => {
    const unsafe = casesOf("forgets revocations").flatMap((each) => judgeRights(each).unsafe)
    expect(unsafe).toContainEqual(expect.stringMatching(/^(load|store) by worker \d in domain \d .* was allowed$/))
    expect(unsafe).toContainEqual(expect.stringMatching(/^after the (move|revoke) of region \d by thread \d/))
    expect(unsafe).toContainEqual(expect.stringMatching(/^at the end worker \d in domain \d may 3 region \d, not 0$/))
  })

  test("MC2 notices a unit that forgets grants, by accesses, at completions and at the end", () => {
    const imprecise = casesOf("forgets grants").flatMap((each) => judgeRights(each).imprecise)
    expect(imprecise).toContainEqual(expect.stringMatching(/^(load|store) by worker \d in domain \d .* faulted$/))
    expect(imprecise).toContainEqual(expect.stringMatching(/^after the (move|grant) of region \d by thread \d/))
    expect(imprecise).toContainEqual(
      expect.stringMatching(/^at the end worker \d in domain \d may 0 region \d, not 3$/)
    )
  })

  test("MC3 a unit that waits for something that never happens exhausts the run", () => {
    expect(() => casesOf("spins")).toThrow(Exhausted)
  })

  test("MC5 notices that runs with different seeds differ, and where", () => {
    const [one, other] = [casesOf("none"), casesOf("none", 2)]
    const found = one.map((each, at) => difference(each.run, (other[at] as Case).run))
    expect(found).toContainEqual(expect.stringContaining("summaries"))
  })

  test("MC6 a gate that charges nothing to gates leaves their slots empty", () => {
    const slots = casesOf("free gate").map(({ run }) => run.summary.slots.gate)
    expect(new Set(slots)).toEqual(new Set([0]))
  })
})
