/** Runs programs in code whose domains are processes, and gives everything the run reports. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { type ObservedRun, type Overrides, observe, type Program, programWorkload, tinyMachine } from "@isolde/testkit"
import { processes } from "../src/index.ts"

export type Input = Parameters<typeof processes>[0]

export interface Options {
  readonly workers?: number
  readonly inOrder?: boolean
  readonly config?: Input
  readonly overrides?: Overrides
}

/** Run `program` on a small Tiger Lake with a core per worker. */
export function run(program: Program, options: Options = {}): ObservedRun {
  const { config = {}, inOrder = false, overrides = {}, workers = 1 } = options
  return observe({
    machine: tinyMachine({ cores: workers, inOrder, overrides }),
    mechanisms: [processes(config)],
    workload: programWorkload(program),
    workers
  })
}

/** Large enough that programs below hit in the L1 and the TLB once they are warm. */
const warm: Overrides = {
  l1d: { sets: 64, ways: 12 },
  l2: { sets: 512, ways: 8 },
  tlb: { dtlb: { sets: 16, ways: 4 }, stlb: { sets: 128, ways: 8 } }
}

/** Cycles of the fastest of sixteen invocations of an empty library, one instruction at a time. */
export function invocationCycles(config: Input, overrides: Overrides = {}): number {
  const script = Array.from(
    { length: 16 },
    (_, activation): Array<OperationRecord> => [
      { verb: Verb.enter, from: 0, to: 1, activation },
      { verb: Verb.leave, from: 1, to: 0, activation },
      { verb: Verb.compute, bytes: 1 }
    ]
  ).flat()
  const own = (owner: number) => ({ name: `private ${owner}`, kind: RegionKind.private, owner })
  const program: Program = {
    domains: ["application", "library"],
    regions: [own(0), own(1)],
    exchange: "copy",
    threads: () => [{ script }]
  }
  const { system } = run(program, {
    config,
    inOrder: true,
    overrides: { ...warm, ...overrides, tlb: { ...warm.tlb, ...overrides.tlb } }
  })
  return Math.min(...system.engine.invocationCycles.subarray(0, system.engine.invocations))
}
