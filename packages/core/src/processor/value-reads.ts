/**
 * Loads of one hardware thread that have dispatched and whose value has not been read: a ring in program order.
 * Law: a load leaves the ring when it and every older one have read.
 */
import type { Columns } from "../kernel/columns.ts"

export class ValueReads {
  first = 0
  next = 0
  readonly mask: number
  readonly instruction: Int32Array // [place] number of its instruction in the window
  readonly word: Int32Array // [place]
  readonly line: Int32Array // [place]
  readonly register: Int32Array // [place]
  readonly done: Uint8Array // [place] 1 once it has read

  /** Room for `most` loads in flight. */
  constructor(most: number, columns: Columns) {
    let size = 1
    while (size <= most) size *= 2
    this.mask = size - 1
    this.instruction = columns.int32(size)
    this.word = columns.int32(size)
    this.line = columns.int32(size)
    this.register = columns.int32(size)
    this.done = columns.uint8(size)
  }

  append(instruction: number, word: number, line: number, register: number): void {
    const at = this.next++ & this.mask
    this.instruction[at] = instruction
    this.word[at] = word
    this.line[at] = line
    this.register[at] = register
    this.done[at] = 0
  }

  /** True if a load older than `n` of the same line has not read. */
  pendingBefore(n: number, line: number): boolean {
    for (let k = this.first; k < n; k++) {
      if (this.done[k & this.mask] === 0 && this.line[k & this.mask] === line) return true
    }
    return false
  }

  settle(): void {
    while (this.first < this.next && this.done[this.first & this.mask] === 1) this.first++
  }
}
