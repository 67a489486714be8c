/**
 * Miss buffers of one tile: those of the L2 (its superqueue) for data, those of fetch, and a pool that grows to what
 * the run needs for lines on their way out. A miss that the L1D waits for holds a line-fill buffer as well.
 *
 *   MB1  a line has at most one buffer
 *   MB2  prefetches leave a buffer for each line-fill buffer that is free
 */
import type { Columns } from "../kernel/columns.ts"
import { grown } from "../kernel/grown.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import * as fromCacheProtocol from "./cache-protocol.ts"
import * as fromMessage from "./message.ts"
import { messageNames } from "./message.ts"
import * as fromPort from "./port.ts"
import * as fromRetry from "./retry.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { CacheState } = fromCacheProtocol
const { tileOf, typeOf } = fromMessage
const { Port } = fromPort
const { Retry } = fromRetry
type Port = fromPort.Port

const holdsLineFillBuffer = (wants: number): boolean => (wants & ((1 << Port.data) | (1 << Port.prefetch))) !== 0

const FILTER = 1023

/** Ten bits by which most lines without a buffer are told at once: not those of a set, whose lines come and go together. */
const bitsOf = (line: number): number => (line ^ (line >>> 10)) & FILTER

/** No line, no stalled message. */
export const Free = -1

/** Fields of a buffer: line, or Free; transient state; acknowledgements of invalidations still to come; */
export const LINE = 0
export const STATE = 1
export const ACKS = 2
/** 1 once the message that says how many has come; bit per Port; where the data came from; */
export const COUNTED = 3
export const WANTS = 4
export const SOURCE = 5
/** message that waits for the miss, or Free; 1 once somebody was told to ask again when the line has left. */
export const STALLED = 6
export const ASKED = 7
const FIELDS = 8

const LATEST = FILTER + 1
const BUFFERS = 2 * LATEST

/** Where the fields of `buffer` begin in `words`. */
export const placeOf = (buffer: number): number => BUFFERS + buffer * FIELDS

export class MissBuffers {
  /**
   * By bits of a line: how many such lines have a buffer, then the buffer that one of them took last, where to look
   * first. From placeOf(0) on the buffers. One array, as the host reads the header of each.
   */
  words: Int32Array
  /** Misses that hold a line-fill buffer. */
  dataInUse = 0
  /** Misses that are over, and requests that found no buffer free. */
  released = 0
  refused = 0
  readonly #lineFillBuffers: number
  readonly #data: number
  readonly #demand: number
  #dataFree: number
  #count: number

  constructor({ core, l2 }: MachineNumbers, columns: Columns) {
    const { fetchBuffers, lineFillBuffers } = core
    this.#lineFillBuffers = lineFillBuffers
    this.#data = l2.missBuffers > lineFillBuffers ? l2.missBuffers : lineFillBuffers
    this.#dataFree = this.#data
    this.#demand = this.#data + fetchBuffers
    const size = this.#demand + 32
    this.#count = 0
    this.words = columns.int32(placeOf(size))
    this.#free(size)
  }

  /** Buffer of `line`, or -1. */
  find(line: number): number {
    const words = this.words
    const bits = bitsOf(line)
    if (words[bits] === 0) return -1
    const latest = words[LATEST + bits]
    if (words[BUFFERS + latest * FIELDS] === line) return latest
    let buffer = 0
    for (let at = BUFFERS; at < words.length; at += FIELDS, buffer++) if (words[at] === line) return buffer
    return -1
  }

  /** Take a buffer for a miss of `port`; -1 if all are in use. */
  allocate(line: number, port: Port): number {
    const fetch = port === Port.fetch
    const holds = holdsLineFillBuffer(1 << port)
    if (holds && this.dataInUse === this.#lineFillBuffers) return this.#refuse()
    const end = fetch ? this.#demand : this.#data
    for (let buffer = fetch ? this.#data : 0; buffer < end; buffer++) {
      if (this.words[placeOf(buffer)] !== Free) continue
      if (holds) this.dataInUse++
      if (!fetch) this.#dataFree--
      return this.#take(buffer, line, 1 << port)
    }
    return this.#refuse()
  }

  #refuse(): number {
    this.refused++
    return -1
  }

  /** A line-fill buffer is free, which write combining may hold. */
  get canHold(): boolean {
    return this.dataInUse < this.#lineFillBuffers
  }

  hold(): void {
    this.dataInUse++
  }

