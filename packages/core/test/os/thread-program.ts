/** Programs of threads that sleep, wake, move and signal each other, and what they leave in their words. */
import { type OperationRecord, operationScript, Verb } from "@isolde/core/isolation/operation-script"
import type { Machine } from "@isolde/core/machines/machine"
import { Entry } from "@isolde/core/memory/pages"
import type { System } from "@isolde/core/scenario/system"
import { built, type Choices } from "../small-system.ts"

export type Script = ReadonlyArray<OperationRecord>

/** The system that runs `scripts`, the n-th on hardware thread `on[n]`, with 8 words; scripts find their page in `pages`. */
export function threads(
  machine: Machine,
  scripts: (pages: number) => ReadonlyArray<Script>,
  on: ReadonlyArray<number>,
  choices: Choices = {}
): System {
  return built(
    {
      machine,
      mechanisms: [],
      workers: on.length,
      workload: {
        name: "threads",
        package: "@isolde/core-test",
        version: "0",
        config: {},
        exchange: "share",
        dependences: "decoded",
        demand: { domains: 1, exchange: "share", objects: 0, operations: [] },
        place: (pages) => {
          const first = pages.reserve(4, Entry.present | Entry.writable)
          return {
            domains: ["application"],
            regions: [],
            requests: ["measured"],
            words: 8,
            threads: () =>
              scripts(first).map((script, worker) => ({
                domain: 0,
                start: 0,
                thread: on[worker] as number,
                script: operationScript(script)
              }))
          }
        }
      }
    },
    choices
  )
}

export const compute = (bytes: number): OperationRecord => ({ verb: Verb.compute, bytes })
export const set = (region: number, bytes: number): OperationRecord => ({ verb: Verb.signal, region, bytes })
export const sleep = (region: number, bytes: number): OperationRecord => ({ verb: Verb.sleep, region, bytes })
export const wake = (region: number, bytes = 1): OperationRecord => ({ verb: Verb.wake, region, bytes })
export const migrate = (bytes: number): OperationRecord => ({ verb: Verb.migrate, bytes })
export const raise = (bytes: number): OperationRecord => ({ verb: Verb.raise, bytes })
export const handler = (...body: Script): Script => [
  { verb: Verb.handler, bytes: body.length + 1 },
  ...body,
  { verb: Verb.sigreturn }
]

export const value = (system: System, word: number): number => system.words.values[system.firstWord + word] as number
export const total = (system: System, name: "interrupts" | "faults"): number =>
  system.threads.reduce((sum, t) => sum + t[name], 0)
