/**
 * Bandwidth of 1 to N cores that stream over memory of their own: independent accesses, one after another through the
 * footprint. All start together; the bandwidth is what all have moved until the last is done.
 */
import { fixed, strided } from "../programs/access-pattern.ts"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import type { Experiment } from "./experiment.ts"

export interface StreamingParameters {
  readonly [name: string]: number | string
  readonly cores: number
  readonly bytes: number
  readonly kind: "read" | "write"
  readonly access: number
  readonly warmLaps: number
  readonly laps: number
}

const REQUEST = "stream"
const PAGE = 4096

export const streamingBandwidth: Experiment<StreamingParameters> = {
  name: "streaming-bandwidth",
  meaning: "bytes per tick that cores load or store, each streaming through memory of its own",
  parameters: {
    cores: "cores that stream, the first ones of the machine",
    bytes: "bytes of each core's memory",
    kind: "read or write",
    access: "bytes of one access",
    warmLaps: "laps before the measured ones; without any, memory is cold but for its page tables",
    laps: "measured laps"
  },
  defaults: { cores: 1, bytes: 1 << 18, kind: "read", access: 32, warmLaps: 0, laps: 1 },
  readings: [{ name: "bandwidth", unit: "byte per tick", meaning: "of all cores together" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.cores,
    workload: codeWorkload({
      name: "streaming-bandwidth",
      config: parameters,
      areas: [{ name: "stream", bytes: parameters.bytes, of: "worker" }],
      requests: [REQUEST],
      words: barrierWords(parameters.cores),
      threads: (_, workers) =>
        Array.from({ length: workers }, (_, worker) => ({ code: streamCode(parameters, worker) }))
    })
  }),
  read: ({ requests }, { bytes, cores, laps }) => {
    const first = requests.begin.reduce((least, tick) => Math.min(least, tick), Number.POSITIVE_INFINITY)
    const last = requests.end.reduce((most, tick) => Math.max(most, tick), 0)
    return { bandwidth: (bytes * laps * cores) / (last - first) }
  }
}

function streamCode({ access, bytes, cores, kind, laps, warmLaps }: StreamingParameters, worker: number): Code {
  const code = new Code([REQUEST])
  const pages = code.block([{ load: { area: 0, at: strided(PAGE, bytes, PAGE - 64) } }])
  const perBlock = 8
  const lap = code.block(
    Array.from({ length: perBlock }, (_, i) => {
      const place = { area: 0, at: strided(perBlock * access, bytes, i * access), bytes: access }
      return kind === "read" ? { load: place, to: [i] } : { store: place }
    })
  )
  const blocks = bytes / (perBlock * access)
  code.run(pages, Math.floor(bytes / PAGE))
  code.run(code.block([{ load: { area: 0, at: fixed(0) } }]))
  if (warmLaps > 0) code.repeat(warmLaps, () => code.run(lap, blocks))
  barrier(code, worker, cores)
  code.begin(REQUEST)
  if (laps === 1) code.run(lap, blocks)
  else code.repeat(laps, () => code.run(lap, blocks))
  return code.end(REQUEST)
}
