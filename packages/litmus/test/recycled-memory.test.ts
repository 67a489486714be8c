import { expect, test } from "vitest"
import { nameOf } from "../src/judge.ts"
import { prepare } from "../src/observed-run.ts"
import { shippedTests, subjectsOf } from "../src/suite.ts"
import { mechanisms } from "./mechanisms.ts"

/** Every so many subjects, and choice points of each. */
const SUBJECTS = 31
const POINTS = 11

test("a schedule in memory that other schedules have used comes to what it comes to in fresh memory", () => {
  const subjects = subjectsOf(shippedTests(), { mechanisms }).filter((_, at) => at % SUBJECTS === 0)
  for (const subject of subjects) {
    const again = prepare(subject)
    const { points } = again([])
    for (let point = 0; point < points; point += POINTS) {
      const delays = [{ point, ticks: 1200 }]
      const [recycled, fresh] = [again(delays), prepare(subject)(delays)]
      const shown = `${subject.test.name} under ${nameOf(subject)}, ${point} delayed`
      expect([recycled.outcome, recycled.points], shown).toEqual([fresh.outcome, fresh.points])
      for (let at = 0; at < fresh.points; at++)
        for (const to of [90, 1200, 40_000]) expect(recycled.matters(at, 0, to), shown).toBe(fresh.matters(at, 0, to))
    }
  }
})
