/**
 * The columns of a Recording, as its file declares them.
 * Law: everything in a Recording that is an array of numbers stands here once, with its domain, unit and meaning.
 */
import type { Recording } from "./recording.ts"

/** The names of a Recording's columns. */
export type ColumnName = {
  [name in keyof Recording]: Recording[name] extends ArrayBufferView ? name : never
}[keyof Recording]

export interface ColumnDeclaration {
  readonly type: "Float64" | "Int32" | "Uint32" | "Int16" | "Uint16" | "Uint8"
  /** What its rows stand for; `+ 1` has one more row, the end of the last. */
  readonly domain: string
  readonly unit: string
  readonly meaning: string
}

const column = (type: ColumnDeclaration["type"], domain: string, unit: string, meaning: string): ColumnDeclaration => ({
  type,
  domain,
  unit,
  meaning
})

const packed = "five fields of six bits, lowest first: register number + 1, or 0"

export const recordingColumns: { readonly [name in ColumnName]: ColumnDeclaration } = {
  pages: column("Float64", "page", "4096 bytes", "virtual page number, in order of first use"),
  pageObject: column("Int16", "page", "object", "the file that its mapping covers, or -1"),
  pageKind: column("Uint8", "page", "PageKind", "0 code, 1 file data, 2 heap, 3 anonymous, 4 stack, 5 other"),
  pageNext: column("Int32", "page", "page", "the page behind it in memory, or -1"),
  instructionAddress: column("Float64", "instruction", "bytes", "virtual address"),
  instructionPage: column("Int32", "instruction", "page", "page of its first byte"),
  instructionOffset: column("Uint16", "instruction", "bytes", "offset in that page"),
  instructionLength: column("Uint8", "instruction", "bytes", "length"),
  instructionObject: column("Int16", "instruction", "object", "its file, or -1"),
  instructionClass: column("Uint8", "instruction", "InstructionClass", "what it does"),
  addressSources: column("Int32", "instruction", packed, "registers that form the addresses of its accesses"),
  dataSources: column("Int32", "instruction", packed, "registers read otherwise"),
  destinations: column("Int32", "instruction", packed, "registers written"),
  stackRelative: column("Uint8", "instruction", "0 or 1", "each of its accesses is rsp plus a constant"),
  accessStart: column("Uint32", "instruction + 1", "access of an instruction", "its first access"),
  accessKind: column("Uint8", "access of an instruction", "AccessKind", "0 load, 1 store, 2 modify"),
  accessSize: column("Uint16", "access of an instruction", "bytes", "size"),
  blockStart: column("Uint32", "block + 1", "place in a block", "its first place"),
  blockInstructions: column("Uint32", "place in a block", "instruction", "the instruction there"),
  stream: column("Uint32", "position", "block", "the blocks that ran, in order"),
  segmentStart: column("Uint32", "segment + 1", "position", "first position of a run of one thread"),
  segmentThread: column("Uint16", "segment", "thread", "recorded thread number"),
  accessPage: column("Int32", "executed access", "page", "page of its first byte"),
  accessOffset: column("Uint16", "executed access", "bytes", "offset of its first byte in that page"),
  systemCallAt: column("Uint32", "system call", "position", "it happened before this position"),
  systemCallNumber: column("Uint16", "system call", "system call", "Linux x86-64 number"),
  gapAt: column("Uint32", "gap", "position", "text was lost before this position")
}

export const columnNames = Object.keys(recordingColumns) as Array<ColumnName>
