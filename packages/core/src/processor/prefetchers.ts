/**
 * The data prefetchers of one tile: the L1D's next line and strides, the L2's streamer and its completion of pairs. They
 * learn from accesses that miss the L1D and from the first use of a line that they brought, and ask through the same
 * caches, miss buffers and messages as everybody else (law L3).
 *
 *   PF1  no prefetch leaves the page of 4 KB of the access that caused it
 *   PF2  a prefetch takes no buffer that a demand miss would need next
 *   PF3  where the L2 completes pairs, a line that the streamer asks for stands for its pair
 */
import type { MachineNumbers } from "../machines/machine.ts"
import * as fromPages from "../memory/pages.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { LINES_PER_PAGE } = fromPages

/** What becomes of a prefetch into the L2: there is no buffer, the line is there or on its way, it was asked for. */
export const Prefetch = { refused: 0, here: 1, asked: 2 } as const
export type Prefetch = (typeof Prefetch)[keyof typeof Prefetch]

/** Where prefetches go. */
export interface PrefetchTarget {
  /** Bring `line` towards the L1D; false if there is no buffer. */
  prefetchData(line: number, tick: number): boolean
  /** Bring `line` into the L2. */
  prefetchStream(line: number, tick: number): Prefetch
}

/** Lines of which the L1D's next-line prefetcher remembers that they were used last. */
const RECENT = 4
/** Equal strides in a row after which they are believed. */
const BELIEVED = 2

/**
 * Lines that a sequence steps at most: what jumps about in a page is none. Assumed; vendors say "sequence" and no more,
 * and loads at random within a page are measured at the full latency.
 */
const STREAM_STEP = 4

const pageOf = (line: number): number => (line / LINES_PER_PAGE) | 0

export class Prefetchers {
  /** Prefetches asked for: into the L1D, into the L2 by the streamer and for pairs. */
  issuedData = 0
  issuedStream = 0
  issuedPair = 0
  readonly #target: PrefetchTarget
  readonly #nextLine: number
  readonly #recent = new Int32Array(RECENT).fill(-2) // [k] line
  #recentAt = 0
  readonly #byPage: boolean
  readonly #strides: number
  readonly #strideDistance: number
  readonly #strideKey: Int32Array // [entry] instruction or page
  readonly #strideLast: Int32Array // [entry] line
  readonly #stride: Int32Array // [entry] lines
  readonly #strideSeen: Uint8Array // [entry] times that the stride came again
  readonly #pairs: boolean
  readonly #streams: number
  readonly #distance: number
  readonly #degree: number
  readonly #streamPage: Int32Array // [stream]
  readonly #streamLast: Int32Array // [stream] line
  readonly #streamAhead: Int32Array // [stream] furthest line asked for
  readonly #streamWay: Int8Array // [stream] 1 upwards, -1 downwards, 0 unknown
  readonly #streamUsed: Int32Array // [stream] clock of the last access
  #clock = 0

  constructor(numbers: MachineNumbers, target: PrefetchTarget) {
    const { nextLine, pairs, strideDistance, strideEntries, streamDegree, streamDistance, streams } = numbers.prefetch
    this.#target = target
    this.#nextLine = nextLine
    this.#byPage = numbers.strideBy === "page"
    this.#strides = strideEntries
    this.#strideDistance = strideDistance
    this.#strideKey = new Int32Array(strideEntries).fill(-1)
    this.#strideLast = new Int32Array(strideEntries)
    this.#stride = new Int32Array(strideEntries)
    this.#strideSeen = new Uint8Array(strideEntries)
    this.#pairs = pairs > 0
    this.#streams = streams
    this.#distance = streamDistance
    this.#degree = streamDegree
    this.#streamPage = new Int32Array(streams).fill(-1)
    this.#streamLast = new Int32Array(streams)
    this.#streamAhead = new Int32Array(streams)
    this.#streamWay = new Int8Array(streams)
    this.#streamUsed = new Int32Array(streams)
  }

