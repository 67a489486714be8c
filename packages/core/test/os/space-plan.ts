/** Plans of threads that change between address spaces, run and held against who may reach what. */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { RandomStream } from "@isolde/core/kernel/random"
import { Entry } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { System } from "@isolde/core/scenario/system"
import { type Choices, finished, programmed } from "../small-system.ts"
import type { shootingMachine } from "./shootdown-storm.ts"

export const ReadWrite = Entry.present | Entry.writable

export type Step =
  | { readonly do: "load"; readonly page: number }
  | { readonly do: "store"; readonly page: number }
  | { readonly do: "switch"; readonly to: number }
  | { readonly do: "attach"; readonly page: number; readonly space: number }
  | { readonly do: "unmap"; readonly page: number; readonly space: number }

export interface Plan {
  readonly pages: number
  readonly spaces: number
  /** The entry of a page in an address space at the start. */
  readonly entry: (space: number, page: number) => number
  readonly script: (thread: number) => ReadonlyArray<Step>
}

/** Run `plan`; behind each unmapping no thread that runs the space holds the page. */
export function run(
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

export const seesAll = { pages: 2, entry: () => ReadWrite }

/** Address spaces of a random plan, and pages of its own that each of its threads has. */
export const SPACES = 8
export const OWN = 2

/** A thread attaches and unmaps pages of its own in any space, touches everybody's and changes its space. */
export function scriptOf(seed: number, thread: number, threads: number, rule: Array<Array<number>>): Array<Step> {
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
