/**
 * Lines that wait in one controller, oldest first, in columns of a fixed size. Removing one moves the younger up:
 * a few dozen entries at most.
 */
import type { Columns } from "../kernel/columns.ts"

export class RequestQueue {
  count = 0
  readonly a: Int32Array // [entry] message
  readonly line: Int32Array // [entry] physical line
  readonly bank: Int32Array // [entry] bank of the channel
  readonly row: Int32Array // [entry] row of the bank
  readonly since: Int32Array // [entry] tick of arrival at the controller
  readonly entered: Int32Array // [entry] tick of entry into this queue

  constructor(size: number, columns: Columns) {
    this.a = columns.int32(size)
    this.line = columns.int32(size)
    this.bank = columns.int32(size)
    this.row = columns.int32(size)
    this.since = columns.int32(size)
    this.entered = columns.int32(size)
  }

  get full(): boolean {
    return this.count === this.a.length
  }

  add(a: number, line: number, bank: number, row: number, since: number, now: number): void {
    const at = this.count++
    this.a[at] = a
    this.line[at] = line
    this.bank[at] = bank
    this.row[at] = row
    this.since[at] = since
    this.entered[at] = now
  }

  remove(entry: number): void {
    const last = --this.count
    const { a, bank, entered, line, row, since } = this
    for (let at = entry; at < last; at++) {
      a[at] = a[at + 1]
      line[at] = line[at + 1]
      bank[at] = bank[at + 1]
      row[at] = row[at + 1]
      since[at] = since[at + 1]
      entered[at] = entered[at + 1]
    }
  }

  /** Entry that holds `line`, or -1. */
  find(line: number): number {
    for (let at = 0; at < this.count; at++) if (this.line[at] === line) return at
    return -1
  }

  /** Oldest entry for `bank`, or -1. */
  oldestOf(bank: number): number {
    for (let at = 0; at < this.count; at++) if (this.bank[at] === bank) return at
    return -1
  }
}
