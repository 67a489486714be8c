/**
 * Instructions as straight-line.ts executes them: four int32 for each place in a block, packed so that operands are
 * read and results written without a branch. Law: what doesn't fit, or needs care, says so in its row.
 */
import * as fromPages from "../memory/pages.ts"
import type { InstructionStream } from "./instruction-stream.ts"
import type { InstructionTable } from "./instruction-table.ts"
import * as fromInstructionTable from "./instruction-table.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { LINE_BYTES } = fromPages
const { AccessKind, CAREFUL, Control, FIELDS, Field } = fromInstructionTable

/** A row is four int32: facts, then three words of registers. */
export const ROW_SHIFT = 2

/** In place of registers + 1 where there are fewer: a register that is always ready, and one that nobody reads. */
export const NoSource = 64
export const NoDestination = 65
/** Ready ticks of a thread: every register + 1, and those two. */
export const REGISTERS = 66

/**
 * Registers of a word, of seven bits each: four sources, or three destinations below the latency; of a plain row two
 * sources and two destinations.
 */
const SOURCES = 4
export const REGISTER_BITS = 7
export const REGISTER = 127
export const LATENCY_SHIFT = 21
const MOST_LATENCY = 1023

/**
 * Facts: what an instruction does, whether its line may differ from that of the one before it. A plain one
 * has no access, nothing added, two sources and two destinations at most; its latency is where others have their bytes.
 */
export const Load = 1
export const Store = 2
export const CarefulCode = 4
export const NewLine = 8
export const Exempt = 16
export const CONTROL_SHIFT = 6
export const CONTROL_MASK = 3
export const ADDED_SHIFT = 8
export const ADDED_MASK = 15
/** Something is added before it. */
export const Added = ADDED_MASK << ADDED_SHIFT
export const ADDED_LATENCY_SHIFT = 12
export const ADDED_LATENCY_MASK = 127
export const Plain = 1 << 19
export const BYTES_SHIFT = 20
export const PLAIN_LATENCY_SHIFT = 20

/** What the loop calls them. */
export const rowNumbers = {
  load: Load,
  store: Store,
  careful: CarefulCode,
  newLine: NewLine,
  exempt: Exempt,
  steers: CONTROL_MASK << CONTROL_SHIFT,
  addedShift: ADDED_SHIFT,
  addedMask: ADDED_MASK,
  addedLatencyShift: ADDED_LATENCY_SHIFT,
  addedLatencyMask: ADDED_LATENCY_MASK,
  plain: Plain,
  bytesShift: BYTES_SHIFT,
  plainLatencyShift: PLAIN_LATENCY_SHIFT,
  latencyShift: LATENCY_SHIFT
} as const

/** Bits of a register + 1 in an instruction table, and their mask. */
const SIX = 6
const LAST_FIELD = (1 << SIX) - 1

/** The word of an instruction without sources. */
export const NoSources = packed(0, SOURCES, NoSource)

/** Fields of a block: its first row, the row behind it, the line that its first instruction is fetched from. */
export const Block = { first: 0, end: 1, line: 2 } as const
export const BLOCK_SHIFT = 2

/** Fields of what instructions are fetched by: physical line, page. */
export const Fetch = { line: 0, page: 1 } as const
export const FETCH_FIELDS = 2

export interface StraightCode {
  readonly rows: Int32Array // [place in a block][facts, three words]
  readonly blocks: Int32Array // [block][field of Block]
  /** [place] row of `fetches` that it is fetched by */
  readonly lines: Int32Array
  readonly fetches: Int32Array // [row][field of Fetch]
}

const decoded = new WeakMap<InstructionTable, WeakMap<Uint32Array, StraightCode>>()

/** The code of `stream`: made once for a table and its blocks, and shared by all who execute them. */
export function straightCode({ blockInstructions, blockStart, table }: InstructionStream): StraightCode {
  let known = decoded.get(table)
  if (known === undefined) decoded.set(table, (known = new WeakMap()))
  let code = known.get(blockInstructions)
  if (code === undefined) {
    const lines = new Int32Array(blockInstructions.length)
    const fetches = fetchesOf(table, blockInstructions, lines)
    const blocks = new Int32Array((blockStart.length - 1) << BLOCK_SHIFT)
    code = { rows: rowsOf(table, blockInstructions), blocks, lines, fetches }
    for (let block = 0; block + 1 < blockStart.length; block++)
      writeBlock(code, block, table, blockInstructions, blockStart)
    known.set(blockInstructions, code)
  }
  return code
}

