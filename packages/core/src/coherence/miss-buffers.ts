/**
 * Miss buffers of one tile: those of the L2 (its superqueue) for data, those of fetch, and a pool that grows to what
 * the run needs for lines on their way out. A miss that the L1D waits for holds a line-fill buffer as well.
 *
 *   MB1  a line has at most one buffer
 *   MB2  prefetches leave a buffer for each line-fill buffer that is free
 */
import { grown } from "../kernel/grown.ts"
import * as fromCacheProtocol from "./cache-protocol.ts"
import * as fromMessage from "./message.ts"
import { messageNames } from "./message.ts"
import * as fromPort from "./port.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { CacheState } = fromCacheProtocol
const { tileOf, typeOf } = fromMessage
const { Port } = fromPort
type Port = fromPort.Port

const holdsLineFillBuffer = (wants: number): boolean => (wants & ((1 << Port.data) | (1 << Port.prefetch))) !== 0

/** Mask of the low bits by which most lines without a buffer are told at once. */
const FILTER = 1023

/** No line, no stalled message. */
export const Free = -1

export class MissBuffers {
  line: Int32Array // [buffer] line, or Free
  state: Uint8Array // [buffer] transient state
  acks: Int32Array // [buffer] invalidation acknowledgements still to come
  counted: Uint8Array // [buffer] 1 once the message that says how many has come
  wants: Uint8Array // [buffer] bit per Port
  source: Uint8Array // [buffer] where the data came from
  stalled: Int32Array // [buffer] message that waits for the miss, or Free
  asked: Uint8Array // [buffer] 1 once somebody was told to ask again when the line has left
  /** Misses that hold a line-fill buffer. */
  dataInUse = 0
  /** Misses that are over, and requests that found no buffer free. */
  released = 0
  refused = 0
  readonly #lineFillBuffers: number
  readonly #data: number
  readonly #demand: number
  #dataFree: number
  readonly #filter = new Uint16Array(FILTER + 1) // [low bits of a line] lines with a buffer
  readonly #latest = new Uint16Array(FILTER + 1) // [low bits of a line] the buffer taken last: where to look first

  constructor(lineFillBuffers: number, level2: number, fetch: number) {
    this.#lineFillBuffers = lineFillBuffers
    this.#data = level2 > lineFillBuffers ? level2 : lineFillBuffers
    this.#dataFree = this.#data
    this.#demand = this.#data + fetch
    const size = this.#demand + 32
    this.line = new Int32Array(size).fill(Free)
    this.state = new Uint8Array(size)
    this.acks = new Int32Array(size)
    this.counted = new Uint8Array(size)
    this.wants = new Uint8Array(size)
    this.source = new Uint8Array(size)
    this.stalled = new Int32Array(size).fill(Free)
    this.asked = new Uint8Array(size)
  }

  /** Buffer of `line`, or -1. */
  find(line: number): number {
    if (this.#filter[line & FILTER] === 0) return -1
    const lines = this.line
    const latest = this.#latest[line & FILTER]
    if (lines[latest] === line) return latest
    for (let buffer = 0; buffer < lines.length; buffer++) if (lines[buffer] === line) return buffer
    return -1
  }

  /** Take a buffer for a miss of `port`; -1 if all are in use. */
  allocate(line: number, port: Port): number {
    const fetch = port === Port.fetch
    const holds = holdsLineFillBuffer(1 << port)
    if (holds && this.dataInUse === this.#lineFillBuffers) return this.#refuse()
    const end = fetch ? this.#demand : this.#data
    for (let buffer = fetch ? this.#data : 0; buffer < end; buffer++) {
      if (this.line[buffer] !== Free) continue
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
    const wants = this.wants[buffer]
    if (holdsLineFillBuffer(1 << port) && !holdsLineFillBuffer(wants)) {
      if (this.dataInUse === this.#lineFillBuffers) return this.#refuse() > 0
      this.dataInUse++
    }
    this.wants[buffer] = wants | (1 << port)
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
    for (let buffer = this.#data; buffer < this.#demand; buffer++) if (this.line[buffer] === Free) free++
    return free > 1 && this.find(line) < 0
  }

  /** Take a buffer for a line on its way out. */
  allocateEviction(line: number): number {
    for (let buffer = this.#demand; buffer < this.line.length; buffer++) {
      if (this.line[buffer] === Free) return this.#take(buffer, line, 0)
    }
    const buffer = this.line.length
    this.#grow()
    return this.#take(buffer, line, 0)
  }

  /** How many lines of one set of a cache with `sets` sets wait for the right to write what they hold. */
  upgrades(set: number, sets: number): number {
    let count = 0
    for (let buffer = 0; buffer < this.#data; buffer++) {
      const state = this.state[buffer]
      const upgrade = state >= CacheState.SM_AD && state <= CacheState.OM_A
      if (this.line[buffer] !== Free && upgrade && this.line[buffer] % sets === set) count++
    }
    return count
  }

  release(buffer: number): void {
    this.#filter[this.line[buffer] & FILTER]--
    this.line[buffer] = Free
    if (buffer < this.#data) this.#dataFree++
    if (buffer < this.#demand) this.released++
    if (buffer < this.#demand && holdsLineFillBuffer(this.wants[buffer])) this.dataInUse--
  }

  /** A miss in a few words, for those who report. */
  describe(buffer: number, states: ReadonlyArray<string>): string {
    const acks = this.acks[buffer]
    const stalled = this.stalled[buffer]
    const text =
      acks === 0 ? states[this.state[buffer]] : `${states[this.state[buffer]]}, ${acks} acknowledgements to come`
    return stalled === Free ? text : `${text}, ${messageNames[typeOf(stalled)]} of tile ${tileOf(stalled)} waits`
  }

  /** Lines with a buffer, for a watchdog. */
  pending(): Array<number> {
    return [...this.line].filter((line) => line !== Free)
  }

  #take(buffer: number, line: number, wants: number): number {
    this.line[buffer] = line
    this.acks[buffer] = 0
    this.counted[buffer] = 0
    this.wants[buffer] = wants
    this.stalled[buffer] = Free
    this.asked[buffer] = 0
    this.#filter[line & FILTER]++
    this.#latest[line & FILTER] = buffer
    return buffer
  }

  #grow(): void {
    const size = this.line.length * 2
    this.line = grown(this.line, size, Free)
    this.stalled = grown(this.stalled, size, Free)
    this.acks = grown(this.acks, size)
    this.asked = grown(this.asked, size)
    this.state = grown(this.state, size)
    this.counted = grown(this.counted, size)
    this.wants = grown(this.wants, size)
    this.source = grown(this.source, size)
  }
}
