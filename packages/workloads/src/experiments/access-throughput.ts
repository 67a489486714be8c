/**
 * Loads or stores per tick: a loop of independent accesses to a few cached lines. With a mechanism that checks or
 * instruments accesses, what it leaves of the throughput.
 */
import { fixed } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { type Experiment, ticksOf } from "./experiment.ts"

export interface AccessThroughputParameters {
  readonly [name: string]: number | string
  readonly kind: "load" | "store"
  readonly count: number
}

const REQUEST = "accesses"
const PER_BLOCK = 32

export const accessThroughput: Experiment<AccessThroughputParameters> = {
  name: "access-throughput",
  meaning: "loads or stores that complete in a tick, all in the L1 and independent",
  parameters: { kind: "load or store", count: "accesses measured" },
  defaults: { kind: "load", count: 4096 },
  readings: [{ name: "perTick", unit: "count", meaning: "accesses in a tick" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "access-throughput",
      config: parameters,
      areas: [{ name: "buffer", bytes: 4096, of: "worker" }],
      requests: [REQUEST],
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { count }) => ({ perTick: count / (ticksOf(requests, REQUEST)[0] as number) })
}

function codeOf({ count, kind }: AccessThroughputParameters): Code {
  const code = new Code([REQUEST])
  const body = code.block(
    Array.from({ length: PER_BLOCK }, (_, i) => {
      const place = { area: 0, at: fixed(i * 16) }
      return kind === "load" ? { load: place, to: [i % 16] } : { store: place }
    })
  )
  code.repeat(8, () => code.run(body))
  code.begin(REQUEST).repeat(count / PER_BLOCK, () => code.run(body))
  return code.end(REQUEST)
}
