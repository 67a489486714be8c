/**
 * The runs of a comparison: pure, from names and declarations to a list.
 * Law: `none` runs once per machine and core count, on the isolated layout; what a mechanism refuses never runs and is
 * listed with its reason.
 */
import { type Demand, type Exchange, type MechanismInstance, machineByName } from "@isolde/core"
import { BASELINE, coresText, type Refusal } from "../comparison.ts"
import { shortText } from "./mechanisms-by-text.ts"

/** One run to be made. Data only: it goes to a thread. */
export interface PlannedRun {
  /** `none`, or as the request names it. */
  readonly mechanism: string
  readonly exchange: Exchange
  /** Workers, one per core. */
  readonly cores: number
  /** Catalogue name. */
  readonly machine: string
  /** Cores that the machine has: those of the silicon, or `cores` if more. */
  readonly machineCores: number
  /** Its folder below the comparison's. */
  readonly folder: string
}

export interface Plan {
  readonly runs: ReadonlyArray<PlannedRun>
  readonly refused: ReadonlyArray<Refusal>
}

/** Machine for `none` when no mechanism brings its own: that of the recorded instruction set. */
const DEFAULT_MACHINE = "tiger-lake"

/** The policy under which `none` runs: its layout is the isolated one, and every object is everybody's. */
const BASELINE_EXCHANGE: Exchange = "share"

export interface PlanInput {
  /** Without `none`, in the order of the result. */
  readonly mechanisms: ReadonlyArray<readonly [text: string, instances: ReadonlyArray<MechanismInstance>]>
  readonly demands: ReadonlyMap<Exchange, Demand>
  readonly cores: ReadonlyArray<number>
  readonly machine?: string | undefined
}

export function planRuns({ mechanisms, demands, cores, machine }: PlanInput): Plan {
  const refused: Array<Refusal> = []
  const accepted: Array<{ name: string; exchange: Exchange; machine: string }> = []
  for (const [name, instances] of mechanisms) {
    const native = instances[0]?.traits.nativeMachine ?? DEFAULT_MACHINE
    for (const [exchange, demand] of demands) {
      const reason = instances.map((instance) => instance.refuse(demand)).find((each) => each !== undefined)
      if (reason !== undefined) refused.push({ mechanism: shortText(name), exchange, reason })
      else accepted.push({ name, exchange, machine: machine ?? native })
    }
  }
  const machines = [...new Set(accepted.map((run) => run.machine))]
  if (machines.length === 0) machines.push(machine ?? DEFAULT_MACHINE)
  const baselines = machines.map((on) => ({ name: BASELINE, exchange: BASELINE_EXCHANGE, machine: on }))
  const runs = [...baselines, ...accepted].flatMap((run) => cores.map((count) => planned(run, count)))
  return { runs, refused }
}

function planned(run: { name: string; exchange: Exchange; machine: string }, cores: number): PlannedRun {
  const machineCores = Math.max(machineByName(run.machine)().tiles, cores)
  const { name: mechanism, exchange, machine } = run
  const parts = mechanism === BASELINE ? [mechanism, machine] : [folderName(mechanism), exchange, machine]
  const folder = [...parts, coresText(cores).replace(" ", "-")].join("-")
  return { mechanism, exchange, cores, machine, machineCores, folder }
}

/** `./src/my-mechanism.ts` as `my-mechanism`, `mpk:cet=false` as `mpk-cet-false`. */
const folderName = (mechanism: string): string => shortText(mechanism).replace(/[^\w.-]+/g, "-")
