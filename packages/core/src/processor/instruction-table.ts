/**
 * Static instructions in columns, bound to a machine: what the decoder knows of each, its latency there, the
 * physical line it is fetched from, and what the mechanism adds to its accesses.
 */

/** What an instruction does to the pipeline. */
export const Control = { none: 0, branch: 1, indirect: 2, fence: 3, locked: 4, serialising: 5 } as const
export type Control = (typeof Control)[keyof typeof Control]

/** Kinds of access. A modify is a load and a store of the same place. */
export const AccessKind = { load: 0, store: 1, modify: 2 } as const
export type AccessKind = (typeof AccessKind)[keyof typeof AccessKind]

/** Registers that dependences name; 0 in a packed field means none. */
export const REGISTERS = 63

export interface InstructionTable {
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
  readonly accessKind: Uint8Array // [access row]
  readonly accessSize: Uint16Array // [access row] bytes
  /** Instructions that the mechanism adds before the instruction's accesses, and the ticks they add to the address. */
  readonly addedInstructions: Uint8Array // [instruction]
  readonly addedLatency: Uint8Array // [instruction]
  /** 1 where an access is exempt from checks on pointers (stack-relative). */
  readonly exempt: Uint8Array // [instruction]
}

export function emptyTable(): InstructionTable {
  const none = new Int32Array(0)
  const bytes = new Uint8Array(0)
  return {
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
  }
}
