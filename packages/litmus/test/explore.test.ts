import { describe, expect, test } from "vitest"
import { explore } from "../src/explore.ts"
import { judge } from "../src/judge.ts"
import { parseLitmus } from "../src/parse-litmus.ts"
import type { Delay } from "../src/schedule.ts"
import { shippedTests, subjectsOf } from "../src/suite.ts"

/** A run with `points` choice points whose outcome is which of them were delayed. */
const counted = (points: number) => (delays: ReadonlyArray<Delay>) => ({
  outcome: delays.map(({ point, ticks }) => `${point}:${ticks}`).join(" "),
  points,
  matters: () => true
})

describe("the explorer", () => {
  test("runs every set of up to so many delays of each length once", () => {
    const found = explore(counted(5), { delays: 2, by: [10, 20], schedules: 100 })
    // None; 5 points with 2 lengths; 10 pairs of points with 4 pairs of lengths.
    expect(found.schedules).toBe(1 + 5 * 2 + 10 * 4)
    expect(found.outcomes.size).toBe(found.schedules)
    expect(found.bounded).toBe(false)
  })

  test("says so when there are more schedules than its bound", () => {
    const found = explore(counted(5), { delays: 2, by: [10, 20], schedules: 50 })
    expect(found).toMatchObject({ schedules: 50, bounded: true })
  })

  test("follows the points that a delayed run comes by, not those of the plain one", () => {
    const run = (delays: ReadonlyArray<Delay>) => ({
      outcome: `${delays.length}`,
      points: delays.length === 0 ? 1 : 3,
      matters: () => true
    })
    const found = explore(run, { delays: 2, by: [1], schedules: 100 })
    expect(found.schedules).toBe(1 + 1 + 2)
  })
})

describe("the classic tests of memory models", () => {
  const subjects = subjectsOf(shippedTests(), { mechanisms: [], family: "memory-model" })

  test.each(subjects.map((subject) => [`${subject.test.name} on ${subject.golden.machine}`, subject] as const))(
    "%s reach what the model allows and nothing else",
    (_, subject) => {
      const row = judge(subject)
      expect(row).toMatchObject({ unexpected: [], missing: [], bounded: false, status: "pass" })
    }
  )

  test("the same exploration comes to the same, and store buffering is not seen without delays", () => {
    const [subject] = subjects.filter(({ test: { name } }) => name === "store-buffering")
    if (subject === undefined) throw new Error("no store-buffering")
    expect(judge(subject)).toEqual(judge(subject))
    const plain = { ...subject, test: { ...subject.test, bounds: { ...subject.test.bounds, delays: 0 } } }
    expect(judge(plain)).toMatchObject({ schedules: 1, status: "fail" })
  })

  test("a test whose bound is hit fails", () => {
    const [subject] = subjects
    if (subject === undefined) throw new Error("no test")
    const tight = { ...subject, test: { ...subject.test, bounds: { ...subject.test.bounds, schedules: 10 } } }
    expect(judge(tight)).toMatchObject({ schedules: 10, bounded: true, status: "fail" })
  })
})

test("a test that deadlocks has an outcome of its own", () => {
  const text = [
    "litmus alone\nfamily x\nshows x\ndomains app\nregion R private of app\nword w",
    "thread A in app\nwait w = 1\nload R as a",
    "final a\ngolden none\ncite x\nmust stuck=1"
  ].join("\n")
  const parsed = parseLitmus("x.litmus", text.replace("must stuck=1", "must a=ok"))
  const [subject] = subjectsOf([parsed], { mechanisms: [] })
  if (subject === undefined) throw new Error("no subject")
  expect(judge(subject)).toMatchObject({ outcomes: ["stuck"], status: "fail" })
})
