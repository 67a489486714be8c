/**
 * One measurement of how cost grows, in a process of its own: start-up, memory that the built machine holds after its
 * run, and simulated accesses per second once the code is warm.
 * Law: start-up and memory are those of the first machine that the process builds; what the workload itself takes
 * before a machine is built is not counted.
 */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { machineByName, Scenario, type ScenarioInput } from "@isolde/core"
import { begin } from "@isolde/core/simulate"
import { streamWorkload } from "../bench/stream-workload.ts"
import { mechanismByName } from "../compare/mechanism-by-name.ts"
import { type Spread, spreadStreams } from "./spread-streams.ts"
import { visits } from "./visits.ts"

/** What one process measures. */
export interface Grown {
  /** Million simulated accesses per second. */
  readonly rate: number
  /** Million bytes of heap and arrays. */
  readonly megabytes: number
  /** From the scenario's description to its first event, in milliseconds; nothing has been compiled before. */
  readonly startMilliseconds: number
}

/** What is measured: streams without a mechanism, or invocations of many domains with one. */
export type Growing =
  | { readonly spread: Spread }
  | { readonly domains: number; readonly invocations: number; readonly mechanism: string }

/** The machine on which each mechanism's domains are counted. */
const machines: Readonly<Record<string, string>> = { cheri: "morello", mte: "cortex-x3", pac: "cortex-x3" }
const MACHINE = "skylake-sp"

/** Measure; undefined where the mechanism can't tell so many domains apart. */
export async function measureGrowth(growing: Growing): Promise<Grown | undefined> {
  const scenario = await scenarioOf(growing)
  if (scenario.mechanisms.some((each) => each.refuse(scenario.workload.demand) !== undefined)) return undefined
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void
  collect()
  const before = held()
  const start = performance.now()
  const session = begin(Scenario.make(scenario))
  const startMilliseconds = performance.now() - start
  while (session.slice() === undefined);
  collect()
  const megabytes = (held() - before) / 1e6
  // The session is used once more, so that it is held until here.
  if (session.slice.length > 0) throw new Error("a slice takes nothing")
  return { rate: rateOf(scenario), megabytes, startMilliseconds }
}

async function scenarioOf(growing: Growing): Promise<ScenarioInput> {
  if ("spread" in growing) {
    const { spread } = growing
    const workload = streamWorkload("spread", spreadStreams(spread))
    return { machine: machineByName(MACHINE)({ cores: spread.cores }), mechanisms: [], workload }
  }
  const { domains, invocations, mechanism } = growing
  const mechanisms = mechanism === "none" ? [] : [(await mechanismByName(mechanism))()]
  const machine = machineByName(machines[mechanism] ?? MACHINE)({ cores: 1 })
  return { machine, mechanisms, workload: visits(domains, invocations) }
}

function held(): number {
  const { external, heapUsed } = process.memoryUsage()
  return heapUsed + external
}

function rateOf(scenario: ScenarioInput): number {
  const session = begin(Scenario.make(scenario))
  const start = performance.now()
  let run = session.slice()
  while (run === undefined) run = session.slice()
  return run.summary.simulatedAccesses / (performance.now() - start) / 1000
}
