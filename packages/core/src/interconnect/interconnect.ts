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
import * as fromHeap from "../integers/heap.ts"
import * as fromEventQueue from "../kernel/event-queue.ts"
import type { Kernel } from "../kernel/kernel.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import { Graph } from "./graph.ts"
import { LongLinks } from "./long-links.ts"
import { type Attached, layOut, type WayShape, wayNumbers } from "./way-layout.ts"
import * as code from "./way-module.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { typeOf } = fromMessage
const { Phase } = fromEventQueue
const { arrival, delivered, hops, onLongLink, pairs, slowest, stop, time } = wayNumbers
const { heap } = fromHeap
const { send, travel } = code

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
  readonly sent: Float64Array // [message type] messages
  readonly #kernel: Kernel
  readonly #shape: WayShape
  /** Where it lies in the heap; 0 until the machine is sealed and something is sent. */
  #at = 0
  readonly #depart: number
  readonly #resume: number
  readonly #onLongLinks = new LongLinks()
  readonly #trace: TraceTable
  #sampled = 0
  readonly #attached: Array<Attached> = [] // [owner]
  #lastOnLeg = new Int32Array(0) // [source][destination][long link of the way] tick of the last that was taken up

  constructor(kernel: Kernel, numbers: MachineNumbers, trace: TraceTable) {
    const { buffer, dataFlits, ejection, flit, injection } = numbers.network
    this.#kernel = kernel
    this.#trace = trace
    this.graph = new Graph(numbers)
    this.#shape = {
      injection: Math.max(1, injection),
      ejection,
      flit,
      dataFlits,
      buffer: Math.max(buffer, dataFlits)
    }
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
    this.#attached[owner] = { stop, deliver, pipeline, apart }
    const least = Math.floor(this.#shape.injection + this.#shape.ejection + pipeline + 0.5)
    this.lookahead = Math.min(this.lookahead, least)
  }

  /** [link or port] ticks claimed; ports are numbered after the links. */
  get linkBusy(): Float64Array {
    return this.#column(wayNumbers.busy)
  }

  /** [link or port] ticks that messages waited */
  get linkWaited(): Float64Array {
    return this.#column(wayNumbers.waited)
  }

  #column(field: number): Float64Array {
    const { links, linkShift } = wayNumbers
    const first = this.#at === 0 ? 0 : heap.cells[(this.#at + links) >> 2]
    const of = (link: number) => (first === 0 ? 0 : heap.reals[(first + (link << linkShift) + field) >> 3])
    return Float64Array.from({ length: this.graph.to.length + this.#attached.length }, (_, link) => of(link))
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
    if (this.#at === 0) this.#layOut()
    const ended = send(this.#at, this.#queue(), now, source, destination, a, line)
    if (ended !== delivered) this.#goOn(ended, source, destination, a, line, now, 0)
  }

  /** A message is at the far end of a long link, but for the ticks of an injection. */
  #takeUp(slot: number): void {
    const slots = this.#onLongLinks
    const n = this.#at
    const source = slots.source[slot]
    const destination = slots.destination[slot]
    const a = slots.a[slot]
    const line = slots.line[slot]
    heap.reals[(n + time) >> 3] = slots.time[slot]
    heap.reals[(n + slowest) >> 3] = slots.slowest[slot]
    heap.cells[(n + hops) >> 2] = slots.hops[slot]
    slots.release(slot)
    const ended = travel(n, this.#queue(), source, destination, a, line, slots.stop[slot])
    if (ended !== delivered) this.#goOn(ended, source, destination, a, line, slots.sent[slot], slots.leg[slot] + 1)
  }

  /** The queue that a delivery goes straight into; none where somebody looks at it first. */
  #queue(): number {
    return this.choices === undefined && !this.#trace.on ? this.#kernel.queue : 0
  }

  #layOut(): void {
    const kernel = this.#kernel
    this.#attached.length = kernel.owners
    this.#at = layOut(kernel.blocks, this.graph, this.#shape, this.#attached)
    this.#lastOnLeg = new Int32Array(kernel.owners ** 2 * this.graph.legs)
  }

  /** The message is on a long link, or it has arrived and isn't delivered yet. */
  #goOn(ended: number, source: number, destination: number, a: number, line: number, sent: number, leg: number): void {
    if (ended === onLongLink) return this.#putOnLongLink(source, destination, a, line, sent, leg)
    const { cells } = heap
    let tick = cells[(this.#at + arrival) >> 2]
    if (this.choices !== undefined) tick += this.choices.delivery(source, destination, a, line, tick)
    // IN1: not before the message of this pair that was sent before.
    const pair = (cells[(this.#at + pairs) >> 2] >> 2) + this.#pairOf(source, destination)
    if (tick < cells[pair]) tick = cells[pair]
    cells[pair] = tick
    if (this.#trace.on) this.#sample(typeOf(a), source, destination, line, sent, tick, cells[(this.#at + hops) >> 2])
    const { deliver } = this.#attached[destination]
    this.#kernel.schedule(tick, Phase.Deliver, destination, source, deliver, a, line)
  }

  #pairOf(source: number, destination: number): number {
    return source * this.#attached.length + destination
  }

  /** The rest of the way is claimed when the message arrives; an injection's ticks early, so that IN2 holds. */
  #putOnLongLink(source: number, destination: number, a: number, line: number, sent: number, leg: number): void {
    const slots = this.#onLongLinks
    const slot = slots.take()
    const { cells, reals } = heap
    const n = this.#at
    const { injection } = this.#shape
    const end = reals[(n + time) >> 3]
    const turn = this.#pairOf(source, destination) * this.graph.legs + leg
    const from = (end - injection) | 0
    const last = this.#lastOnLeg[turn]
    const tick = from > last ? from : last
    this.#lastOnLeg[turn] = tick
    slots.time[slot] = from < tick ? tick + injection : end
    slots.leg[slot] = leg
    slots.slowest[slot] = reals[(n + slowest) >> 3]
    slots.source[slot] = source
    slots.destination[slot] = destination
    slots.a[slot] = a
    slots.line[slot] = line
    slots.stop[slot] = cells[(n + stop) >> 2]
    slots.sent[slot] = sent
    slots.hops[slot] = cells[(n + hops) >> 2]
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
