/**
 * All links and what is claimed of them. A message is sent by an event at the sender's tick (law L3): handlers that
 * run in event order send at once; a tile, which may have run ahead, schedules its departure. It claims the links of
 * its way up to the next long one, where it is taken up again when it arrives.
 *
 *   IN1  between any two owners messages arrive in the order in which they were sent, whatever their virtual networks
 *   IN2  no message takes less than the lookahead, memory's data excepted: they go to homes, which never run ahead
 *   IN3  a message starts on a link once a buffer of its virtual network at the far end has room for all its flits; so
 *        one that waits keeps the links before it from its own virtual network, and from no other
 *   IN4  a response goes before the forwards and requests at a link, flit by flit, a forward before the requests; what
 *        comes behind of theirs yields the ticks
 */
import * as fromMessage from "../coherence/message.ts"
import * as fromEventQueue from "../kernel/event-queue.ts"
import { grown } from "../kernel/grown.ts"
import type { Kernel } from "../kernel/kernel.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import { Graph } from "./graph.ts"
import { LongLinks } from "./long-links.ts"
import * as fromVirtualNetwork from "./virtual-network.ts"
import { isApart } from "./virtual-network.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { carriesData, typeOf } = fromMessage
const { Phase } = fromEventQueue
const { networkOf, VIRTUAL_NETWORKS } = fromVirtualNetwork

const None = -1

/** Chooses among the schedules that the order of deliveries leaves open. */
export interface DeliveryChoices {
  /** Ticks by which message `a` of `line` comes later than its way takes it, which is at `tick`; 0 or more. */
  delivery(source: number, destination: number, a: number, line: number, tick: number): number
}

export class Interconnect {
  /** Least ticks between a departure and its delivery, over all pairs of owners. */
  lookahead = 0x3fff_ffff
  readonly owner: number
  readonly graph: Graph
  /** Emit every n-th message. */
  sampleEvery = 16
  /** Who explores the schedules of a run; none in a run of its own. */
  choices: DeliveryChoices | undefined
  // A port is the way out to one owner; ports are numbered after the links.
  linkBusy: Float64Array // [link or port] ticks claimed
  linkWaited: Float64Array // [link or port] ticks that messages waited
  readonly sent: Float64Array // [message type] messages
  readonly #kernel: Kernel
  readonly #links: number
  readonly #injection: number
  readonly #ejection: number
  readonly #portFlit: number
  readonly #dataFlits: number
  readonly #buffer: number
  #freeAt: Float64Array // [link or port][virtual network] time from which it, or one that passes it, finds the link free
  readonly #left: Float64Array // [link][virtual network][flit of the buffer] time at which it was free again
  readonly #head: Int32Array // [link][virtual network] next flit of the buffer
  readonly #at = new Float64Array(2) // time of the first flit of the message under way, and its slowest link so far
  readonly #depart: number
  readonly #resume: number
  readonly #onLongLinks = new LongLinks()
  readonly #trace: TraceTable
  #sampled = 0
  #stop = new Int32Array(0) // [owner] stop
  #deliver = new Int32Array(0) // [owner] event kind of a delivery
  #pipeline = new Float64Array(0) // [owner] ticks from ejection to the receiver's handler
  #apart = new Float64Array(0) // [owner] the same for what takes another time
  #last = new Int32Array(0) // [source][destination] tick of the last delivery
  #lastOnLeg = new Int32Array(0) // [source][destination][long link of the way] tick of the last that was taken up
  #owners = 0

