/** Identifiers of address spaces that are the same on all CPUs and run out, as Arm's do under Linux. */
import { expect, test } from "vitest"
import { shootingMachine } from "./shootdown-storm.ts"
import { OWN, type Plan, ReadWrite, run, SPACES, type Step, scriptOf, seesAll } from "./space-plan.ts"

/** A machine whose identifiers are the same on all CPUs: `spaceIds` of them, of which 0 names no space. */
const alike = (cores: number, spaceIds: number) =>
  shootingMachine({ cores, shootdown: "broadcast" }, { tlb: { spaceIds } })

test.each([
  [2, 3, 3, 0],
  [3, 2, 3, 5],
  [5, 3, 6, 0],
  [8, 3, 6, 5],
  [8, 3, 512, 0]
])(
  "SI1 %i address spaces in turn for %i rounds on a CPU of %i identifiers begin %i generations",
  (spaces, rounds, spaceIds, rollovers) => {
    const turn = Array.from({ length: spaces }, (_, at): Step => ({ do: "switch", to: (at + 1) % spaces }))
    const { system } = run(alike(1, spaceIds), {
      ...seesAll,
      spaces,
      script: () => Array.from({ length: rounds }, () => turn).flat()
    })
    const { identifiers } = system.routines.shootdown.generations
    expect([identifiers?.rollovers, identifiers?.forgotten]).toEqual([rollovers, rollovers])
  }
)

/** Threads change their address space and load a page that every third of them has. */
const everyThird: Plan = {
  pages: 1,
  spaces: 8,
  entry: (space) => (space % 3 === 0 ? ReadWrite : 0),
  script: (thread) =>
    Array.from(
      { length: 48 },
      (_, at): Array<Step> => [
        { do: "switch", to: (thread + at * (1 + 2 * thread)) % 8 },
        { do: "load", page: 0 }
      ]
    ).flat()
}
/** Faults of a thread: one for each load in an address space that hasn't the page. */
const owed = (thread: number): number =>
  everyThird.script(thread).filter((step) => step.do === "switch" && step.to % 3 !== 0).length

test.each([1, 2, 3])("SI2 an identifier that is given anew on %i CPUs leads nowhere else", (cores) => {
  const { faults, summary, system } = run(alike(cores, 1), everyThird, { runAhead: false })
  expect(faults).toEqual(Array.from({ length: cores }, (_, thread) => owed(thread)))
  expect(system.routines.shootdown.generations.identifiers?.rollovers).toBeGreaterThan(1)
  expect(run(alike(cores, 1), everyThird).summary).toEqual(summary)
})

test("SI2 without forgetting, an identifier that is given anew leads where it led before", () => {
  const { faults } = run(alike(1, 1), everyThird, {}, ({ shootdown: { generations } }) => {
    const { identifiers } = generations
    if (identifiers === undefined) throw new Error("no identifiers")
    const routine = identifiers.routine.bind(identifiers)
    identifiers.routine = (program, t, step, argument) => {
      const { invalidate } = program
      program.invalidate = () => program
      routine(program, t, step, argument)
      program.invalidate = invalidate
    }
  })
  expect(faults[0]).toBeLessThan(owed(0))
})

test.each([1, 2, 3, 4])("OS1 while identifiers run out, seed %i", (seed) => {
  const rule = Array.from({ length: SPACES }, () => Array.from({ length: 3 * OWN }, () => ReadWrite as number))
  const scripts = [0, 1, 2].map((thread) => scriptOf(seed, thread, 3, rule))
  const plan: Plan = {
    pages: 3 * OWN,
    spaces: SPACES,
    entry: () => ReadWrite,
    script: (thread) => scripts[thread] ?? []
  }
  const stepwise = run(alike(3, 1), plan, { runAhead: false })
  expect(stepwise.stale).toEqual([])
  expect(stepwise.entries).toEqual(rule)
  expect(run(alike(3, 1), plan).summary).toEqual(stepwise.summary)
})
