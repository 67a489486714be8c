/** Programs in code that the tests of this package share: two domains, one object, one script per thread. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import type { Exchange } from "@isolde/core/isolation/unit"
import type { Machine } from "@isolde/core/machines/machine"
import { type ObservedRun, observe, type ProgramMemory, programWorkload } from "@isolde/testkit"
import { cheri } from "../src/index.ts"

/** Region of the object; 0 and 1 are the domains' private memory. */
export const OBJECT = 2

export const keep = (toOffset: number): OperationRecord => ({ verb: Verb.keep, region: OBJECT, toOffset })
export const move = (from: number, to: number): OperationRecord => ({ verb: Verb.move, region: OBJECT, from, to })
export const enter = (to: number, from = 1 - to): OperationRecord => ({ verb: Verb.enter, from, to })
export const leave = (from: number, to = 1 - from): OperationRecord => ({ verb: Verb.leave, from, to })
export const compute = (bytes: number): OperationRecord => ({ verb: Verb.compute, bytes })

export interface ScriptedRun {
  readonly machine: Machine
  readonly config?: Parameters<typeof cheri>[0]
  readonly exchange?: Exchange
  readonly objectBytes?: number
  /** Script of each thread. */
  readonly threads: (memory: ProgramMemory) => ReadonlyArray<ReadonlyArray<OperationRecord>>
}

/** Run scripts under `cheri`, one per core. */
export function run({ config, exchange, machine, objectBytes, threads }: ScriptedRun): ObservedRun {
  let count = 0
  const workload = programWorkload({
    domains: ["application", "library"],
    exchange: exchange ?? "borrow",
    regions: [
      { name: "application's", kind: RegionKind.private, owner: 0 },
      { name: "library's", kind: RegionKind.private, owner: 1 },
      { name: "object", kind: RegionKind.exchange, owner: 0, bytes: objectBytes ?? 4096 }
    ],
    threads: (memory) => {
      const scripts = threads(memory)
      count = scripts.length
      return scripts.map((script) => ({ script }))
    }
  })
  const result = observe({ machine, mechanisms: [cheri(config ?? {})], workload, workers: machine.tiles })
  if (count !== machine.tiles) throw new Error(`${count} scripts for ${machine.tiles} cores`)
  return result
}

/** An access to the object. */
export const access = ({ regions }: ProgramMemory, offset: number, store = false, bytes = 8): OperationRecord => ({
  verb: store ? Verb.store : Verb.load,
  page: (regions[OBJECT]?.page ?? 0) + Math.floor(offset / 4096),
  offset: offset % 4096,
  bytes
})