  constructor(kernel: Kernel, numbers: MachineNumbers, trace: TraceTable) {
    const { buffer, dataFlits, ejection, flit, injection } = numbers.network
    this.#kernel = kernel
    this.#trace = trace
    this.graph = new Graph(numbers)
    this.#links = this.graph.to.length
    this.#injection = Math.max(1, injection)
    this.#ejection = ejection
    this.#portFlit = flit
    this.#dataFlits = dataFlits
    this.#buffer = Math.max(buffer, dataFlits)
    const lanes = this.#links * VIRTUAL_NETWORKS
    this.#freeAt = new Float64Array(lanes)
    this.#left = new Float64Array(lanes * this.#buffer)
    this.#head = new Int32Array(lanes)
    this.linkBusy = new Float64Array(this.#links)
    this.linkWaited = new Float64Array(this.#links)
    this.sent = new Float64Array(32)
    this.owner = kernel.owner("interconnect")
    this.#depart = kernel.define("interconnect.depart", (_, a, b, c) =>
      this.send(kernel.now, c >>> 13, c & 0x1fff, a, b)
    )
    this.#resume = kernel.define("interconnect.resume", (_, slot) => this.#takeUp(slot))
  }

  /**
   * Put `owner` at a stop; deliveries to it are events of kind `deliver`, `pipeline` ticks after ejection. `apart` are
   * the ticks of what takes another time: memory's data at a home, and at a tile the forwards that read its L2.
   */
  attach(owner: number, stop: number, deliver: number, pipeline: number, apart = pipeline): void {
    if (owner >= this.#stop.length) this.#grow(Math.max(owner + 1, this.#stop.length * 2, 16))
    this.#stop[owner] = stop
    this.#deliver[owner] = deliver
    this.#pipeline[owner] = pipeline
    this.#apart[owner] = apart
    const least = Math.floor(this.#injection + this.#ejection + pipeline + 0.5)
    this.lookahead = Math.min(this.lookahead, least)
  }

  #grow(owners: number): void {
    this.#stop = grown(this.#stop, owners)
    this.#deliver = grown(this.#deliver, owners)
    this.#pipeline = grown(this.#pipeline, owners)
    this.#apart = grown(this.#apart, owners)
    this.linkBusy = grown(this.linkBusy, this.#links + owners)
    this.linkWaited = grown(this.linkWaited, this.#links + owners)
    this.#freeAt = grown(this.#freeAt, (this.#links + owners) * VIRTUAL_NETWORKS)
  }

  /** A departure at `tick`, now or later, from a tile that may be ahead of the events. */
  sendAt(tick: number, source: number, destination: number, a: number, line: number): void {
    this.#kernel.schedule(tick, Phase.Send, this.owner, source, this.#depart, a, line, (source << 13) | destination)
  }

  /** Messages of `line` on long links, whose arrival no event names: for reports. */
  onLongLinks(line: number): Array<{ readonly a: number; readonly destination: number }> {
    return this.#onLongLinks.of(line)
  }

  /** A message leaves `source` now: claim its links and schedule its delivery. */
  send(now: number, source: number, destination: number, a: number, line: number): void {
    this.sent[typeOf(a)]++
    this.#at[0] = now + this.#injection
    this.#at[1] = 0
    this.#travel(source, destination, a, line, this.#stop[source], now, 0, 0)
  }

  /** A message is at the far end of a long link, but for the ticks of an injection. */
  #takeUp(slot: number): void {
    const slots = this.#onLongLinks
    this.#at[0] = slots.time[slot]
    this.#at[1] = slots.slowest[slot]
    slots.release(slot)
    this.#travel(
      slots.source[slot],
      slots.destination[slot],
      slots.a[slot],
      slots.line[slot],
      slots.stop[slot],
      slots.sent[slot],
      slots.hops[slot],
      slots.leg[slot] + 1
    )
  }

  /** From stop `at` at the time in `#at` to the owner, or to the end of the next long link. */
  #travel(
    source: number,
    destination: number,
    a: number,
    line: number,
    at: number,
    sent: number,
    hops: number,
    leg: number
  ): void {
    const { flit, latency, long, next, stops, to } = this.graph
    const freeAt = this.#freeAt
    const left = this.#left
    const head = this.#head
    const buffer = this.#buffer
    const type = typeOf(a)
    const network = networkOf[type]
    const flits = carriesData(type) ? this.#dataFlits : 1
    const last = this.#stop[destination]
    let time = this.#at[0]
    let slowest = this.#at[1]
    let behind = None // lane of the buffer in which the message is
    for (;;) {
      const ejects = at === last
      const link = ejects ? this.#links + destination : next[at * stops + last]
      const perFlit = ejects ? this.#portFlit : flit[link]
      const taken = flits * perFlit
      const lane = link * VIRTUAL_NETWORKS + network
      const free = freeAt[lane]
      const begin = free > time ? free : time
      let start = begin
      if (!ejects && long[link] === 0) {
        // IN3: buffers are first in, first out, so the slot of the last flit is the last to become free.
        let slot = head[lane] + flits - 1
        if (slot >= buffer) slot -= buffer
        const room = left[lane * buffer + slot] - latency[link]
        if (room > start) start = room
      }
      freeAt[lane] = start + taken
      // IN4: the lanes below count what goes before them.
      for (let lower = lane - network; lower < lane; lower++) {
        const after = freeAt[lower]
        freeAt[lower] = (after > begin ? after : begin) + taken
      }
      this.linkBusy[link] += taken
      this.linkWaited[link] += start - time
      if (behind !== None) {
        let slot = head[behind]
        for (let i = 0; i < flits; i++) {
          left[behind * buffer + slot] = start + taken
          slot = slot + 1 === buffer ? 0 : slot + 1
        }
        head[behind] = slot
      }
      if (perFlit > slowest) slowest = perFlit
      if (ejects) {
        time = start + (flits - 1) * slowest
        break
      }
      time = start + latency[link]
      at = to[link]
      hops++
      if (long[link] === 1) {
        this.#at[0] = time
        this.#at[1] = slowest
        return this.#putOnLongLink(source, destination, a, line, at, sent, hops, leg)
      }
      behind = lane
    }
    const pipeline = (isApart[type] === 1 ? this.#apart : this.#pipeline)[destination]
    let arrival = (time + this.#ejection + pipeline + 0.5) | 0
    if (this.choices !== undefined) arrival += this.choices.delivery(source, destination, a, line, arrival)
    const tick = this.#inOrder(source, destination, arrival)
    if (this.#trace.on) this.#sample(type, source, destination, line, sent, tick, hops)
    this.#kernel.schedule(tick, Phase.Deliver, destination, source, this.#deliver[destination], a, line)
  }

  /** IN1: not before the message of this pair that was sent before. */
  #inOrder(source: number, destination: number, tick: number): number {
    const pair = this.#pairOf(source, destination)
    const last = this.#last[pair]
    const delivered = tick > last ? tick : last
    this.#last[pair] = delivered
    return delivered
  }

  #pairOf(source: number, destination: number): number {
    if (this.#owners === 0) {
      this.#owners = this.#kernel.owners
      this.#last = new Int32Array(this.#owners ** 2)
      this.#lastOnLeg = new Int32Array(this.#owners ** 2 * this.graph.legs)
    }
    return source * this.#owners + destination
  }

  /** The rest of the way is claimed when the message arrives; an injection's ticks early, so that IN2 holds. */
  #putOnLongLink(
    source: number,
    destination: number,
    a: number,
    line: number,
    stop: number,
    sent: number,
    hops: number,
    leg: number
  ): void {
    const slots = this.#onLongLinks
    const slot = slots.take()
    const time = this.#at[0]
    const turn = this.#pairOf(source, destination) * this.graph.legs + leg
    const arrival = (time - this.#injection) | 0
    const last = this.#lastOnLeg[turn]
    const tick = arrival > last ? arrival : last
    this.#lastOnLeg[turn] = tick
    slots.time[slot] = arrival < tick ? tick + this.#injection : time
    slots.leg[slot] = leg
    slots.slowest[slot] = this.#at[1]
    slots.source[slot] = source
    slots.destination[slot] = destination
    slots.a[slot] = a
    slots.line[slot] = line
    slots.stop[slot] = stop
    slots.sent[slot] = sent
    slots.hops[slot] = hops
    this.#kernel.schedule(tick, Phase.Deliver, this.owner, source, this.#resume, slot)
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
    this.#trace.emit(this.#kernel.now, source, type, source, destination, line, sent, received, hops)
  }
}
