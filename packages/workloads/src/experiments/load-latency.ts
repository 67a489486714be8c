/**
 * Latency of a load against the footprint: a pointer chase over `bytes`, one load per line, each address known only
 * when the load before it has its data. Laps over the footprint warm the caches first; a footprint of more than twice
 * the last-level cache, of which a lap leaves nothing behind, is warmed by one load per page, for the page tables.
 */
import type { Machine, MechanismInstance } from "@isolde/core"
import type { MachineNumbers } from "@isolde/core/machines/machine"
import { LINE_BYTES, PAGE_BYTES } from "@isolde/core/memory/pages"
import { type ChaseOrder, chase, chaseOrder } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { atLeast, oneOf, orNone } from "./parameter-rule.ts"

/** Most loads that are measured: a lap over a large footprint is cut short. */
const MOST_LOADS = 8192

export interface LoadLatencyParameters {
  readonly [name: string]: number | string
  readonly bytes: number
  readonly granule: number
  readonly order: ChaseOrder
  readonly warmLaps: number
  readonly frames: "shuffled" | "contiguous"
}

const REQUEST = "chase"

export const loadLatency = experimentOf<LoadLatencyParameters>({
  name: "load-latency",
  meaning: "ticks from one load's data to the next one's, in a chain of loads over a footprint",
  parameters: {
    bytes: "bytes of the footprint",
    granule: "bytes from one possible place to the next",
    order:
      "random: any place follows any; page-random: any place of half as many pages as the STLB holds follows any, then come those of others; sequential",
    warmLaps: "laps over the footprint before the measured loads",
    frames: "shuffled: as a machine gives that has run for long; contiguous: in a row"
  },
  defaults: { bytes: 1 << 14, granule: 64, order: "page-random", warmLaps: 2, frames: "shuffled" },
  accepts: {
    order: oneOf("random", "page-random", "sequential"),
    warmLaps: orNone,
    frames: oneOf("shuffled", "contiguous")
  },
  together: ({ bytes, granule }) => atLeast("bytes", bytes, "granule", granule),
  readings: [{ name: "latency", unit: "tick", meaning: "ticks per load" }],
  scenario: (machine: Machine, parameters, mechanisms: ReadonlyArray<MechanismInstance>) => ({
    machine,
    mechanisms,
    frames: parameters.frames,
    workers: 1,
    workload: codeWorkload({
      name: "load-latency",
      config: parameters,
      areas: [{ name: "footprint", bytes: parameters.bytes, of: "worker" }],
      requests: [REQUEST],
      threads: (numbers) => [{ code: chaseCode(parameters, llcBytes(numbers), stlbPages(numbers)) }]
    })
  }),
  read: ({ requests }, parameters) => ({
    latency: (ticksOf(requests, REQUEST)[0] as number) / measuredLoads(parameters)
  })
})

const placesOf = ({ bytes, granule }: LoadLatencyParameters): number => Math.max(1, Math.floor(bytes / granule))

/** Whole laps of a small footprint, a part of the lap of a large one. */
function measuredLoads(parameters: LoadLatencyParameters): number {
  const places = placesOf(parameters)
  return places >= MOST_LOADS ? MOST_LOADS : places * Math.max(1, Math.floor(MOST_LOADS / 4 / places))
}

const llcBytes = ({ llc }: MachineNumbers): number => llc.slices * llc.sets * llc.ways * LINE_BYTES

/**
 * Pages of a block: InstLatx64's tables are of pages "4K DTLB" at a time, 768 on a core of 1536 entries in its STLB and
 * 1024 on one of 2048, which its two threads share.
 */
function stlbPages({ tlb }: MachineNumbers): number {
  const entries = [tlb.stlb, tlb.stlbLarge].filter(({ sizes }) => (sizes & 1) === 1)
  return Math.max(1, entries.reduce((sum, { sets, ways }) => sum + sets * ways, 0) >> 1)
}

function chaseCode(parameters: LoadLatencyParameters, llc: number, together: number): Code {
  const { bytes, granule, order, warmLaps } = parameters
  const code = new Code([REQUEST])
  const places = placesOf(parameters)
  const lap = chaseOrder(bytes, granule, order, 1, together)
  const block = code.block([{ load: { area: 0, at: chase(lap) }, address: [0], to: [0] }])
  if (bytes > 2 * llc) {
    const once = onePerPage(lap)
    code.run(code.block([{ load: { area: 0, at: chase(once) } }]), once.length)
  } else code.repeat(warmLaps, () => code.run(block, places))
  code.begin(REQUEST)
  if (places >= MOST_LOADS) code.run(block, MOST_LOADS)
  else code.repeat(measuredLoads(parameters) / places, () => code.run(block, places))
  return code.end(REQUEST)
}

/** The place of each page that the lap comes to last, so that what is measured is none of them. */
function onePerPage(lap: Int32Array): Int32Array {
  const last = new Map<number, number>()
  for (const place of lap) last.set(Math.floor(place / PAGE_BYTES), place)
  return Int32Array.from(last.values())
}
