/** The rule of owned references (LANG1 to LANG3), case by case. */
import { describe, expect, test } from "vitest"
import { check, compiles, type Step } from "../src/owned-reference.ts"

const program = (...steps: ReadonlyArray<Step>) => ({ owners: [0, 1], lengths: [4, 4], domain: 0, steps })
const access = (object: number, index = 0): Step => ({ kind: "access", object, index })

describe("LANG1 a move", () => {
  test("uses its reference up", () => {
    const used = program({ kind: "move", object: 0, to: 1 }, access(0))
    expect(compiles(used)).toBe(false)
    expect(check(used)).toEqual([{ step: 1, wrong: "moved away" }])
  })

  test("makes it the receiver's, who may hand it back", () => {
    const there: Step = { kind: "move", object: 0, to: 1 }
    expect(compiles(program(there, { kind: "enter", domain: 1 }, access(0)))).toBe(true)
    expect(compiles(program(there, { kind: "move", object: 0, to: 0 }, access(0)))).toBe(true)
  })

  test("to nobody is possible once", () => {
    const dropped: Step = { kind: "move", object: 0, to: -1 }
    expect(check(program(dropped, dropped)).map(({ wrong }) => wrong)).toEqual(["moved away"])
  })
})

test("LANG2 code reaches what its domain owns and nothing else", () => {
  expect(check(program(access(1)))).toEqual([{ step: 0, wrong: "not the owner's" }])
  expect(compiles(program({ kind: "runtime", object: 1, index: 0 }))).toBe(true)
})

test("LANG3 bounds are checked when it runs: such a program compiles, and faults", () => {
  const beyond = program(access(0, 3), access(0, 4), access(0, -1))
  expect(compiles(beyond)).toBe(true)
  expect(check(beyond).map(({ step }) => step)).toEqual([1, 2])
})
