/**
 * The declared model that stands in where no bytes tell what an instruction is.
 * Law: a function of the recorded addresses, lengths and accesses alone; results that use it say
 * `dependences: "assumed"`.
 *
 * - Control: an instruction after which another address came at least once is a control transfer. A store of 8 bytes
 *   makes it a call (5 bytes long: direct), a load of 8 bytes a return (1 byte) or an indirect jump; with no access it
 *   is a branch if it also fell through, else a jump. REP string instructions, which repeat at their own address and
 *   then fall through, stay what they are.
 * - Registers: instructions in order of address write register 0, 1, .. 15, 0, ..; every third one reads what the one
 *   before it writes, and so does every one after a load. Accesses of 16 bytes and more make an instruction `vector`,
 *   everything else is `alu`.
 * - Stack: 8-byte accesses of calls and returns are stack-relative, no others.
 */
import type { DecodedInstruction } from "./decode.ts"
import { GrowingColumn } from "./growing-column.ts"
import type { InstructionTable } from "./instruction-table.ts"
import { AccessKind, InstructionClass } from "./recording.ts"
import { packRegisters } from "./registers.ts"

const generalRegisters = 16
const readsPredecessorEvery = 3
const pointerBytes = 8
const vectorBytes = 16

const Fate = { fellThrough: 1, transferred: 2 } as const

export class AssumedModel {
  readonly #table: InstructionTable
  /** [instruction] Fates that were seen. */
  readonly #fates = new GrowingColumn(Uint8Array)
  #last = -1

  constructor(table: InstructionTable) {
    this.#table = table
  }

  /** `row`, at `address`, ran after the instruction before it. */
  ran(row: number, address: number): void {
    const fates = this.#fates
    if (row >= fates.length) fates.fill(0, row + 1 - fates.length)
    const last = this.#last
    if (last >= 0) {
      const from = this.#table.address.data[last]!
      if (address === from + this.#table.length.data[last]!) fates.data[last]! |= Fate.fellThrough
      else if (address !== from) fates.data[last]! |= Fate.transferred
    }
    this.#last = row
  }

  /** What ran last wasn't followed by what it leads to. */
  interrupted(): void {
    this.#last = -1
  }

  /** Describe all instructions. */
  finish(): void {
    const { address, length } = this.#table
    const rows = Int32Array.from({ length: address.length }, (_, row) => row)
    const addressOf = (row: number): number => address.data[row] as number
    rows.sort((a, b) => addressOf(a) - addressOf(b) || a - b)
    let place = -1
    let previous = -1
    let before = -1
    for (const row of rows) {
      // Rows of one address are one instruction: they share the place, and its predecessor.
      if (previous < 0 || addressOf(row) !== addressOf(previous)) {
        place++
        const adjacent = previous >= 0 && addressOf(previous) + (length.data[previous] as number) === addressOf(row)
        before = adjacent ? previous : -1
      }
      this.#table.describe(row, this.#describe(row, place, before))
      previous = row
    }
  }

  #describe(row: number, place: number, before: number): DecodedInstruction {
    const instructionClass = this.#classOf(row)
    const reads = before >= 0 && (place % readsPredecessorEvery === 0 || this.#accesses(before, AccessKind.load))
    return {
      instructionClass,
      addressSources: 0,
      dataSources: reads ? packRegisters([(place - 1) % generalRegisters]) : 0,
      destinations: packRegisters([place % generalRegisters]),
      stackRelative:
        instructionClass === InstructionClass.return ||
        ((instructionClass === InstructionClass.call || instructionClass === InstructionClass.indirectCall) &&
          !this.#accesses(row, AccessKind.load))
    }
  }

  #classOf(row: number): InstructionClass {
    const fate = this.#fates.data[row] ?? 0
    const length = this.#table.length.data[row] as number
    if ((fate & Fate.transferred) !== 0) {
      if (this.#accesses(row, AccessKind.store, pointerBytes))
        return length === 5 ? InstructionClass.call : InstructionClass.indirectCall
      if (this.#accesses(row, AccessKind.load, pointerBytes))
        return length === 1 ? InstructionClass.return : InstructionClass.indirectJump
      if ((fate & Fate.fellThrough) !== 0 || length === 6) return InstructionClass.branch
      return length === 3 ? InstructionClass.indirectJump : InstructionClass.jump
    }
    return this.#accesses(row, null, vectorBytes) ? InstructionClass.vector : InstructionClass.alu
  }

  /** Whether the instruction makes an access of this kind (null: any) of at least `bytes`. */
  #accesses(row: number, kind: AccessKind | null, bytes = 1): boolean {
    const { accessKind, accessSize, accessStart } = this.#table
    for (let at = accessStart.data[row] as number; at < (accessStart.data[row + 1] as number); at++)
      if ((kind === null || accessKind.data[at] === kind) && (accessSize.data[at] as number) >= bytes) return true
    return false
  }
}
