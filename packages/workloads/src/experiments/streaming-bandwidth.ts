/**
 * Bandwidth of 1 to N cores that stream over memory of their own: independent accesses, one after another through the
 * footprint or line by line in random order. All start together; the bandwidth is what all have moved until the last is
 * done, whole lines where an access stands for its line.
 */
import { LINE_BYTES } from "@isolde/core/memory/pages"
import { type AccessPattern, chaseOrder, fixed, strided } from "../programs/access-pattern.ts"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { scatteredThread } from "../programs/spread-threads.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf, orNone } from "./parameter-rule.ts"

export interface StreamingParameters {
  readonly [name: string]: number | string | boolean
  readonly cores: number
  readonly bytes: number
  readonly kind: "read" | "write" | "update"
  readonly access: number
  readonly warmLaps: number
  readonly laps: number
  readonly order: "sequential" | "random"
  readonly scattered: boolean
}

const REQUEST = "stream"
const PAGE = 4096
/** Accesses of one execution of the loop. */
const PER_BLOCK = 8

export const streamingBandwidth = experimentOf<StreamingParameters>({
  name: "streaming-bandwidth",
  meaning: "bytes per tick that cores load or store, each streaming through memory of its own",
  parameters: {
    cores: "cores that stream",
    bytes: "bytes of each core's memory",
    kind: "read, write, or update: each access loads and stores the same bytes, which count once",
    access: "bytes of one access",
    warmLaps: "laps before the measured ones; without any, memory is cold but for its page tables",
    laps: "measured laps",
    order: "sequential; random: one access of each line, lines in random order, and all of the line's bytes count",
    scattered: "the cores lie evenly over the machine; else they are its first ones, neighbours"
  },
  defaults: {
    cores: 1,
    bytes: 1 << 18,
    kind: "read",
    access: 32,
    warmLaps: 0,
    laps: 1,
    order: "sequential",
    scattered: false
  },
  accepts: {
    kind: oneOf("read", "write", "update"),
    access: { least: 1, most: 64 },
    warmLaps: orNone,
    order: oneOf("sequential", "random")
  },
  together: (parameters) => {
    const block = PER_BLOCK * stepOf(parameters)
    if (parameters.bytes % block === 0) return []
    const remedy = "The loop moves eight accesses at a time."
    return [{ path: "bytes", expected: `a multiple of ${block}`, actual: String(parameters.bytes), remedy }]
  },
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
      threads: (numbers, workers) =>
        Array.from({ length: workers }, (_, worker) => ({
          code: streamCode(parameters, worker),
          ...(parameters.scattered ? { thread: scatteredThread(numbers, worker, workers) } : {})
        }))
    })
  }),
  read: ({ requests }, { bytes, cores, laps }) => {
    const first = requests.begin.reduce((least, tick) => Math.min(least, tick), Number.POSITIVE_INFINITY)
    const last = requests.end.reduce((most, tick) => Math.max(most, tick), 0)
    return { bandwidth: (bytes * laps * cores) / (last - first) }
  }
})

/** Bytes from one access to the next. */
const stepOf = ({ access, order }: StreamingParameters): number => (order === "random" ? LINE_BYTES : access)

function streamCode(parameters: StreamingParameters, worker: number): Code {
  const { access, bytes, cores, kind, laps, warmLaps } = parameters
  const code = new Code([REQUEST])
  const pages = code.block([{ load: { area: 0, at: strided(PAGE, bytes, PAGE - 64) } }])
  const step = stepOf(parameters)
  const lap = code.block(
    Array.from({ length: PER_BLOCK }, (_, i) => {
      const place = { area: 0, at: patternOf(parameters, i * step, worker), bytes: access }
      if (kind === "read") return [{ load: place, to: [i] }]
      return kind === "write"
        ? [{ store: place }]
        : [
            { load: place, to: [i] },
            { store: place, data: [i] }
          ]
    }).flat()
  )
  const blocks = bytes / (PER_BLOCK * step)
  code.run(pages, Math.floor(bytes / PAGE))
  code.run(code.block([{ load: { area: 0, at: fixed(0) } }]))
  if (warmLaps > 0) code.repeat(warmLaps, () => code.run(lap, blocks))
  barrier(code, worker, cores)
  code.begin(REQUEST)
  if (laps === 1) code.run(lap, blocks)
  else code.repeat(laps, () => code.run(lap, blocks))
  return code.end(REQUEST)
}

/** Where the access that is `first` bytes into a block goes, block after block. */
function patternOf({ access, bytes, order }: StreamingParameters, first: number, worker: number): AccessPattern {
  if (order === "sequential") return strided(PER_BLOCK * access, bytes, first)
  const places = chaseOrder(bytes, LINE_BYTES, "random", 1 + worker)
  return (n) => places[(PER_BLOCK * n + first / LINE_BYTES) % places.length] as number
}
