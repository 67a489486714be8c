/**
 * Static instructions bound to a machine, in columns and, for the hot path, in rows: what the decoder knows of each, its latency there, the
 * physical line it is fetched from, and what the mechanism adds to its accesses.
 */
import { invariant } from "../kernel/model-defect.ts"

/** What an instruction does to the pipeline. */
export const Control = { none: 0, branch: 1, indirect: 2, fence: 3, locked: 4, serialising: 5 } as const
export type Control = (typeof Control)[keyof typeof Control]

/** Kinds of access. A modify is a load and a store of the same place. */
export const AccessKind = { load: 0, store: 1, modify: 2 } as const
/**
 * Kinds of store that don't bring their line: of a string instruction, which overwrites whole lines, and non-temporal
 * ones. Odd as AccessKind.store, with the Way of store-ways.ts above the low two bits.
 */
export const StoreKind = { string: 1 | (1 << 2), nonTemporal: 1 | (5 << 2) } as const

export type AccessKind = (typeof AccessKind)[keyof typeof AccessKind]

export interface InstructionColumns {
  readonly count: number
  readonly page: Int32Array // [instruction] page that holds its code
  readonly line: Int32Array // [instruction] physical line
  readonly latency: Uint16Array // [instruction] ticks of execution, memory excluded
  readonly control: Uint8Array // [instruction] Control
  readonly addressSources: Int32Array // [instruction] five fields of six bits: register + 1
  readonly dataSources: Int32Array // [instruction] likewise
  readonly destinations: Int32Array // [instruction] likewise
  readonly accessStart: Int32Array // [instruction + 1] first row of its accesses
  readonly stores: Uint8Array // [instruction] how many of them store
  readonly accessKind: Uint8Array // [access row] AccessKind or StoreKind
  readonly accessSize: Uint16Array // [access row] bytes
  /** Instructions that the mechanism adds before the instruction's accesses, and the ticks they add to the address. */
  readonly addedInstructions: Uint8Array // [instruction]
  readonly addedLatency: Uint8Array // [instruction]
  /** 1 where an access is exempt from checks on pointers (stack-relative). */
  readonly exempt: Uint8Array // [instruction]
}

/** The columns, and the same again as one row of eight int32 per instruction: half a cache line each. */
export interface InstructionTable extends InstructionColumns {
  readonly rows: Int32Array // [instruction][field of Field]
}

/**
 * Fields of a row. `facts`: latency, then control << 16, stores (at most 15) << 20, added instructions << 24,
 * 1 << 28 if it loads, CAREFUL, exempt << 30.
 */
export const Field = {
  line: 0,
  page: 1,
  facts: 2,
  addressSources: 3,
  dataSources: 4,
  destinations: 5,
  accessStart: 6,
  /** Number of accesses, then added latency << 8. */
  accesses: 7
} as const
export const FIELDS = 8

/** Set in `facts` unless the instruction has at most one access, a load or a store, and nothing is fenced. */
export const CAREFUL = 1 << 29

/** What the four-bit fields of `facts` can hold. */
const MOST = 15
/** Most accesses of one instruction: those that save a processor's extended state make about fifty. */
export const MOST_ACCESSES = 64

/** The table of `columns`. An instruction beyond what a row can say is a ModelDefect (IT1). */
export function instructionTable(columns: InstructionColumns): InstructionTable {
  const rows = new Int32Array(columns.count * FIELDS)
  for (let i = 0; i < columns.count; i++) {
    const { accessStart, addedInstructions, stores } = columns
    const accesses = accessStart[i + 1] - accessStart[i]
    invariant(
      accesses <= MOST_ACCESSES && addedInstructions[i] <= MOST,
      "IT1",
      `instruction ${i}: ${accesses} accesses`
    )
    const at = i * FIELDS
    let loads = 0
    for (let k = accessStart[i]; k < accessStart[i + 1]; k++) if ((columns.accessKind[k] & 1) === 0) loads = 1
    rows[at + Field.line] = columns.line[i]
    rows[at + Field.page] = columns.page[i]
    rows[at + Field.facts] =
      columns.latency[i] |
      (columns.control[i] << 16) |
      (Math.min(MOST, stores[i]) << 20) |
      (addedInstructions[i] << 24) |
      (loads << 28) |
      (isCareful(columns, i) ? CAREFUL : 0) |
      (columns.exempt[i] << 30)
    rows[at + Field.addressSources] = columns.addressSources[i]
    rows[at + Field.dataSources] = columns.dataSources[i]
    rows[at + Field.destinations] = columns.destinations[i]
    rows[at + Field.accessStart] = accessStart[i]
    rows[at + Field.accesses] = accesses | (columns.addedLatency[i] << 8)
  }
  return { ...columns, rows }
}

function isCareful(columns: InstructionColumns, i: number): boolean {
  const first = columns.accessStart[i]
  const accesses = columns.accessStart[i + 1] - first
  if (accesses > 1 || (accesses === 1 && columns.accessKind[first] >= AccessKind.modify)) return true
  return columns.control[i] >= Control.fence
}

export function emptyTable(): InstructionTable {
  const none = new Int32Array(0)
  const bytes = new Uint8Array(0)
  return instructionTable({
    count: 0,
    page: none,
    line: none,
    latency: new Uint16Array(0),
    control: bytes,
    addressSources: none,
    dataSources: none,
    destinations: none,
    accessStart: new Int32Array(1),
    stores: bytes,
    accessKind: bytes,
    accessSize: new Uint16Array(0),
    addedInstructions: bytes,
    addedLatency: bytes,
    exempt: bytes
  })
}