function writeBlock(
  { blocks, rows }: StraightCode,
  block: number,
  table: InstructionTable,
  blockInstructions: Uint32Array,
  blockStart: Uint32Array
): void {
  const at = block << BLOCK_SHIFT
  const first = blockStart[block] << ROW_SHIFT
  blocks[at + Block.first] = first
  blocks[at + Block.end] = blockStart[block + 1] << ROW_SHIFT
  if (first === blocks[at + Block.end]) return
  blocks[at + Block.line] = table.rows[blockInstructions[blockStart[block]] * FIELDS + Field.line]
  rows[first] |= NewLine
}

/** A row for each run of places of one line; `lines` tells each place which. */
function fetchesOf({ rows }: InstructionTable, blockInstructions: Uint32Array, lines: Int32Array): Int32Array {
  const fetches: Array<number> = []
  let line = -1
  for (let place = 0; place < blockInstructions.length; place++) {
    const at = blockInstructions[place] * FIELDS
    if (rows[at + Field.line] !== line) fetches.push(rows[at + Field.line], rows[at + Field.page])
    line = rows[at + Field.line]
    lines[place] = fetches.length / FETCH_FIELDS - 1
  }
  return Int32Array.from(fetches)
}

function rowsOf(table: InstructionTable, blockInstructions: Uint32Array): Int32Array {
  const code = new Int32Array(blockInstructions.length << ROW_SHIFT)
  let line = -1
  for (let place = 0; place < blockInstructions.length; place++) {
    const at = blockInstructions[place] * FIELDS
    writeRow(code, place << ROW_SHIFT, table, at)
    if (table.rows[at + Field.line] !== line) code[place << ROW_SHIFT] |= NewLine
    line = table.rows[at + Field.line]
  }
  return code
}

function writeRow(code: Int32Array, to: number, { accessKind, accessSize, rows }: InstructionTable, at: number): void {
  const facts = rows[at + Field.facts]
  const accesses = rows[at + Field.accesses] & 255
  const addedLatency = rows[at + Field.accesses] >>> 8
  const address = rows[at + Field.addressSources]
  const data = rows[at + Field.dataSources]
  const destinations = rows[at + Field.destinations]
  const first = rows[at + Field.accessStart]
  const bytes = accesses === 0 ? 0 : accessSize[first]
  // Without an access all operands are alike.
  const early = fieldsIn(address) + (accesses > 0 ? 0 : fieldsIn(data))
  const late = accesses > 0 ? fieldsIn(data) : 0
  const results = fieldsIn(destinations)
  const latency = facts & 0xffff
  const fits =
    (facts & CAREFUL) === 0 &&
    early <= SOURCES &&
    late <= SOURCES &&
    results < SOURCES &&
    latency <= MOST_LATENCY &&
    bytes <= LINE_BYTES &&
    addedLatency <= (accesses > 0 ? ADDED_LATENCY_MASK : 0)
  if (!fits) {
    code[to] = CarefulCode
    return
  }
  const control = (facts >>> 16) & 15
  const added = (facts >>> 24) & 15
  code[to] = (control > Control.indirect ? Control.none : control) << CONTROL_SHIFT
  const sources = accesses > 0 ? address : address | (data << (SIX * fieldsIn(address)))
  if (accesses === 0 && added === 0 && early <= 2 && results <= 2) {
    code[to] |= Plain | (latency << PLAIN_LATENCY_SHIFT)
    code[to + 1] = packed(sources, 2, NoSource) | (packed(destinations, 2, NoDestination) << (2 * REGISTER_BITS))
    return
  }
  code[to] |=
    (accesses === 0 ? 0 : accessKind[first] === AccessKind.load ? Load : Store) |
    (facts >>> 30 === 1 ? Exempt : 0) |
    (added << ADDED_SHIFT) |
    (addedLatency << ADDED_LATENCY_SHIFT) |
    (bytes << BYTES_SHIFT)
  code[to + 1] = packed(sources, SOURCES, NoSource)
  code[to + 2] = packed(accesses > 0 ? data : 0, SOURCES, NoSource)
  code[to + 3] = packed(destinations, SOURCES - 1, NoDestination) | (latency << LATENCY_SHIFT)
}

/** How many registers the fields of six bits of an instruction's `word` name. */
function fieldsIn(word: number): number {
  let count = 0
  for (let left = word; left !== 0; left >>>= SIX) count++
  return count
}

/** The same, `count` of them, in fields of seven bits; `none` in place of those that it doesn't name. */
function packed(word: number, count: number, none: number): number {
  let to = 0
  for (let k = 0; k < count; k++) to |= ((word >>> (SIX * k)) & LAST_FIELD || none) << (REGISTER_BITS * k)
  return to
}
