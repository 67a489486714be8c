/** Atomic additions of several cores to one word: how long each takes a core while all keep at it. */
import { Control } from "@isolde/core/processor/instruction-table"
import { fixed } from "../programs/access-pattern.ts"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"

export interface ContendedAtomicParameters {
  readonly [name: string]: number
  readonly cores: number
  readonly operations: number
}

const REQUEST = "additions"

export const contendedAtomic = experimentOf<ContendedAtomicParameters>({
  name: "contended-atomic",
  meaning: "ticks of one atomic addition while several cores add to the same word",
  parameters: { cores: "cores that add, the first ones of the machine", operations: "additions of each core" },
  defaults: { cores: 2, operations: 256 },
  readings: [{ name: "ticks", unit: "tick per operation", meaning: "one addition of one core" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.cores,
    workload: codeWorkload({
      name: "contended-atomic",
      config: parameters,
      areas: [{ name: "word", bytes: 4096 }],
      requests: [REQUEST],
      words: barrierWords(parameters.cores),
      threads: ({ core }, workers) =>
        Array.from({ length: workers }, (_, worker) => {
          const code = new Code([REQUEST])
          const add = code.block([
            { modify: { area: 0, at: fixed(0) }, control: Control.locked, latency: core.locked, data: [0], to: [0] }
          ])
          code.run(add)
          barrier(code, worker, workers)
          code.begin(REQUEST).repeat(parameters.operations, () => code.run(add))
          return { code: code.end(REQUEST) }
        })
    })
  }),
  read: ({ requests }, { operations }) => ({ ticks: mean(ticksOf(requests, REQUEST)) / operations })
})
