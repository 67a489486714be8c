/**
 * What one hardware thread executes: blocks of straight-line instructions in order, their accesses in order,
 * and the isolation operations that happen between blocks. Columns are shared between workers; `pageOf`
 * relocates a worker's pages.
 */
import { emptyTable, type InstructionTable } from "./instruction-table.ts"

export interface InstructionStream {
  readonly table: InstructionTable
  readonly blockStart: Uint32Array // [block + 1] into blockInstructions
  readonly blockInstructions: Uint32Array // [position] instruction
  readonly blocks: Uint32Array // [position in the stream] block
  /** Stream positions to execute: [first, last). */
  readonly first: number
  readonly last: number
  readonly accessPage: Int32Array // [access] page number before relocation
  readonly accessOffset: Uint16Array // [access]
  /** First access of stream position `first`. */
  readonly firstAccess: number
  readonly pageOf: Int32Array // [page before relocation] page of this worker
  /** Stream positions before which isolation operations happen, ascending. */
  readonly operationAt: Uint32Array // [operation]
}

/** A stream without instructions: `operations` operations happen one after another. */
export function emptyStream(operations: number): InstructionStream {
  return {
    table: emptyTable(),
    blockStart: new Uint32Array(1),
    blockInstructions: new Uint32Array(0),
    blocks: new Uint32Array(0),
    first: 0,
    last: 0,
    accessPage: new Int32Array(0),
    accessOffset: new Uint16Array(0),
    firstAccess: 0,
    pageOf: new Int32Array(0),
    operationAt: new Uint32Array(operations)
  }
}
