/**
 * The mesh: every message between owners travels it, XY-routed, and claims each link on its way for as many
 * ticks as it has flits. A message is sent by an event at the sender's tick (law L3): handlers that run in
 * event order send at once; a tile, which may have run ahead, schedules its departure.
 *
 *   IN1  between any two owners messages arrive in the order in which they were sent
 *   IN2  no message takes less than the lookahead, memory's data excepted: they go to homes, which never run ahead
 */

import { carriesData, Message, typeOf } from "../coherence/message.ts"
import { Phase } from "../kernel/event-queue.ts"
import { grown } from "../kernel/grown.ts"
import type { Kernel } from "../kernel/kernel.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { TraceTable } from "../trace/trace-table.ts"

/** Links of one stop: east, west, north, south, and the way out to what is attached here. */
const LINKS = 5
const EJECT = 4

export class Interconnect {
  /** Least ticks between a departure and its delivery, over all pairs of owners. */
  lookahead: number
  readonly owner: number
  /** Emit every n-th message. */
  sampleEvery = 16
  readonly linkBusy: Float64Array // [stop][link] ticks claimed
  readonly linkWaited: Float64Array // [stop][link] ticks that messages waited
  readonly sent: Float64Array // [message type] messages
  readonly #kernel: Kernel
  readonly #columns: number
  readonly #rows: number
  readonly #injection: number
  readonly #ejection: number
  readonly #hop: number
  readonly #dataFlits: number
  readonly #freeAt: Int32Array // [stop][link] tick
  readonly #depart: number
  readonly #trace: TraceTable
  #sampled = 0
  #stop = new Int32Array(0) // [owner] mesh stop
  #deliver = new Int32Array(0) // [owner] event kind of a delivery
  #pipeline = new Int32Array(0) // [owner] ticks from ejection to the receiver's handler
  #fill = new Int32Array(0) // [owner] the same for memory's data

  constructor(kernel: Kernel, numbers: MachineNumbers, trace: TraceTable) {
    const { columns, rows, injection, ejection, hop, dataFlits } = numbers.mesh
    this.#kernel = kernel
    this.#columns = columns
    this.#rows = rows
    this.#injection = injection
    this.#ejection = ejection
    this.#hop = hop
    this.#dataFlits = dataFlits
    this.#trace = trace
    this.lookahead = 0x3fff_ffff
    this.#freeAt = new Int32Array(columns * rows * LINKS)
    this.linkBusy = new Float64Array(columns * rows * LINKS)
    this.linkWaited = new Float64Array(columns * rows * LINKS)
    this.sent = new Float64Array(32)
    this.owner = kernel.owner("interconnect")
    this.#depart = kernel.define("interconnect.depart", (_, a, b, c) =>
      this.send(kernel.now, c >>> 13, c & 0x1fff, a, b)
    )
  }

  /**
   * Put `owner` at a mesh stop; deliveries to it are events of kind `deliver`, `pipeline` ticks after ejection,
   * `fill` ticks where memory's data are delivered.
   */
  attach(owner: number, stop: number, deliver: number, pipeline: number, fill = pipeline): void {
    this.#stop = grown(this.#stop, Math.max(this.#stop.length, owner + 1))
    this.#deliver = grown(this.#deliver, Math.max(this.#deliver.length, owner + 1))
    this.#pipeline = grown(this.#pipeline, Math.max(this.#pipeline.length, owner + 1))
    this.#fill = grown(this.#fill, Math.max(this.#fill.length, owner + 1))
    this.#stop[owner] = stop
    this.#deliver[owner] = deliver
    this.#pipeline[owner] = pipeline
    this.#fill[owner] = fill
    this.lookahead = Math.max(1, Math.min(this.lookahead, this.#injection + this.#ejection + pipeline))
  }

  /** Tiles and slices fill the stops row by row; more of them than stops share one. */
  stopOfTile(tile: number): number {
    return tile % (this.#columns * this.#rows)
  }

  /** Channels sit along the left and right edge in turn. */
  stopOfChannel(channel: number): number {
    const row = (channel >> 1) % this.#rows
    return row * this.#columns + (channel & 1 ? this.#columns - 1 : 0)
  }

  /** A departure at `tick`, now or later, from a tile that may be ahead of the events. */
  sendAt(tick: number, source: number, destination: number, a: number, line: number): void {
    this.#kernel.schedule(tick, Phase.Send, this.owner, source, this.#depart, a, line, (source << 13) | destination)
  }

  /** A message leaves `source` now: claim its links and schedule its delivery. */
  send(now: number, source: number, destination: number, a: number, line: number): void {
    const type = typeOf(a)
    const flits = carriesData(type) ? this.#dataFlits : 1
    const columns = this.#columns
    const to = this.#stop[destination]
    const toColumn = to % columns
    let at = this.#stop[source]
    let column = at % columns
    let tick = now + this.#injection
    let hops = 0
    while (at !== to) {
      let link: number
      let next: number
      if (column !== toColumn) {
        const east = column < toColumn
        link = east ? 0 : 1
        next = east ? at + 1 : at - 1
        column += east ? 1 : -1
      } else {
        const south = at < to
        link = south ? 3 : 2
        next = south ? at + columns : at - columns
      }
      tick = this.#claim(at * LINKS + link, tick, flits) + this.#hop
      at = next
      hops++
    }
    const pipeline = type === Message.MemData ? this.#fill[destination] : this.#pipeline[destination]
    tick = this.#claim(to * LINKS + EJECT, tick, flits) + flits - 1 + this.#ejection + pipeline
    this.sent[type]++
    if (this.#trace.on) this.#sample(type, source, destination, line, now, tick, hops)
    this.#kernel.schedule(tick, Phase.Deliver, destination, source, this.#deliver[destination], a, line)
  }

  #sample(
    type: number,
    source: number,
    destination: number,
    line: number,
    sent: number,
    received: number,
    hops: number
  ): void {
    if (++this.#sampled < this.sampleEvery) return
    this.#sampled = 0
    this.#trace.emit(sent, source, type, source, destination, line, sent, received, hops)
  }

  #claim(link: number, tick: number, flits: number): number {
    const free = this.#freeAt[link]
    const start = free > tick ? free : tick
    this.#freeAt[link] = start + flits
    this.linkBusy[link] += flits
    this.linkWaited[link] += start - tick
    return start
  }
}
