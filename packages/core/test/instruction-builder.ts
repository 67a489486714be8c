/**
 * Instruction streams written by hand: one record per instruction, in the order of a block.
 * Law: a record says everything; nothing is decoded and no dependence is guessed.
 */
import type { Pages } from "@isolde/core/memory/pages"
import type { InstructionStream } from "@isolde/core/processor/instruction-stream"
import { AccessKind, type Control, instructionTable } from "@isolde/core/processor/instruction-table"

/** One place in memory: page, offset in bytes; eight bytes unless it says more or less. */
export type Place = readonly [page: number, offset: number, bytes?: number]

export interface Instruction {
  /** Place in the code, in instructions; default its place in the list. A loop names a place again. */
  readonly at?: number
  /** Ticks of execution, memory excluded; default 1, or 0 for an instruction that accesses memory. */
  readonly latency?: number
  readonly control?: Control
  /** Registers (0 to 62) read for the address, read for the data, and written. */
  readonly address?: ReadonlyArray<number>
  readonly data?: ReadonlyArray<number>
  readonly to?: ReadonlyArray<number>
  readonly load?: Place
  readonly store?: Place
  readonly modify?: Place
  /** Instructions that a mechanism adds. */
  readonly added?: number
}

const packed = (registers: ReadonlyArray<number> = []): number =>
  registers.reduce((fields, register, at) => fields | ((register + 1) << (6 * at)), 0)

const places = ({ load, modify, store }: Instruction): Array<readonly [AccessKind, Place]> => [
  ...(load === undefined ? [] : [[AccessKind.load, load] as const]),
  ...(store === undefined ? [] : [[AccessKind.store, store] as const]),
  ...(modify === undefined ? [] : [[AccessKind.modify, modify] as const])
]

export interface StreamChoices {
  /** Instructions per block; default all in one. */
  readonly block?: number
  /** Stream positions (in blocks) before which operations happen. */
  readonly operationAt?: ReadonlyArray<number>
  /** Bytes of code per instruction; default 4. */
  readonly bytes?: number
}

/** `instructions` laid out from the start of page `code` on, each executed once, in order. */
export function streamOf(
  pages: Pages,
  code: number,
  instructions: ReadonlyArray<Instruction>,
  { block = Math.max(1, instructions.length), bytes = 4, operationAt = [] }: StreamChoices = {}
): InstructionStream {
  const count = instructions.length
  const accesses = instructions.map(places)
  const rows = accesses.flat()
  const accessStart = new Int32Array(count + 1)
  accesses.forEach((of, i) => {
    accessStart[i + 1] = (accessStart[i] as number) + of.length
  })
  const blocks = Math.ceil(count / block)
  const bytewise = (pick: (instruction: Instruction) => number) => Uint8Array.from(instructions, pick)
  const wordwise = (pick: (instruction: Instruction, at: number) => number) => Int32Array.from(instructions, pick)
  return {
    table: instructionTable({
      count,
      page: wordwise(({ at }, i) => code + (((at ?? i) * bytes) >> 12)),
      line: wordwise(({ at }, i) => pages.line(code + (((at ?? i) * bytes) >> 12), ((at ?? i) * bytes) & 4095)),
      latency: Uint16Array.from(instructions, (each, i) => each.latency ?? (accesses[i]?.length === 0 ? 1 : 0)),
      control: bytewise((each) => each.control ?? 0),
      addressSources: wordwise((each) => packed(each.address)),
      dataSources: wordwise((each) => packed(each.data)),
      destinations: wordwise((each) => packed(each.to)),
      accessStart,
      stores: Uint8Array.from(accesses, (of) => of.filter(([kind]) => kind !== AccessKind.load).length),
      accessKind: Uint8Array.from(rows, ([kind]) => kind),
      accessSize: Uint16Array.from(rows, ([, place]) => place[2] ?? 8),
      addedInstructions: bytewise((each) => each.added ?? 0),
      addedLatency: new Uint8Array(count),
      exempt: new Uint8Array(count)
    }),
    blockStart: Uint32Array.from({ length: blocks + 1 }, (_, i) => Math.min(i * block, count)),
    blockInstructions: Uint32Array.from(instructions.keys()),
    blocks: Uint32Array.from({ length: blocks }, (_, i) => i),
    first: 0,
    last: blocks,
    accessPage: Int32Array.from(rows, ([, place]) => place[0]),
    accessOffset: Uint16Array.from(rows, ([, place]) => place[1]),
    firstAccess: 0,
    pageOf: Int32Array.from({ length: pages.count }, (_, page) => page),
    operationAt: Uint32Array.from(operationAt)
  }
}
