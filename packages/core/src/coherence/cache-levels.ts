/**
 * The storage of one tile: L1I, L1D, the L2 that includes both, and what moves lines between them: the bus, the
 * line-fill buffers, the L1D's way in. It keeps PC1 and PC2 of private-caches.ts, which decides what comes and goes.
 *
 *   CL1  a line on its way from the L2 holds a line-fill buffer until it is there, as a miss does
 *   CL2  lines keep the L1D's way in busy for their bytes at its rate, whatever part of a tick that leaves over
 */
import type { Columns } from "../kernel/columns.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import * as fromCache from "../memory/cache.ts"
import { Cache } from "../memory/cache.ts"
import * as fromPages from "../memory/pages.ts"
import { Bus } from "../processor/bus.ts"
import { Cells } from "../processor/cells.ts"
import { hotCells } from "../processor/hot-cells.ts"
import { Ports } from "../processor/ports.ts"
import * as fromCacheProtocol from "./cache-protocol.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Empty } = fromCache
const { CacheState } = fromCacheProtocol
const { LINE_BYTES } = fromPages

/** States of an L1D row. */
export const L1State = { readable: 1, exclusive: 2, modified: 3 } as const

export class CacheLevels {
  /** What the hot path of the tile reads and writes. */
  readonly cells: Cells
  /** The first of them. */
  readonly first: Int32Array
  /** Where the other columns of the tile are from. */
  readonly columns: Columns
  readonly l1i: Cache
  readonly l1d: Cache
  readonly l2: Cache
  /** [L1D row] L2 row of the same line. */
  readonly back: Int32Array
  /** [L1D row] tick from which its data can be used; -1 - tick until somebody uses what a prefetch brought. */
  readonly ready: Int32Array
  /** The L1D's way in: stores that drain, lines that come, modified lines that go. */
  readonly drains: Ports
  readonly #bus: Bus
  readonly #latency: number
  readonly #fill: number
  #filled = 0 // bytes of lines that have come or gone, not yet charged to the way in
  readonly #writeBack: number // lines' worth of the bus that a modified line takes
  readonly #held: Int32Array // [line-fill buffer] tick from which a line from the L2 holds it
  readonly #until: Int32Array // [line-fill buffer] … and until which

  /** Its cells are a tile's part of `cells`. */
  constructor(numbers: MachineNumbers, columns: Columns, cells = new Cells(hotCells(numbers))) {
    this.columns = columns
    this.cells = cells
    this.first = cells.take(0)
    this.l1i = new Cache(numbers.l1i.sets, numbers.l1i.ways, columns, this.cells)
    this.l1d = new Cache(numbers.l1d.sets, numbers.l1d.ways, columns, this.cells)
    this.l2 = new Cache(numbers.l2.sets, numbers.l2.ways, columns)
    this.back = columns.int32(numbers.l1d.sets * numbers.l1d.ways)
    this.ready = cells.take(numbers.l1d.sets * numbers.l1d.ways)
    this.drains = new Ports(1, cells)
    const { transfer, writeBack } = numbers.l2
    this.#bus = new Bus(transfer === 0 ? 0 : LINE_BYTES / transfer, columns)
    this.#latency = numbers.l2.latency
    this.#fill = numbers.l1d.fill
    this.#writeBack = writeBack === 0 ? 0 : Math.ceil(transfer / writeBack)
    this.#held = columns.int32(numbers.core.lineFillBuffers)
    this.#until = columns.int32(numbers.core.lineFillBuffers)
  }

  /** A line leaves: it is in no L1 either (PC1). */
  drop(line: number, row: number): void {
    this.l2.drop(row)
    const data = this.l1d.find(this.l1d.setOf(line), line)
    if (data >= 0) this.l1d.drop(data)
    const code = this.l1i.find(this.l1i.setOf(line), line)
    if (code >= 0) this.l1i.drop(code)
  }

  /** A line may not be written any more (PC2). */
  downgrade(line: number, row: number): void {
    if (row < 0) return
    const data = this.l1d.find(this.l1d.setOf(line), line)
    if (data >= 0) this.l1d.state[data] = L1State.readable
  }

  /** Bring a line that the L2 has into L1D, asked for at `tick`: the tick from which its data can be used. */
  fromL2(line: number, l2row: number, tick: number, prefetch: boolean): number {
    const start = this.#bus.claim(tick)
    const ready = start + this.#latency
    this.#hold(start, ready)
    this.fillData(line, l2row, ready, prefetch)
    return ready
  }

  /** Bring a line of the L2 into L1D, its data usable from `ready` on. */
  fillData(line: number, l2row: number, ready: number, prefetch: boolean): void {
    const l1 = this.l1d
    const set = l1.setOf(line)
    let row = l1.find(set, line)
    if (row < 0) {
      row = l1.victim(set)
      if (l1.tags[row] !== Empty && l1.state[row] === L1State.modified) this.#writeBackFrom(ready)
    }
    this.#occupy(ready)
    this.ready[row] = prefetch ? -1 - ready : ready
    const state = this.l2.state[l2row]
    l1.fill(
      set,
      row,
      line,
      state === CacheState.M ? L1State.modified : state === CacheState.E ? L1State.exclusive : L1State.readable
    )
    this.back[row] = l2row
  }

  /** Bring a line into L1I. */
  fillFetch(line: number): void {
    const l1 = this.l1i
    const set = l1.setOf(line)
    if (l1.find(set, line) < 0) l1.fill(set, l1.victim(set), line, L1State.readable)
  }

  /** A line goes over the bus to L1I, asked for at `tick`: when it is there. */
  fetched(tick: number): number {
    return this.#bus.claim(tick) + this.#latency
  }

  /** CL1: tick from which a line-fill buffer is free while `misses` hold one each, or -1 if they hold all. */
  bufferAt(tick: number, misses: number): number {
    const until = this.#until
    const most = until.length - misses
    if (most <= 0) return -1
    let at = tick
    for (;;) {
      let held = 0
      let first = 0x7fff_ffff
      for (let k = 0; k < until.length; k++) {
        if (until[k] <= at || this.#held[k] > at) continue
        held++
        if (until[k] < first) first = until[k]
      }
      if (held < most) return at
      at = first
    }
  }

  #hold(from: number, to: number): void {
    const until = this.#until
    let buffer = 0
    for (let k = 1; k < until.length; k++) if (until[k] < until[buffer]) buffer = k
    this.#held[buffer] = from
    until[buffer] = to
  }

  /** A modified line makes room for one that comes at `tick`. */
  #writeBackFrom(tick: number): void {
    this.#occupy(tick)
    for (let left = this.#writeBack; left > 0; left--) this.#bus.claim(tick)
  }

  /** CL2: a line comes to the L1D or leaves it at `tick`. */
  #occupy(tick: number): void {
    const fill = this.#fill
    if (fill === 0) return
    let bytes = this.#filled + LINE_BYTES
    for (; bytes >= fill; bytes -= fill) this.drains.claim(tick)
    this.#filled = bytes
  }
}
