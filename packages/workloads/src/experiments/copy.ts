/**
 * Copying a buffer as memcpy does: a load and a store that waits for it, `chunk` bytes at a time, the same buffers
 * again and again. What is published is the time of one copy among many.
 */
import { strided } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { type Experiment, mean, ticksOf } from "./experiment.ts"

export interface CopyParameters {
  readonly [name: string]: number
  readonly bytes: number
  readonly chunk: number
  readonly rounds: number
}

const REQUEST = "copies"

export const copy: Experiment<CopyParameters> = {
  name: "copy",
  meaning: "ticks of one copy of a buffer, made again and again",
  parameters: {
    bytes: "bytes copied",
    chunk: "bytes that one load and one store move",
    rounds: "copies measured, after as many that warm the caches"
  },
  defaults: { bytes: 4096, chunk: 32, rounds: 4 },
  readings: [{ name: "ticks", unit: "tick", meaning: "one copy" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "copy",
      config: parameters,
      areas: [
        { name: "source", bytes: parameters.bytes, of: "worker" },
        { name: "destination", bytes: parameters.bytes, of: "worker" }
      ],
      requests: [REQUEST],
      threads: () => [{ code: copyCode(parameters) }]
    })
  }),
  read: ({ requests }, { rounds }) => ({ ticks: mean(ticksOf(requests, REQUEST)) / rounds })
}

function copyCode({ bytes, chunk, rounds }: CopyParameters): Code {
  const code = new Code([REQUEST])
  const size = Math.min(chunk, bytes)
  const move = code.block([
    { load: { area: 0, at: strided(size, bytes), bytes: size }, to: [1] },
    { store: { area: 1, at: strided(size, bytes), bytes: size }, data: [1] }
  ])
  const lap = (): void => void code.run(move, Math.ceil(bytes / size))
  code.repeat(rounds, lap)
  code.begin(REQUEST)
  code.repeat(rounds, lap)
  return code.end(REQUEST)
}
