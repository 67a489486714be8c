/** Runs programs in code whose domains are enclaves, and gives everything the run reports. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { type ObservedRun, type Overrides, observe, type Program, programWorkload, tinyMachine } from "@isolde/testkit"
import { enclave } from "../src/index.ts"
import type { EnclaveUnit } from "../src/unit.ts"

export type Input = Parameters<typeof enclave>[0]

export interface Options {
  readonly workers?: number
  readonly inOrder?: boolean
  readonly config?: Input
  readonly overrides?: Overrides
}

/** Run `program` on a small Ice Lake with a core per worker. */
export function run(program: Program, options: Options = {}): ObservedRun {
  const { config = {}, inOrder = false, overrides = {}, workers = 1 } = options
  return observe({
    machine: tinyMachine({ base: "ice-lake-sp", cores: workers, inOrder, overrides }),
    mechanisms: [enclave(config)],
    workload: programWorkload(program),
    workers
  })
}

/** What is in the EPC at the end of a run. */
export const cacheOf = ({ system }: ObservedRun): EnclaveUnit["cache"] => (system.unit as EnclaveUnit).cache

export const own = (owner: number) => ({ name: `private ${owner}`, kind: RegionKind.private, owner })

/** Large enough that programs below hit in the L1 once they are warm. */
export const warm: Overrides = { l1d: { sets: 64, ways: 12 }, l2: { sets: 512, ways: 8 } }

/** Cycles of the fastest of eight invocations of an empty enclave, one instruction at a time. */
export function invocationCycles(config: Input): number {
  const script = Array.from(
    { length: 8 },
    (_, activation): Array<OperationRecord> => [
      { verb: Verb.enter, from: 0, to: 1, activation },
      { verb: Verb.leave, from: 1, to: 0, activation },
      { verb: Verb.compute, bytes: 1 }
    ]
  ).flat()
  const program: Program = {
    domains: ["application", "enclave"],
    regions: [own(0), own(1)],
    threads: () => [{ script }]
  }
  const { system } = run(program, { config, inOrder: true, overrides: warm })
  return Math.min(...system.engine.invocationCycles.subarray(0, system.engine.invocations))
}
