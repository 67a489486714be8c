/**
 * Small real systems for the tests of the core: a Skylake-SP whose caches, TLBs and buffers are cut down, running
 * programs of machine actions that a test writes itself.
 * Law: nothing is replaced; every part is the one that a study runs.
 */
import { type OperationRecord, operationScript, Verb } from "@isolde/core/isolation/operation-script"
import type { MachineParts, ProtectionUnit } from "@isolde/core/isolation/unit"
import type { DeepPartial, Machine } from "@isolde/core/machines/machine"
import type { MachineShape } from "@isolde/core/machines/shape"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { MECHANISM_API, type MechanismInstance } from "@isolde/core/mechanism"
import type { Pages } from "@isolde/core/memory/pages"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { InstructionStream } from "@isolde/core/processor/instruction-stream"
import type { Program } from "@isolde/core/processor/program"
import { advance } from "@isolde/core/scenario/run"
import { Scenario, type ScenarioInput } from "@isolde/core/scenario/scenario"
import type { Summary } from "@isolde/core/scenario/summary"
import { System } from "@isolde/core/scenario/system"
import type { Workload } from "@isolde/core/scenario/workload"
import type { TableName } from "@isolde/core/trace/table-schema"
import type { TraceSink } from "@isolde/core/trace/trace-table"

export type Overrides = DeepPartial<MachineShape<number>>

/** A few lines fill every level: evictions and races abound. Nothing is prefetched unless a test asks for it. */
const cramped: Overrides = {
  core: { width: 4, window: 32, storeBuffer: 8, lineFillBuffers: 3, fetchBuffers: 1, mispredictPerMillion: 100_000 },
  l1i: { sets: 2, ways: 2 },
  l1d: { sets: 2, ways: 2 },
  l2: { sets: 4, ways: 2, missBuffers: 6 },
  prefetch: { nextLine: 0, strideEntries: 0, streams: 0 },
  llc: { sets: 2, ways: 2 },
  tlb: {
    itlb: { sets: 1, ways: 2 },
    dtlb: { sets: 1, ways: 2 },
    stlb: { sets: 2, ways: 2 },
    walkers: 2
  }
}

/**
 * DRAM whose reads take the same time when they are apart: no refresh in the run, and a row is closed behind its
 * access as soon as the timings allow.
 */
export const evenMemory: NonNullable<Overrides["memory"]> = { tREFI: 0x3fff_ffff, tCCDL: 0, closeAfter: 0 }

/** `joined` is the network: its sockets and how stops are joined. */
export function crampedMachine(
  cores: number,
  threadsPerCore: 1 | 2 = 1,
  overrides: Overrides = {},
  joined: Partial<Pick<Machine, "sockets" | "topology" | "protocol" | "llcPolicy">> = {}
): Machine {
  const merged: Record<string, unknown> = { ...cramped }
  for (const [part, values] of Object.entries(overrides)) {
    merged[part] = { ...(merged[part] as object | undefined), ...(values as object) }
  }
  return { ...skylakeSp({ cores, threadsPerCore, overrides: merged as Overrides }), ...joined }
}

/** Appends step `step` of a thread to `program`. */
export type Emit = (program: Program, thread: HardwareThread, step: number) => void

/** What a test's programs do when an `act` is reached: `tick` is that of the serialising action before it. */
export type Act = (thread: HardwareThread, code: number, a: number, b: number, tick: number) => void

export interface Programs {
  /** Steps of each worker. */
  readonly steps: number
  /** Called once, while the machine is built. */
  readonly build: (parts: MachineParts) => { readonly emit: Emit; readonly act?: Act }
}

/** A mechanism that lowers every `enter` into the next step of its thread's program. */
export function steppingMechanism(build: Programs["build"]): MechanismInstance {
  return {
    package: "@isolde/core-test",
    version: "0",
    api: MECHANISM_API,
    config: {},
    name: "stepping",
    traits: {
      isa: ["x86-64"],
      nativeMachine: "skylake-sp",
      governs: 0,
      ungoverned: [],
      granule: 1,
      domains: 1,
      regions: 0,
      livesIn: [],
      revocation: "everywhere",
      attacker: "none"
    },
    refuse: () => undefined,
    build: (parts): ProtectionUnit => {
      const { act, emit } = build(parts)
      const steps = new Int32Array(parts.threads)
      return {
        copyChunk: 8,
        start: () => undefined,
        enter: (program, thread) => {
          const step = steps[thread.number] as number
          steps[thread.number] = step + 1
          emit(program, thread, step)
        },
        leave: () => undefined,
        openBoth: () => undefined,
        grant: () => undefined,
        revoke: () => undefined,
        move: () => undefined,
        act: act ?? (() => undefined),
        allows: () => 3
      }
    }
  }
}

/** What one worker executes: instructions, isolation operations, or both. */
export interface Worker {
  readonly stream?: InstructionStream
  readonly operations?: ReadonlyArray<OperationRecord>
  readonly start?: number
}

/** A workload of one domain without regions. `place` maps its memory and returns one worker per thread. */
export function workloadOf(place: (pages: Pages, workers: number) => ReadonlyArray<Worker>): Workload {
  return {
    name: "hand-written",
    package: "@isolde/core-test",
    version: "0",
    config: {},
    exchange: "share",
    dependences: "decoded",
    demand: { domains: 1, exchange: "share", objects: 0, operations: [] },
    place: (pages, workers) => {
      const placed = place(pages, workers)
      const threads = placed.map(({ operations = [], start = 0, stream }) => ({
        domain: 0,
        start,
        script: operationScript(operations),
        ...(stream === undefined ? {} : { stream })
      }))
      return { domains: ["application"], regions: [], threads: () => threads }
    }
  }
}

const steppingWorkload = (steps: number): Workload =>
  workloadOf((_, workers) =>
    Array.from({ length: workers }, () => ({
      operations: Array.from({ length: steps }, () => ({ verb: Verb.enter }))
    }))
  )

export interface Choices extends Partial<Omit<ScenarioInput, "machine" | "mechanisms" | "workload">> {
  readonly sink?: TraceSink
  readonly tables?: ReadonlyArray<TableName>
}

/** The system of a scenario, built and not yet run. */
export function built(input: ScenarioInput, choices: Choices = {}): System {
  return new System(Scenario.make({ ...input, ...choices }), choices.sink, choices.tables)
}

/** Run `system` to its end. Throws Exhausted or a ModelDefect. */
export function finished(system: System, maxEvents = 1e8): Summary {
  for (;;) {
    const summary = advance(system, maxEvents)
    if (summary !== undefined) return summary
  }
}

/** A system that runs `programs` on every hardware thread of `machine`. */
export function programmed(machine: Machine, programs: Programs, choices: Choices = {}): System {
  return built(
    {
      machine,
      mechanisms: [steppingMechanism(programs.build)],
      workload: steppingWorkload(programs.steps),
      workers: machine.tiles * machine.threadsPerTile
    },
    choices
  )
}
