/**
 * The rows of a store buffer: what is known of each store, in columns. Law: a row is its store's from `append` until
 * as many more stores have been appended as the ring has rows.
 */
import type { Columns } from "../kernel/columns.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Cells } from "./cells.ts"
import { MOST_ACCESSES } from "./instruction-table.ts"

/** The line has not been asked for yet: no miss buffer was free, or the address is unknown. */
export const NotAsked = -0x4000_0000

/** Rows of the ring that holds a store buffer: an instruction with several stores may overrun it. */
export function storeRows({ storeBuffer }: MachineNumbers["core"]): number {
  let rows = 2
  while (rows < storeBuffer + MOST_ACCESSES) rows *= 2
  return rows
}

export class StoreRows {
  readonly size: number
  readonly mask: number
  readonly line: Int32Array // [row] physical line, or -1 until the address is known
  readonly instruction: Int32Array // [row] number of its instruction in the window
  /** [row] second line of a store that straddles two, or -1 once it is the one that is asked for, or if there is none */
  readonly second: Int32Array
  readonly bytes: Uint16Array // [row] once the address is known
  readonly writable: Int32Array // [row] tick, -1 - miss, or NotAsked
  readonly commit: Int32Array // [row] tick, or Unresolved
  readonly drain: Int32Array // [row] tick, or Unresolved
  readonly tagPage: Int32Array // [row] page of a tag store, or -1
  readonly tagPlace: Int32Array // [row] offset | bytes << 12 | tag << 24 of a tag store
  readonly watch: Uint8Array // [row] bits of Watch
  readonly word: Int32Array // [row] word of a store with a value, or -1
  readonly value: Int32Array // [row] its value
  /** [row] SB5: ticks, to 127, for which it holds the way in beyond its own; 128 more if it found it held */
  readonly holds: Uint8Array
  readonly way: Uint8Array // [row] Way of store-ways.ts

  /** When stores drain is in `cells`. */
  constructor(core: MachineNumbers["core"], cells: Cells, columns: Columns) {
    const rows = storeRows(core)
    this.size = core.storeBuffer
    this.mask = rows - 1
    this.line = columns.int32(rows)
    this.instruction = columns.int32(rows)
    this.second = columns.int32(rows)
    this.bytes = columns.uint16(rows)
    this.writable = columns.int32(rows)
    this.commit = columns.int32(rows)
    this.drain = cells.take(rows)
    this.tagPage = columns.int32(rows)
    this.tagPlace = columns.int32(rows)
    this.watch = columns.uint8(rows)
    this.word = columns.int32(rows)
    this.value = columns.int32(rows)
    this.holds = columns.uint8(rows)
    this.way = columns.uint8(rows)
  }
}
