/** Threads that change between address spaces, and change what is mapped in them, against a rule of who sees what. */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { RandomStream } from "@isolde/core/kernel/random"
import { numbersOf } from "@isolde/core/machines/machine"
import { Entry } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { System } from "@isolde/core/scenario/system"
import { expect, test } from "vitest"
import { type Choices, crampedMachine, finished, programmed } from "../small-system.ts"
import { shootingMachine } from "./shootdown-storm.ts"

const ReadWrite = Entry.present | Entry.writable

type Step =
  | { readonly do: "load"; readonly page: number }
  | { readonly do: "store"; readonly page: number }
  | { readonly do: "switch"; readonly to: number }
  | { readonly do: "attach"; readonly page: number; readonly space: number }
  | { readonly do: "unmap"; readonly page: number; readonly space: number }

interface Plan {
  readonly pages: number
  readonly spaces: number
  /** The entry of a page in an address space at the start. */
  readonly entry: (space: number, page: number) => number
  readonly script: (thread: number) => ReadonlyArray<Step>
}

/** Run `plan`; behind each unmapping no thread that runs the space holds the page. */
function run(
  machine: ReturnType<typeof shootingMachine>,
  plan: Plan,
  choices: Choices = {},
  plant: (kernel: MachineParts["kernel"]) => void = () => undefined
) {
  const threads = machine.tiles * machine.threadsPerTile
  const scripts = Array.from({ length: threads }, (_, thread) => plan.script(thread))
  const stale: Array<string> = []
  const ticks: Array<number> = []
  let first = 0
  const look = (space: number, page: number) => {
    for (const t of system.threads) {
      if (!system.routines.shootdown.generations.runs(t, space)) continue
      const { translation } = system.tiles[Math.floor(t.number / machine.threadsPerTile)] as System["tiles"][number]
      const held = translation.cached(page, t.context)
      if (held !== -1 && (held & Entry.present) !== 0) stale.push(`thread ${t.number} reaches page ${page - first}`)
    }
  }
  const system: System = programmed(
    machine,
    {
      steps: Math.max(...scripts.map((steps) => steps.length)),
      build: ({ kernel, pages }: MachineParts) => {
        first = pages.reserve(plan.pages)
        kernel.spaces.open(plan.spaces, (space, page, entry) =>
          page < first || page >= first + plan.pages ? entry : plan.entry(space, page - first)
        )
        plant(kernel)
        return {
          emit: (program, t, at) => {
            const step = scripts[t.number]?.[at]
            if (step === undefined) return
            program.as(Cause.application)
            if (step.do === "load") program.load(first + step.page, 0)
            else if (step.do === "store") program.store(first + step.page, 0)
            else if (step.do === "switch") {
              program.act(1)
              kernel.spaces.switchTo(program, t, step.to)
              program.act(1)
            } else if (step.do === "attach")
              kernel.calls.attach(program, t, first + step.page, 1, ReadWrite, step.space)
            else {
              kernel.calls.unmap(program, t, first + step.page, 1, step.space)
              program.act(0, step.space, first + step.page)
            }
          },
          act: (_t, code, space, page, tick) => void (code === 0 ? look(space, page) : ticks.push(tick))
        }
      }
    },
    choices
  )
  const { events: _, ...summary } = finished(system)
  for (let space = 0; space < plan.spaces; space++) {
    const { entry } = system.pages.tableOf(space)
    for (let page = first; page < first + plan.pages; page++) if (entry[page] === 0) look(space, page)
  }
  const entries = Array.from({ length: plan.spaces }, (_, space) =>
    Array.from(system.pages.tableOf(space).entry.slice(first, first + plan.pages), (entry) => entry & ReadWrite)
  )
  return { system, summary, stale, ticks, entries, faults: system.threads.map((t) => t.faults) }
}

const seesAll = { pages: 2, entry: () => ReadWrite }

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

const SPACES = 8
const OWN = 2

/** A thread attaches and unmaps pages of its own in any space, touches everybody's and changes its space. */
function scriptOf(seed: number, thread: number, threads: number, rule: Array<Array<number>>): Array<Step> {
  const random = new RandomStream(seed, `spaces of ${thread}`)
  return Array.from({ length: 40 }, (): Step => {
    const kind = random.below(8)
    const space = random.below(SPACES)
    const own = thread * OWN + random.below(OWN)
    if (kind < 2) return { do: "switch", to: space }
    if (kind < 6) return { do: kind < 4 ? "load" : "store", page: random.below(threads * OWN) }
    const mapped = rule[space] as Array<number>
    mapped[own] = kind === 6 ? ReadWrite : 0
    return { do: kind === 6 ? "attach" : "unmap", page: own, space }
  })
}

test.each([
  ["interrupt", 2, 1],
  ["interrupt", 2, 2],
  ["broadcast", 3, 1],
  ["invlpgb", 4, 1],
  ["rar", 3, 1],
  ["coherent", 2, 1]
] as const)(
  "OS1 by %s on %i tiles of %i threads: no thread reaches a page that its space has lost, whoever runs ahead",
  (shootdown, cores, threadsPerCore) => {
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
      const machine = shootingMachine({ cores, threadsPerCore, shootdown })
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
