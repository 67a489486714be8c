/**
 * Handing a buffer to another domain and back without copying it: what a mechanism does to change whose it is, over
 * buffers of different sizes.
 */
import { RegionKind, Verb } from "@isolde/core"
import { strided } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"

export interface HandOverParameters {
  readonly [name: string]: number
  readonly bytes: number
  readonly rounds: number
}

const REQUEST = "moves"
/** The program's own memory comes first. */
const BUFFER = 2

export const handOver = experimentOf<HandOverParameters>({
  name: "hand-over",
  meaning: "ticks of handing a buffer to another domain without a copy",
  parameters: { bytes: "bytes of the buffer", rounds: "times it is handed there and back, after as many that warm" },
  defaults: { bytes: 4096, rounds: 4 },
  readings: [
    { name: "ticks", unit: "tick", meaning: "one hand-over" },
    {
      name: "bytesPerTick",
      unit: "byte per tick",
      meaning: "bytes of the buffer handed over in a tick; none where that takes no time"
    }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "hand-over",
      config: parameters,
      domains: ["program", "library"],
      areas: [
        { name: "memory", bytes: 4096 },
        { name: "memory of the library", bytes: 4096, owner: 1 },
        { name: "buffer", bytes: parameters.bytes, kind: RegionKind.exchange, exactly: true, of: "worker" }
      ],
      requests: [REQUEST],
      exchange: "borrow",
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { bytes, rounds }) => {
    const ticks = mean(ticksOf(requests, REQUEST)) / (2 * rounds)
    return ticks === 0 ? { ticks } : { ticks, bytesPerTick: bytes / ticks }
  }
})

function codeOf({ bytes, rounds }: HandOverParameters): Code {
  const code = new Code([REQUEST])
  code.run(code.block([{ load: { area: BUFFER, at: strided(64, bytes) } }]), Math.ceil(bytes / 64))
  const thereAndBack = (): void => {
    for (const [from, to] of [
      [0, 1],
      [1, 0]
    ] as const)
      code.operate({ verb: Verb.move, region: BUFFER, from, to, bytes })
  }
  code.repeat(rounds, thereAndBack)
  code.begin(REQUEST).repeat(rounds, thereAndBack)
  return code.end(REQUEST)
}
