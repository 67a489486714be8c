/** Threads that change between address spaces, and change what is mapped in them, against a rule of who sees what. */
import { numbersOf } from "@isolde/core/machines/machine"
import { Entry } from "@isolde/core/memory/pages"
import { expect, test } from "vitest"
import { crampedMachine } from "../small-system.ts"
import { shootingMachine } from "./shootdown-storm.ts"
import { OWN, type Plan, ReadWrite, run, SPACES, type Step, scriptOf, seesAll } from "./space-plan.ts"

test("SP1 a thread reaches the pages of its address space, and no others", () => {
  const all: Array<Step> = [0, 1, 2].map((page) => ({ do: "load", page }))
  const { faults } = run(crampedMachine(1), {
    pages: 3,
    spaces: 2,
    entry: (space, page) => (page === 1 || page === 2 * space ? ReadWrite : 0),
    script: () => [...all, { do: "switch", to: 1 }, ...all, { do: "switch", to: 0 }, ...all]
  })
  expect(faults).toEqual([3])
})

test("an address space says whether a page that it shares may be written", () => {
  const stores: Array<Step> = [
    { do: "store", page: 0 },
    { do: "switch", to: 1 },
    { do: "store", page: 0 }
  ]
  const { faults, system } = run(crampedMachine(1), {
    pages: 1,
    spaces: 2,
    entry: (space) => (space === 0 ? ReadWrite : Entry.present),
    script: () => stores
  })
  expect(faults).toEqual([1])
  expect(system.pages.tableOf(1).frame[0]).toBe(system.pages.tableOf(0).frame[0])
})

test.each([
  [6, 2, 5],
  [6, 5, 5],
  [7, 1, 7],
  [7, 3, 21]
])("SG3 %i address spaces in turn for %i rounds on six slots forget %i times", (spaces, rounds, forgotten) => {
  const turn = Array.from({ length: spaces }, (_, at): Step => ({ do: "switch", to: (at + 1) % spaces }))
  const { system } = run(crampedMachine(1), {
    ...seesAll,
    spaces,
    script: () => Array.from({ length: rounds }, () => turn).flat()
  })
  const { generations } = system.routines.shootdown
  expect([generations.switches, generations.forgotten]).toEqual([spaces * rounds, forgotten])
})

test("what a slot keeps is there when its space comes back, and without slots it isn't", () => {
  const there = (to: number): Array<Step> => [
    { do: "switch", to },
    { do: "load", page: 0 },
    { do: "load", page: 1 }
  ]
  const script = () => Array.from({ length: 10 }, () => [...there(1), ...there(0)]).flat()
  const walks = (spaceIds: number) =>
    run(shootingMachine({ cores: 1 }, { tlb: { dtlb: { sets: 1, ways: 8 }, spaceIds } }), {
      ...seesAll,
      spaces: 2,
      script
    }).system.tiles[0]?.translation.walkers.walks
  expect(walks(6)).toBe(2 * 2)
  expect(walks(1)).toBe(20 * 2)
})

test("a change of address space takes its path, two words of masks, two of generations, and the write of CR3", () => {
  const machine = shootingMachine({ cores: 1 })
  const { core, kernel, l1d, tlb } = numbersOf(machine)
  const script = () => Array.from({ length: 12 }, (_, at): Step => ({ do: "switch", to: (at + 1) % 2 }))
  const { ticks } = run(machine, { ...seesAll, spaces: 2, script })
  const [begin = 0, end = 0] = ticks.slice(-2)
  const words = 2 * core.locked + 3 * l1d.latency
  expect(end - begin).toBe(kernel.spacePath + words + tlb.switchSpace)
})

test.each([
  ["interrupt", 2, 1, "5.2"],
  ["interrupt", 2, 2, "5.2"],
  ["interrupt", 3, 1, "6.0"],
  ["interrupt", 3, 1, "4.14"],
  ["interrupt", 3, 1, "4.10"],
  ["interrupt", 2, 2, "4.10"],
  ["broadcast", 3, 1, "5.2"],
  ["invlpgb", 4, 1, "5.2"],
  ["rar", 3, 1, "5.2"],
  ["coherent", 2, 1, "5.2"]
] as const)(
  "OS1 by %s on %i tiles of %i threads, as Linux %s: no thread reaches a page that its space has lost, whoever runs ahead",
  (shootdown, cores, threadsPerCore, version) => {
    const threads = cores * threadsPerCore
    for (let seed = 1; seed <= 4; seed++) {
      const rule = Array.from({ length: SPACES }, () =>
        Array.from({ length: threads * OWN }, () => ReadWrite as number)
      )
      const scripts = Array.from({ length: threads }, (_, thread) => scriptOf(seed, thread, threads, rule))
      const plan: Plan = {
        pages: threads * OWN,
        spaces: SPACES,
        entry: () => ReadWrite,
        script: (thread) => scripts[thread] ?? []
      }
      const machine = shootingMachine({ cores, threadsPerCore, shootdown, kernel: { version } })
      const stepwise = run(machine, plan, { runAhead: false })
      expect(stepwise.stale).toEqual([])
      expect(stepwise.entries).toEqual(rule)
      const ahead = run(machine, plan)
      expect(ahead.summary).toEqual(stepwise.summary)
      expect(ahead.faults).toEqual(stepwise.faults)
    }
  }
)

test("SG1 a flush that isn't counted leaves a translation behind for who comes back to its space", () => {
  const wait: Array<Step> = Array.from({ length: 60 }, (_, at) => ({ do: "switch", to: 2 * (at % 2) }))
  const plan: Plan = {
    ...seesAll,
    spaces: 3,
    script: (thread) =>
      thread === 0
        ? [{ do: "switch", to: 1 }, { do: "load", page: 0 }, ...wait, { do: "switch", to: 1 }]
        : [...wait.slice(30), { do: "unmap", page: 0, space: 1 }]
  }
  const machine = shootingMachine({ cores: 2 })
  expect(run(machine, plan, { runAhead: false }).stale).toEqual([])
  const { stale } = run(machine, plan, { runAhead: false }, ({ shootdown: { generations } }) => {
    generations.advance = (program, space) => void program.loadWord(generations.generation[space] as number)
  })
  expect(stale).toEqual(["thread 0 reaches page 0"])
})
