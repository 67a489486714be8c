/**
 * Ten instructions on a warm machine, and where their slots went. Everything sits at one mesh stop, so that a
 * latency is a sum of parameters. The ten run once to warm caches and TLBs, then behind a drain once more; a run
 * without the second time is subtracted.
 */
import { type MachineNumbers, numbersOf } from "@isolde/core/machines/machine"
import { causeNames } from "@isolde/core/processor/cause"
import { Control } from "@isolde/core/processor/instruction-table"
import type { System } from "@isolde/core/scenario/system"
import { type Instruction, streamOf } from "../instruction-builder.ts"
import { built, crampedMachine, evenMemory, finished, type Overrides, workloadOf } from "../small-system.ts"

/** Caches of a real size; one stop, one slice, one channel. */
const oneStop: Overrides = {
  core: { width: 4, window: 64, storeBuffer: 16, lineFillBuffers: 8, fetchBuffers: 4, mispredictPerMillion: 0 },
  l1i: { sets: 64, ways: 8 },
  // A line a tick, so that no line's share of the ways leaves a remainder to the next.
  l1d: { sets: 64, ways: 1, fill: 64 },
  l2: { sets: 64, ways: 16, transfer: 64, writeBack: 64 },
  llc: { slices: 1, sets: 1024, ways: 16 },
  network: { columns: 1, rows: 1 },
  memory: { channels: 1, ...evenMemory },
  tlb: { itlb: { sets: 8, ways: 8 }, dtlb: { sets: 8, ways: 8 }, stlb: { sets: 64, ways: 8 }, walkers: 2 }
}

export const oneStopMachine = (core: Overrides["core"] = {}, threadsPerCore: 1 | 2 = 1, overrides: Overrides = {}) =>
  crampedMachine(1, threadsPerCore, { ...oneStop, core: { ...oneStop.core, ...core }, ...overrides })

export const inOrder: Overrides["core"] = { width: 1, window: 1 }

/** Slots by cause, those with none left out. */
export type Slots = Readonly<Record<string, number>>

export const slotsOf = (system: System, thread = 0): Slots =>
  Object.fromEntries(causeNames.map((name, cause) => [name, system.slots.of(thread)[cause] ?? 0]).filter(([, n]) => n))

/** Pages that a case may use. */
export interface Memory {
  /** A page whose translation is known, and another after it. Line 0 is warm; the ten decide about the others. */
  readonly data: number
}

export interface Case {
  readonly core?: Overrides["core"]
  /** The ten instructions; `again` is false the first time. */
  readonly ten: (memory: Memory, again: boolean) => ReadonlyArray<Instruction>
  /** Executed between the two times, for instance to push a line out of the L1D. */
  readonly between?: (memory: Memory) => ReadonlyArray<Instruction>
}

const drain: Instruction = { control: Control.serialising, latency: 1000 }

/** Slots of the second time alone, and the ticks they took. */
export function account({ between = () => [], core = {}, ten }: Case): {
  readonly slots: Slots
  readonly ticks: number
} {
  const run = (times: 1 | 2) => {
    const workload = workloadOf((pages) => {
      const code = pages.reserve(1)
      const data = pages.reserve(2)
      const memory = { data }
      const placed = (list: ReadonlyArray<Instruction>, line: number) =>
        list.map((each, i) => ({ ...each, at: line * 16 + i }))
      const list = [
        ...placed([{ load: [data, 0] }, drain], 0),
        ...placed(ten(memory, false), 1),
        ...placed([drain, ...between(memory), drain], 2),
        ...(times === 2 ? placed(ten(memory, true), 1) : [])
      ]
      return [{ stream: streamOf(pages, code, list) }]
    })
    const system = built({ machine: oneStopMachine(core), mechanisms: [], workload })
    return { summary: finished(system), slots: slotsOf(system) }
  }
  const [once, twice] = [run(1), run(2)]
  const names = Object.keys({ ...once.slots, ...twice.slots })
  const difference = names.map((name) => [name, (twice.slots[name] ?? 0) - (once.slots[name] ?? 0)] as const)
  return {
    slots: Object.fromEntries(difference.filter(([, slots]) => slots !== 0)),
    ticks: twice.summary.cycles - once.summary.cycles
  }
}

/** The numbers of the machine that a case runs on. */
export const numbersOfCase = (core: Overrides["core"] = {}): MachineNumbers => numbersOf(oneStopMachine(core))