  unhold(): void {
    this.dataInUse--
    this.released++
  }

  /** Wait for miss `buffer` as well; false if that takes a line-fill buffer and none is free. */
  join(buffer: number, port: Port): boolean {
    const wants = this.words[placeOf(buffer) + WANTS]
    if (holdsLineFillBuffer(1 << port) && !holdsLineFillBuffer(wants)) {
      if (this.dataInUse === this.#lineFillBuffers) return this.#refuse() > 0
      this.dataInUse++
    }
    this.words[placeOf(buffer) + WANTS] = wants | (1 << port)
    return true
  }

  /** MB2: true if a prefetch of `line` would be new and leave buffers for what can't wait. */
  canPrefetchData(line: number): boolean {
    const free = this.#lineFillBuffers - this.dataInUse
    return free > 1 && this.#dataFree >= free && this.find(line) < 0
  }

  /** MB2: likewise of a prefetch into the L2 alone. */
  canStream(line: number): boolean {
    return this.#dataFree > this.#lineFillBuffers - this.dataInUse && this.find(line) < 0
  }

  /** True if a fetch of `line` would be new and leave a buffer free for a fetch that can't wait. */
  canPrefetch(line: number): boolean {
    let free = 0
    for (let buffer = this.#data; buffer < this.#demand; buffer++) if (this.words[placeOf(buffer)] === Free) free++
    return free > 1 && this.find(line) < 0
  }

  /** Take a buffer for a line on its way out. */
  allocateEviction(line: number): number {
    for (let buffer = this.#demand; buffer < this.#count; buffer++) {
      if (this.words[placeOf(buffer)] === Free) return this.#take(buffer, line, 0)
    }
    const buffer = this.#count
    this.#grow(buffer)
    return this.#take(buffer, line, 0)
  }

  /** How many lines of one set of a cache with `sets` sets wait for the right to write what they hold. */
  upgrades(set: number, sets: number): number {
    let count = 0
    for (let buffer = 0; buffer < this.#data; buffer++) {
      const at = placeOf(buffer)
      const line = this.words[at + LINE]
      const state = this.words[at + STATE]
      const upgrade = state >= CacheState.SM_AD && state <= CacheState.OM_A
      if (line !== Free && upgrade && line % sets === set) count++
    }
    return count
  }

  /** DE1: the line of `buffer` is on its way out, or soon will be; who asks is told so. */
  askAgain(buffer: number): number {
    this.words[placeOf(buffer) + ASKED] = 1
    return Retry
  }

  release(buffer: number): void {
    const words = this.words
    const at = placeOf(buffer)
    words[bitsOf(words[at + LINE])]--
    words[at + LINE] = Free
    if (buffer >= this.#demand) return
    this.released++
    if (buffer < this.#data) this.#dataFree++
    if (holdsLineFillBuffer(words[at + WANTS])) this.dataInUse--
  }

  /** A miss in a few words, for those who report. */
  describe(buffer: number, states: ReadonlyArray<string>): string {
    const at = placeOf(buffer)
    const acks = this.words[at + ACKS]
    const stalled = this.words[at + STALLED]
    const state = states[this.words[at + STATE]]
    const text = acks === 0 ? `${state}` : `${state}, ${acks} acknowledgements to come`
    return stalled === Free ? text : `${text}, ${messageNames[typeOf(stalled)]} of tile ${tileOf(stalled)} waits`
  }

  /** Lines with a buffer, for a watchdog. */
  pending(): Array<number> {
    const lines = Array.from({ length: this.#count }, (_, buffer) => this.words[placeOf(buffer) + LINE])
    return lines.filter((line) => line !== Free)
  }

  #take(buffer: number, line: number, wants: number): number {
    const words = this.words
    const at = placeOf(buffer)
    words[at + LINE] = line
    words[at + ACKS] = 0
    words[at + COUNTED] = 0
    words[at + WANTS] = wants
    words[at + STALLED] = Free
    words[at + ASKED] = 0
    const bits = bitsOf(line)
    words[bits]++
    words[LATEST + bits] = buffer
    return buffer
  }

  /** `more` buffers, all free. */
  #grow(more: number): void {
    this.words = grown(this.words, placeOf(this.#count + more))
    this.#free(more)
  }

  /** `more` buffers for which there is room. */
  #free(more: number): void {
    for (let left = more; left > 0; left--) this.words[placeOf(this.#count++) + LINE] = Free
  }
}
