/** Runs programs in code under EPT switching, and gives everything the run reports. */
import type { OperationRecord } from "@isolde/core/isolation/operation-script"
import { Verb } from "@isolde/core/isolation/operation-script"
import { type ObservedRun, observe, type Program, programWorkload, tinyMachine } from "@isolde/testkit"
import type { EptConfig } from "../src/config.ts"
import { ept } from "../src/index.ts"

export interface Options {
  readonly workers?: number
  readonly inOrder?: boolean
  readonly config?: Partial<EptConfig>
}

/** Run `program` on a small Tiger Lake with a core per worker. */
export function run(program: Program, { config = {}, inOrder = false, workers = 1 }: Options = {}): ObservedRun {
  return observe({
    machine: tinyMachine({ cores: workers, inOrder }),
    mechanisms: [ept(config)],
    workload: programWorkload(program),
    workers
  })
}

/** `count` invocations of domain 1 by domain 0, each with an instruction inside and one behind it. */
export const invocations = (count: number): Array<OperationRecord> =>
  Array.from({ length: count }, (_, activation) => [
    { verb: Verb.enter, from: 0, to: 1, activation },
    { verb: Verb.compute, bytes: 1 },
    { verb: Verb.leave, from: 1, to: 0, activation },
    { verb: Verb.compute, bytes: 1 }
  ]).flat()
