/**
 * Recorded instructions on a machine: latencies of their classes there, the lines they are fetched from, and what a
 * mechanism adds to them. An instruction that only loads costs its load; returns are predicted by the return stack.
 */
import { type Instrumentation, Right } from "@isolde/core"
import type { MachineNumbers } from "@isolde/core/machines/machine"
import type { Pages } from "@isolde/core/memory/pages"
import { Control, type InstructionTable, instructionTable } from "@isolde/core/processor/instruction-table"
import { AccessKind, InstructionClass, type Recording } from "../recording/recording.ts"

export function bindInstructions(
  recording: Recording,
  numbers: MachineNumbers,
  pages: Pages,
  codePage: (page: number) => number,
  added: Instrumentation | undefined
): InstructionTable {
  const count = recording.instructionAddress.length
  const page = Int32Array.from(recording.instructionPage, codePage)
  const stores = new Uint8Array(count)
  const loads = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    for (let row = recording.accessStart[i] as number; row < (recording.accessStart[i + 1] as number); row++) {
      if (recording.accessKind[row] !== AccessKind.load) stores[i]!++
      if (recording.accessKind[row] !== AccessKind.store) loads[i]!++
    }
  }
  const governed = added?.accesses ?? Right.readWrite
  const checked = (i: number): boolean =>
    ((stores[i] as number) > 0 ? governed & Right.write : (loads[i] as number) > 0 ? governed & Right.read : 0) !== 0 &&
    !(added?.sparesStack === true && recording.stackRelative[i] === 1)
  const branches = (i: number): number =>
    isIndirect(recording.instructionClass[i] as number) ? (added?.branches ?? 0) : 0
  return instructionTable({
    count,
    page,
    line: Int32Array.from(page, (number, i) => pages.line(number, recording.instructionOffset[i] as number)),
    latency: Uint16Array.from(recording.instructionClass, (kind, i) => {
      const pureLoad = loads[i] === 1 && stores[i] === 0 && recording.dataSources[i] === 0
      return pureLoad && kind < InstructionClass.branch ? 0 : latencyOf(kind, numbers)
    }),
    control: Uint8Array.from(recording.instructionClass, controlOf),
    addressSources: recording.addressSources,
    dataSources: recording.dataSources,
    destinations: recording.destinations,
    accessStart: Int32Array.from(recording.accessStart),
    stores,
    accessKind: recording.accessKind,
    accessSize: recording.accessSize,
    addedInstructions: Uint8Array.from({ length: count }, (_, i) =>
      added === undefined ? 0 : branches(i) + (checked(i) ? added.instructions : 0)
    ),
    addedLatency: Uint8Array.from({ length: count }, (_, i) => (added !== undefined && checked(i) ? added.latency : 0)),
    exempt: Uint8Array.from({ length: count }, (_, i) =>
      added?.sparesStack === true && recording.stackRelative[i] === 1 ? 1 : 0
    )
  })
}

const isIndirect = (kind: number): boolean =>
  kind === InstructionClass.indirectJump || kind === InstructionClass.indirectCall || kind === InstructionClass.return

function latencyOf(kind: number, { core, kernel, kernelChoice }: MachineNumbers): number {
  switch (kind) {
    case InstructionClass.multiply:
      return core.multiply
    case InstructionClass.divide:
    case InstructionClass.vectorDivide:
      return core.divide
    case InstructionClass.vector:
      return core.vector
    case InstructionClass.locked:
      return core.locked
    case InstructionClass.fence:
      return core.fence
    case InstructionClass.serialising:
      return core.serialising
    case InstructionClass.system:
      return (
        kernel.syscallEntry +
        kernel.syscallExit +
        (kernelChoice.pageTableIsolation ? 2 * kernel.isolationSwitch + kernel.bufferClear : 0)
      )
    default:
      return 1
  }
}

function controlOf(kind: number): number {
  switch (kind) {
    case InstructionClass.branch:
      return Control.branch
    case InstructionClass.indirectJump:
    case InstructionClass.indirectCall:
      return Control.indirect
    case InstructionClass.locked:
      return Control.locked
    case InstructionClass.fence:
      return Control.fence
    case InstructionClass.serialising:
    case InstructionClass.system:
      return Control.serialising
    default:
      return Control.none
  }
}
