/**
 * The store buffer of one hardware thread: stores leave it in order (total store order) once they have committed
 * and their line is writable, a few in one tick if they go into the same line. A ring of the buffer's size; row n
 * is `n & mask`.
 *
 *   SB1  drain ticks never decrease along the buffer
 *   SB2  a tag store performs when it drains
 *   SB3  what drains in one tick goes into one line, and is no more than the L1D takes in a tick
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { MOST_ACCESSES } from "./instruction-table.ts"
import type { Ports } from "./ports.ts"
import { Unresolved } from "./window.ts"

/** An instruction with several stores may overrun the buffer by this much. */
const SLACK = MOST_ACCESSES

/** The line has not been asked for yet: no miss buffer was free, or the address is unknown. */
export const NotAsked = -0x4000_0000

export class StoreBuffer {
  next = 0
  /** Oldest store whose drain tick is unknown. */
  firstUnresolved = 0
  /** Oldest store whose instruction has not committed. */
  firstUncommitted = 0
  /** Drain tick of the youngest store of the resolved prefix. */
  lastDrain = 0
  readonly size: number
  readonly mask: number
  readonly line: Int32Array // [row] physical line, or -1 until the address is known
  readonly instruction: Int32Array // [row] number of its instruction in the window
  readonly bytes: Uint16Array // [row] once the address is known
  readonly writable: Int32Array // [row] tick, -1 - miss, or NotAsked
  readonly commit: Int32Array // [row] tick, or Unresolved
  readonly drain: Int32Array // [row] tick, or Unresolved
  readonly tagPage: Int32Array // [row] page of a tag store, or -1
  readonly tagPlace: Int32Array // [row] offset | bytes << 12 | tag << 24 of a tag store
  /** SB2: who hears of it. */
  onTag: (page: number, offset: number, bytes: number, tag: number, tick: number) => void = () => undefined

  readonly #drains: Ports
  readonly #stores: number
  readonly #storeBytes: number
  // SB3: what drains at `lastDrain`.
  #line = -1
  #count = 0
  #bytes = 0

  /** `drains` is the L1D's way in, which the tile's threads share with the lines that come and go. */
  constructor(core: MachineNumbers["core"], drains: Ports) {
    const size = core.storeBuffer
    this.size = size
    this.#drains = drains
    this.#stores = core.stores
    this.#storeBytes = core.storeBytes
    let rows = 2
    while (rows < size + SLACK) rows *= 2
    this.mask = rows - 1
    this.line = new Int32Array(rows)
    this.instruction = new Int32Array(rows)
    this.bytes = new Uint16Array(rows)
    this.writable = new Int32Array(rows)
    this.commit = new Int32Array(rows)
    this.drain = new Int32Array(rows)
    this.tagPage = new Int32Array(rows)
    this.tagPlace = new Int32Array(rows)
  }

  /** Tick from which a row is free, or Unresolved while the oldest store that must leave first waits. */
  freeAt(): number {
    const leaving = this.next - this.size
    if (leaving < 0) return 0
    return leaving >= this.firstUnresolved ? Unresolved : this.drain[leaving & this.mask]
  }

  /** Tick at which the buffer is empty, or Unresolved. */
  emptyAt(): number {
    return this.firstUnresolved === this.next ? this.lastDrain : Unresolved
  }

  /** A store of window instruction `instruction`; its line and ticks are still to come. */
  append(instruction: number): number {
    const row = this.next++ & this.mask
    this.line[row] = -1
    this.instruction[row] = instruction
    this.bytes[row] = 0
    this.writable[row] = NotAsked
    this.commit[row] = Unresolved
    this.drain[row] = Unresolved
    this.tagPage[row] = -1
    return row
  }

  /** SB1: give drain ticks to every store of the front that is committed and writable. */
  settle(): void {
    const { commit, drain, mask, writable } = this
    while (this.firstUnresolved < this.next) {
      const row = this.firstUnresolved & mask
      if (commit[row] < 0 || writable[row] < 0) return
      const soonest = commit[row] > writable[row] ? commit[row] : writable[row]
      const tick = this.#slot(row, soonest)
      drain[row] = this.lastDrain = tick
      if (this.tagPage[row] >= 0) this.#performTag(row, tick)
      this.firstUnresolved++
    }
  }

  /** SB3: the tick in which store `row` drains, no earlier than `soonest`. */
  #slot(row: number, soonest: number): number {
    const bytes = this.tagPage[row] >= 0 ? 1 : this.bytes[row]
    const last = this.lastDrain
    if (this.line[row] === this.#line && soonest <= last && this.#count < this.#stores) {
      if (this.#bytes + bytes <= this.#storeBytes) {
        this.#count++
        this.#bytes += bytes
        return last
      }
    }
    let tick = this.#drains.claim(soonest > last ? soonest : last + 1)
    for (let left = bytes - this.#storeBytes; left > 0; left -= this.#storeBytes) tick = this.#drains.claim(tick + 1)
    this.#line = this.line[row]
    this.#count = 1
    this.#bytes = bytes
    return tick
  }

  #performTag(row: number, tick: number): void {
    const place = this.tagPlace[row]
    this.onTag(this.tagPage[row], place & 0xfff, (place >>> 12) & 0xfff, place >>> 24, tick)
  }
}
