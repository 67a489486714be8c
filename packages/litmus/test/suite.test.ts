import { InvalidInput } from "@isolde/core/invalid-input"
import { describe, expect, test } from "vitest"
import { findings } from "../src/findings.ts"
import { judge, nameOf } from "../src/judge.ts"
import { shippedTests, subjectsOf } from "../src/suite.ts"
import { mechanisms } from "./mechanisms.ts"

const tests = shippedTests()
const subjects = subjectsOf(tests, { mechanisms })
const isOpen = (test: string, mechanism: string): boolean =>
  findings.some((each) => each.test === test && each.mechanism === mechanism)

/** Families that are explored here; `pnpm nightly litmus` explores them all. */
const explored = ["verdicts", "combined", "stored-copy", "authenticate-then-use", "tag-writes", "downgrade"]

describe("the suite", () => {
  test("has at least sixty tests, each with a name of its own, in folders of their families", () => {
    expect(tests.length).toBeGreaterThanOrEqual(60)
    expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length)
    for (const { family, file, name } of tests) expect(file).toBe(`${family}/${name}.litmus`)
  })

  test("says of every mechanism what its attacker can't do, and names none that doesn't exist", () => {
    const known = new Set(["none", ...mechanisms.map((each) => each.mechanism)])
    for (const each of tests.flatMap(({ goldens }) =>
      goldens.flatMap((golden) => golden.mechanisms.flatMap((name) => name.split("+")))
    ))
      expect(known).toContain(each)
    for (const each of subjects.flatMap((subject) => subject.mechanisms)) expect(each.traits.attacker).not.toBe("")
  })

  test("the plain run of every test comes to what its golden allows", () => {
    for (const subject of subjects) {
      if (isOpen(subject.test.name, nameOf(subject))) continue
      const plain = { ...subject, test: { ...subject.test, bounds: { ...subject.test.bounds, delays: 0 } } }
      expect(judge(plain).unexpected, `${subject.test.name} under ${nameOf(subject)}`).toEqual([])
    }
  })

  test.each(
    subjects
      .filter(({ test: { family } }) => explored.includes(family))
      .map((subject) => [subject.test.name, nameOf(subject), subject] as const)
  )("%s under %s reaches what it must, and nothing that it may not", (name, mechanism, subject) => {
    const row = judge(subject)
    if (isOpen(name, mechanism)) expect(row.status, "no finding any more").toBe("fail")
    else expect(row).toMatchObject({ unexpected: [], missing: [], bounded: false, status: "pass" })
  })

  test("what is open names tests that exist and says why", () => {
    for (const { mechanism, test: name, why } of findings) {
      expect(
        subjects.some((each) => each.test.name === name && nameOf(each) === mechanism),
        name
      ).toBe(true)
      expect(why).not.toBe("")
    }
  })

  test("refuses mechanisms and families that nobody knows", () => {
    expect(() => subjectsOf(tests, { mechanisms, mechanism: "mpl" })).toThrow(InvalidInput)
    expect(() => subjectsOf(tests, { mechanisms, family: "tlb" })).toThrow(/expected one of .*tlb-right/)
  })
})
