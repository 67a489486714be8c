/**
 * Latency of a load against the footprint: a pointer chase over `bytes`, one load per line, each address known only
 * when the load before it has its data. Laps over the footprint warm the caches first.
 */
import type { Machine, MechanismInstance } from "@isolde/core"
import { type ChaseOrder, chase, chaseOrder } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { type Experiment, ticksOf } from "./experiment.ts"

/** Most loads that are measured: a lap over a large footprint is cut short. */
const MOST_LOADS = 16_384

export interface LoadLatencyParameters {
  readonly [name: string]: number | string
  readonly bytes: number
  readonly granule: number
  readonly order: ChaseOrder
  readonly warmLaps: number
}

const REQUEST = "chase"

export const loadLatency: Experiment<LoadLatencyParameters> = {
  name: "load-latency",
  meaning: "ticks from one load's data to the next one's, in a chain of loads over a footprint",
  parameters: {
    bytes: "bytes of the footprint",
    granule: "bytes from one possible place to the next",
    order: "random: any place follows any; page-random: all places of a page, then those of another; sequential",
    warmLaps: "laps over the footprint before the measured loads"
  },
  defaults: { bytes: 1 << 14, granule: 64, order: "page-random", warmLaps: 2 },
  readings: [{ name: "latency", unit: "tick", meaning: "ticks per load" }],
  scenario: (machine: Machine, parameters, mechanisms: ReadonlyArray<MechanismInstance>) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "load-latency",
      config: parameters,
      areas: [{ name: "footprint", bytes: parameters.bytes, of: "worker" }],
      requests: [REQUEST],
      threads: () => [{ code: chaseCode(parameters) }]
    })
  }),
  read: ({ requests }, parameters) => ({
    latency: (ticksOf(requests, REQUEST)[0] as number) / measuredLoads(parameters)
  })
}

const placesOf = ({ bytes, granule }: LoadLatencyParameters): number => Math.max(1, Math.floor(bytes / granule))

/** Whole laps of a small footprint, a part of the lap of a large one. */
function measuredLoads(parameters: LoadLatencyParameters): number {
  const places = placesOf(parameters)
  return places >= MOST_LOADS ? MOST_LOADS : places * Math.max(1, Math.floor(MOST_LOADS / 4 / places))
}

function chaseCode(parameters: LoadLatencyParameters): Code {
  const { bytes, granule, order, warmLaps } = parameters
  const code = new Code([REQUEST])
  const places = placesOf(parameters)
  const at = chase(chaseOrder(bytes, granule, order))
  const block = code.block([{ load: { area: 0, at }, address: [0], to: [0] }])
  code.repeat(warmLaps, () => code.run(block, places))
  code.begin(REQUEST)
  if (places >= MOST_LOADS) code.run(block, MOST_LOADS)
  else code.repeat(measuredLoads(parameters) / places, () => code.run(block, places))
  return code.end(REQUEST)
}
