/** Programs that ask the kernel for pages: a few areas, one script per worker, and what each measured region took. */
import { type OperationRecord, operationScript, Verb } from "@isolde/core/isolation/operation-script"
import { Clock } from "@isolde/core/isolation/requests"
import type { Machine } from "@isolde/core/machines/machine"
import { Entry } from "@isolde/core/memory/pages"
import type { System } from "@isolde/core/scenario/system"
import { built, type Choices, finished } from "../small-system.ts"

export const ReadOnly = Entry.present
export const ReadWrite = Entry.present | Entry.writable

/** An area of a program: `entry` 0 maps nothing, Entry.lazy pages that are absent until touched. */
export interface ProgramArea {
  readonly pages: number
  readonly entry: number
}

export type Script = (first: ReadonlyArray<number>, worker: number) => ReadonlyArray<OperationRecord>

/** The system that runs `script` on each of `workers` workers, not yet run. */
export function kernelSystem(
  machine: Machine,
  areas: ReadonlyArray<ProgramArea>,
  script: Script,
  workers = 1,
  choices: Choices = {}
): System {
  return built(
    {
      machine,
      mechanisms: [],
      workers,
      workload: {
        name: "kernel program",
        package: "@isolde/core-test",
        version: "0",
        config: {},
        exchange: "share",
        dependences: "decoded",
        demand: { domains: 1, exchange: "share", objects: 0, operations: [] },
        place: (pages, count) => {
          const first = areas.map((area) => pages.reserve(area.pages, area.entry))
          return {
            domains: ["application"],
            regions: [],
            requests: ["measured"],
            threads: () =>
              Array.from({ length: count }, (_, worker) => ({
                domain: 0,
                start: 0,
                script: operationScript(script(first, worker))
              }))
          }
        }
      }
    },
    choices
  )
}

/** `operations` between two readings of the clock. */
export const measured = (...operations: ReadonlyArray<OperationRecord>): Array<OperationRecord> => [
  { verb: Verb.begin, region: 0, rights: Clock.completed },
  ...operations,
  { verb: Verb.end, region: 0, rights: Clock.completed }
]

/** Ticks of the last measured region of one worker that does `before` and then what is measured, a few times over. */
export function ticksOf(
  machine: Machine,
  areas: ReadonlyArray<ProgramArea>,
  once: (first: ReadonlyArray<number>) => ReadonlyArray<OperationRecord>
): number {
  const system = kernelSystem(machine, areas, (first) => Array.from({ length: 12 }, () => once(first)).flat())
  finished(system)
  const { begin, count, end } = system.requests.rows()
  return (end[count - 1] as number) - (begin[count - 1] as number)
}
