/**
 * Code on a machine: its instructions laid out in pages of their own, its accesses and operations with the pages of
 * the thread that runs it. Law: what is written is what executes; nothing is added but what a mechanism instruments.
 */
import { type Instrumentation, type OperationRecord, operationScript, Right, type ThreadPlan } from "@isolde/core"
import { PAGE_BYTES, type Pages } from "@isolde/core/memory/pages"
import { AccessKind, type InstructionTable, instructionTable } from "@isolde/core/processor/instruction-table"
import { accessesOf, type Code, type CodeInstruction, type CodeOperation } from "./code.ts"

/** Bytes of code per instruction: the mean of x86-64, and Arm's. */
const INSTRUCTION_BYTES = 4

/** Pages that the code of `code` takes. */
export const codePages = (code: Code): number =>
  Math.ceil((code.blocks.reduce((sum, block) => sum + block.length, 0) * INSTRUCTION_BYTES) / PAGE_BYTES)

/** Stream and script of `code`, its own instructions from page `codePage` on, area `a` from page `pageOfArea[a]` on. */
export function bindCode(
  code: Code,
  pages: Pages,
  codePage: number,
  pageOfArea: ReadonlyArray<number>,
  added: Instrumentation | undefined
): Pick<ThreadPlan, "stream" | "script"> {
  const instructions = code.blocks.flat()
  const starts = new Uint32Array(code.blocks.length + 1)
  code.blocks.forEach((block, i) => {
    starts[i + 1] = (starts[i] as number) + block.length
  })
  const { areas, offsets } = code
  const accessPage = new Int32Array(areas.length)
  const accessOffset = new Uint16Array(areas.length)
  for (let i = 0; i < areas.length; i++) {
    const offset = offsets.data[i] as number
    accessPage[i] = (pageOfArea[areas.data[i] as number] as number) + Math.floor(offset / PAGE_BYTES)
    accessOffset[i] = offset % PAGE_BYTES
  }
  return {
    stream: {
      table: tableOf(instructions, pages, codePage, added),
      blockStart: starts,
      blockInstructions: Uint32Array.from(instructions.keys()),
      blocks: code.positions.rows(),
      first: 0,
      last: code.positions.length,
      accessPage,
      accessOffset,
      firstAccess: 0,
      pageOf: Int32Array.from({ length: pages.count }, (_, page) => page),
      operationAt: Uint32Array.from(code.operationAt)
    },
    script: operationScript(code.operations.map((operation) => recordOf(operation, pageOfArea)))
  }
}

function recordOf(operation: CodeOperation, pageOfArea: ReadonlyArray<number>): OperationRecord {
  const { back, memory, operand, toMemory, ...record } = operation
  if (operand !== undefined) return { ...record, page: operand }
  if (back !== undefined) return { ...record, page: back.position, offset: back.access, toPage: back.operation }
  const pageOf = (place: typeof memory): number =>
    place === undefined ? 0 : (pageOfArea[place.area] as number) + place.page
  return { ...record, page: pageOf(memory), toPage: pageOf(toMemory) }
}

const packed = (registers: ReadonlyArray<number> = []): number =>
  registers.reduce((fields, register, at) => fields | ((register + 1) << (6 * at)), 0)

function tableOf(
  instructions: ReadonlyArray<CodeInstruction>,
  pages: Pages,
  codePage: number,
  added: Instrumentation | undefined
): InstructionTable {
  const accesses = instructions.map(accessesOf)
  const rows = accesses.flat()
  const accessStart = new Int32Array(instructions.length + 1)
  accesses.forEach((of, i) => {
    accessStart[i + 1] = (accessStart[i] as number) + of.length
  })
  const place = (i: number): number => i * INSTRUCTION_BYTES
  const pageOf = (i: number): number => codePage + Math.floor(place(i) / PAGE_BYTES)
  const words = (pick: (instruction: CodeInstruction, at: number) => number) => Int32Array.from(instructions, pick)
  const bytes = (pick: (instruction: CodeInstruction, at: number) => number) => Uint8Array.from(instructions, pick)
  const governed = added?.accesses ?? Right.readWrite
  const checked = (at: number): boolean =>
    accesses[at]?.some(([kind]) => (governed & (kind === AccessKind.load ? Right.read : Right.write)) !== 0) ?? false
  return instructionTable({
    count: instructions.length,
    page: words((_, i) => pageOf(i)),
    line: words((_, i) => pages.line(pageOf(i), place(i) % PAGE_BYTES)),
    latency: Uint16Array.from(instructions, ({ latency }, i) => latency ?? (accesses[i]?.length === 0 ? 1 : 0)),
    control: bytes(({ control }) => control ?? 0),
    addressSources: words(({ address }) => packed(address)),
    dataSources: words(({ data }) => packed(data)),
    destinations: words(({ to }) => packed(to)),
    accessStart,
    stores: Uint8Array.from(accesses, (of) => of.filter(([kind]) => kind !== AccessKind.load).length),
    accessKind: Uint8Array.from(rows, ([kind]) => kind),
    accessSize: Uint16Array.from(rows, ([, access]) => access.bytes ?? 8),
    addedInstructions: bytes((_, i) => (checked(i) ? (added?.instructions ?? 0) : 0)),
    addedLatency: bytes((_, i) => (checked(i) ? (added?.latency ?? 0) : 0)),
    exempt: new Uint8Array(instructions.length)
  })
}