  /** A load of instruction `site` missed the L1D, or was the first to use a line that was brought for it. */
  loaded(line: number, tick: number, site: number): void {
    if (this.#nextLine > 0) this.#follow(line, tick)
    if (this.#strides > 0) this.#learn(line, tick, this.#byPage ? pageOf(line) : site)
  }

  /** The L2 asks for `line` with its data: the other half of its 128 bytes comes too. */
  fetched(line: number, tick: number): void {
    if (this.#pairs && this.#target.prefetchStream(line ^ 1, tick) === Prefetch.asked) this.issuedPair++
  }

  /** The L1D asks the L2 for `line`, on whoever's behalf. */
  requested(line: number, tick: number): void {
    if (this.#streams === 0) return
    const page = pageOf(line)
    let stream = 0
    let oldest = 0
    for (; stream < this.#streams && this.#streamPage[stream] !== page; stream++) {
      if (this.#streamUsed[stream] < this.#streamUsed[oldest]) oldest = stream
    }
    if (stream === this.#streams) {
      this.#streamPage[oldest] = page
      this.#streamLast[oldest] = this.#streamAhead[oldest] = line
      this.#streamWay[oldest] = 0
      this.#streamUsed[oldest] = ++this.#clock
      return
    }
    this.#streamUsed[stream] = ++this.#clock
    const last = this.#streamLast[stream]
    if (line === last) return
    this.#streamLast[stream] = line
    const way = line > last ? 1 : -1
    const near = (line - last) * way <= STREAM_STEP
    if (!near) this.#streamWay[stream] = 0
    else if (this.#streamWay[stream] === way) return this.#run(stream, line, way, tick)
    else {
      this.#streamWay[stream] = way
      this.#streamAhead[stream] = line
    }
  }

  /** PF3: keep the stream at most `distance` lines ahead of `line`, a few lines at a time. */
  #run(stream: number, line: number, way: number, tick: number): void {
    const page = pageOf(line)
    let ahead = this.#streamAhead[stream]
    if ((line - ahead) * way > 0) ahead = this.#last(line, way)
    for (let left = this.#degree; left > 0; left--) {
      const next = ahead + way
      if (next < 0 || (next - line) * way > this.#distance || pageOf(next) !== page) break
      const answer = this.#target.prefetchStream(next, tick)
      if (answer === Prefetch.refused) break
      if (answer === Prefetch.asked) this.issuedStream++
      ahead = this.#last(next, way)
    }
    this.#streamAhead[stream] = ahead
  }

  /** PF3: the line that comes last of what is fetched with `line`. */
  #last(line: number, way: number): number {
    if (!this.#pairs) return line
    return way > 0 ? line | 1 : line & ~1
  }

  #follow(line: number, tick: number): void {
    const recent = this.#recent
    let ascending = false
    for (let k = 0; k < RECENT; k++) {
      if (recent[k] === line) return
      if (recent[k] === line - 1) ascending = true
    }
    recent[this.#recentAt] = line
    this.#recentAt = (this.#recentAt + 1) & (RECENT - 1)
    if (!ascending) return
    for (let k = 1; k <= this.#nextLine; k++) this.#data(line + k, line, tick)
  }

  #learn(line: number, tick: number, key: number): void {
    const entry = key % this.#strides
    if (this.#strideKey[entry] !== key) {
      this.#strideKey[entry] = key
      this.#strideLast[entry] = line
      this.#stride[entry] = 0
      this.#strideSeen[entry] = 0
      return
    }
    const stride = line - this.#strideLast[entry]
    if (stride === 0) return
    this.#strideLast[entry] = line
    if (stride !== this.#stride[entry]) {
      this.#stride[entry] = stride
      this.#strideSeen[entry] = 0
      return
    }
    if (this.#strideSeen[entry] < BELIEVED && ++this.#strideSeen[entry] < BELIEVED) return
    for (let k = 1; k <= this.#strideDistance; k++) this.#data(line + k * stride, line, tick)
  }

  #data(next: number, line: number, tick: number): void {
    if (next < 0 || pageOf(next) !== pageOf(line)) return
    if (this.#target.prefetchData(next, tick)) this.issuedData++
  }
}
