/**
 * What a workload supplies: memory laid out in regions, then one plan per worker. It speaks isolation
 * operations and never names a mechanism.
 */

import type { OperationScript } from "../isolation/operation-script.ts"
import type { RegionDefinition } from "../isolation/regions.ts"
import type { Demand } from "../isolation/traits.ts"
import type { Exchange, Instrumentation } from "../isolation/unit.ts"
import type { Machine, MachineNumbers } from "../machines/machine.ts"
import type { MechanismInstance } from "../mechanism.ts"
import type { Pages } from "../memory/pages.ts"
import type { InstructionStream } from "../processor/instruction-stream.ts"

/** What one worker, a hardware thread, executes. */
export interface ThreadPlan {
  /** Absent: the script is all there is. */
  readonly stream?: InstructionStream
  readonly script: OperationScript
  /** Domain in which it starts. */
  readonly domain: number
  /** Tick at which it starts. */
  readonly start: number
  /** Address space in which it starts, where the mechanism has opened several; default 0. */
  readonly space?: number
  /** Hardware thread that it runs on; default: the tiles in order, one each, then the second threads. All or none say. */
  readonly thread?: number
}

/** Memory of a run: what the regions are, and who may do what at the start. */
export interface Placement {
  readonly domains: ReadonlyArray<string>
  readonly regions: ReadonlyArray<RegionDefinition>
  /** Names of the requests that scripts begin and end; default none. */
  readonly requests?: ReadonlyArray<string>
  /** Memory words that scripts signal and wait for, each on a line of its own and 0 at the start; default none. */
  readonly words?: number
  /** Software threads beside one for each hardware thread; default: the workers beyond the hardware threads, too few where plans name theirs. */
  readonly turns?: number
  /** The plans, once the mechanism has said what it adds to instructions. */
  readonly threads: (numbers: MachineNumbers, added: Instrumentation | undefined) => ReadonlyArray<ThreadPlan>
}

/** Makes the workloads of a package again from what encodes them. */
export interface WorkloadDecoder {
  readonly package: string
  readonly version: string
  /** Names of the workloads that it makes. */
  readonly names: ReadonlyArray<string>
  /**
   * The workload called `name`, one of `names`, on `machine` under `mechanisms` (none if left out), which may decide how
   * large its data are. Throws InvalidInput for a wrong `config`.
   */
  readonly decode: (
    name: string,
    config: unknown,
    machine: Machine,
    mechanisms?: ReadonlyArray<MechanismInstance>
  ) => Workload
}

export interface Workload {
  readonly name: string
  readonly package: string
  readonly version: string
  /** What encodes it. */
  readonly config: unknown
  readonly exchange: Exchange
  /** Instruction set of its instructions, where it has real ones. */
  readonly isa?: "x86-64" | "aarch64"
  /** How its register dependences are known. */
  readonly dependences: "decoded" | "assumed"
  /** What it asks of a mechanism. */
  readonly demand: Demand
  /** Every access of it is judged by the monitor, not only what faults; default false, as for recordings. */
  readonly judged?: boolean
  /** What its makespan without isolation is measured on, if not on itself: the same program without exchanges. */
  readonly baseline?: () => Workload
  /** Map the memory of `workers` workers. */
  readonly place: (pages: Pages, workers: number, seed: number) => Placement
}
