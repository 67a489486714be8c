/**
 * Loads or stores per tick: a loop of independent accesses, to a few cached lines or in random order over a footprint,
 * alone or in pairs that meet at one place. With a mechanism that checks or instruments accesses, what it leaves of the
 * throughput.
 */
import { type AccessPattern, chaseOrder, fixed } from "../programs/access-pattern.ts"
import { Code, type CodeInstruction } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf } from "./parameter-rule.ts"

/** What happens at a place: one access, or two, the second with the place of the first. */
export type AccessPairs = "load" | "store" | "load-load" | "store-store" | "store-load" | "load-store"

export interface AccessThroughputParameters {
  readonly [name: string]: number | string
  readonly kind: AccessPairs
  readonly count: number
  readonly bytes: number
}

const REQUEST = "accesses"
const PER_BLOCK = 32
/** Accesses go over so many bytes, every sixteenth, if there is no footprint. */
const FEW_LINES = 512

export const accessThroughput = experimentOf<AccessThroughputParameters>({
  name: "access-throughput",
  meaning: "accesses that complete in a tick, independent of each other",
  parameters: {
    kind: "load or store; or load-load, store-store, store-load, load-store: two at one place, one behind the other",
    count: "places accessed in the measured part, after as many that warm",
    bytes: "bytes of a footprint whose lines are accessed in random order; 0: a few lines of the L1"
  },
  defaults: { kind: "load", count: 4096, bytes: 0 },
  accepts: {
    kind: oneOf("load", "store", "load-load", "store-store", "store-load", "load-store"),
    count: { least: PER_BLOCK, multipleOf: PER_BLOCK },
    bytes: { least: 0, multipleOf: 64 }
  },
  readings: [{ name: "perTick", unit: "count", meaning: "places accessed in a tick" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "access-throughput",
      config: parameters,
      areas: [{ name: "buffer", bytes: Math.max(4096, parameters.bytes), of: "worker" }],
      requests: [REQUEST],
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { count }) => ({ perTick: count / (ticksOf(requests, REQUEST)[0] as number) })
})

function codeOf({ bytes, count, kind }: AccessThroughputParameters): Code {
  const code = new Code([REQUEST])
  const order = bytes > 0 ? chaseOrder(bytes, 64, "random") : undefined
  const body = code.block(
    Array.from({ length: PER_BLOCK }, (_, i) => {
      const at: AccessPattern =
        order === undefined ? fixed((i * 16) % FEW_LINES) : (n) => order[(PER_BLOCK * n + i) % order.length] as number
      return instructionsOf(kind, { area: 0, at }, i % 16)
    }).flat()
  )
  if (order === undefined) {
    code.repeat(8, () => code.run(body))
    code.begin(REQUEST).repeat(count / PER_BLOCK, () => code.run(body))
  } else {
    code.run(body, count / PER_BLOCK)
    code.begin(REQUEST).run(body, count / PER_BLOCK)
  }
  return code.end(REQUEST)
}

const instructionsOf = (
  kind: AccessPairs,
  place: { readonly area: number; readonly at: AccessPattern },
  to: number
): ReadonlyArray<CodeInstruction> =>
  kind.split("-").map((each) => (each === "load" ? { load: place, to: [to] } : { store: place }))
