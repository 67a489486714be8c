/**
 * The future event list: a timing wheel of three levels. What is done for each event is WebAssembly (queue-code.ts) over
 * a memory of its own (queue-layout.ts).
 *
 * Dispatch order is total and structural (law L2); no part of it says when an event was pushed:
 *
 *     tick,  then phase,  then destination,  then source rank (rotates with the tick),  then the source's sequence
 *
 * Near events, those of the window of 2,048 aligned ticks around now, have a slot per tick; far ones a slot per
 * window, or per 2,048 windows. A far slot is dealt out to the level below when now gets there, before anything can
 * be pushed to the level below directly: so events with equal keys stand in the order in which their source pushed
 * them, and no sequence number is kept.
 *
 *   EQ1  a slot of the near level holds one tick's events; when that tick is now, in order
 *   EQ2  no two sources have the same rank
 *   EQ3  nothing is scheduled before the event being dispatched
 */
import * as fromHeap from "../integers/heap.ts"
import * as eventNode from "./event-node.ts"
import { ModelDefect } from "./model-defect.ts"
import { type PendingEvent, pendingEvents, queueNumbers, queueShape } from "./queue-layout.ts"
import * as code from "./queue-module.ts"

export { MAX_OWNERS, Never, Phase } from "./event-node.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { destinationOf, MAX_OWNERS, NODE_BYTES, Never, Node, OWNER_BITS } = eventNode
const {
  agendas,
  ahead,
  early,
  end,
  firstAhead,
  fresh,
  key,
  listCount,
  lists,
  owners: ownerCount,
  rankMask
} = queueNumbers
const { heap } = fromHeap
const { nextTick, pop, push } = code
/** Fields of a node in int32. */
const [TICK, KEY, KIND, A, B, C] = [
  Node.tick >> 2,
  Node.key >> 2,
  Node.kind >> 2,
  Node.a >> 2,
  Node.b >> 2,
  Node.c >> 2
]

/** What an event does at its destination. `owner` is the destination's number. */
export type Handler = (owner: number, a: number, b: number, c: number) => void

export class EventQueue {
  /** The event last popped. Fields, because an object per event would be an allocation per event. */
  tick = 0
  kind = 0
  destination = 0
  a = 0
  b = 0
  c = 0

  /** Where it lies in the heap. */
  readonly at: number
  readonly #blocks: fromHeap.HeapBlocks
  readonly #rankMask: number
  #capacity: number

  /**
   * The `ahead` owners from `firstAhead` on run ahead: their deliveries are tracked for `nextFor`. There is room for
   * `capacity` events at first.
   */
  constructor(owners: number, firstOfThose = 0, runningAhead = 0, capacity = 1024, blocks?: fromHeap.HeapBlocks) {
    if (owners > MAX_OWNERS) throw new ModelDefect("EQ2", `${owners} owners exceed the ${MAX_OWNERS} that a key holds`)
    let ranks = 1
    while (ranks < owners) ranks *= 2
    this.#rankMask = ranks - 1
    const shape = queueShape(owners, runningAhead)
    const bytes = shape.nodes + capacity * NODE_BYTES
    this.#blocks = blocks ?? new fromHeap.HeapBlocks()
    const q = this.#blocks.take(bytes)
    this.at = q
    this.#capacity = capacity
    const { cells } = heap
    cells[(q + key) >> 2] = -1
    cells[(q + rankMask) >> 2] = this.#rankMask
    cells[(q + fresh) >> 2] = q + shape.nodes
    cells[(q + end) >> 2] = q + bytes
    cells[(q + firstAhead) >> 2] = firstOfThose
    cells[(q + ahead) >> 2] = runningAhead
    cells[(q + lists) >> 2] = q + shape.lists
    cells[(q + ownerCount) >> 2] = owners
    cells[(q + listCount) >> 2] = shape.listCount
  }

  /** Events pending, counted. */
  get size(): number {
    return this.pending().length
  }

  /** Schedule `kind(a, b, c)` at `destination`. `tick` is an offset from the epoch. */
  push(
    tick: number,
    phase: eventNode.Phase,
    destination: number,
    source: number,
    kind: number,
    a: number,
    b: number,
    c: number
  ): void {
    const rank = (source + tick) & this.#rankMask
    const order = (((phase << OWNER_BITS) | destination) << OWNER_BITS) | rank
    const refused = push(this.at, tick, order, kind, a, b, c)
    if (refused !== 0) this.#pushAgain(refused, tick, order, kind, a, b, c)
  }

  /** Load the next event into the fields above; false when none is pending. */
  pop(): boolean {
    const at = pop(this.at)
    if (at < 0) return false
    const m = heap.cells
    this.tick = m[at + TICK]
    this.kind = m[at + KIND]
    this.destination = destinationOf(m[at + KEY])
    this.a = m[at + A]
    this.b = m[at + B]
    this.c = m[at + C]
    return true
  }

  /**
   * Dispatch at most `count` events by the table of handlers, until one is later than `lastTick` (it is the last).
   * How many there were.
   */
  dispatch(handlers: ReadonlyArray<Handler>, count: number, lastTick: number): number {
    for (let done = 0; done < count; done++) {
      const at = pop(this.at)
      if (at < 0) return done
      const m = heap.cells
      const tick = m[at + TICK]
      this.tick = tick
      handlers[m[at + KIND]](destinationOf(m[at + KEY]), m[at + A], m[at + B], m[at + C])
      if (tick > lastTick) return done + 1
    }
    return count
  }

  /** No event of any owner is earlier: the tick of the earliest within this window, else where the next begins. */
  nextTick(): number {
    return nextTick(this.at)
  }

  /** Tick of the earliest delivery pending for an owner that runs ahead, or `Never`. */
  nextFor(owner: number): number {
    const m = heap.cells
    const q = this.at
    const first = m[((q + agendas) >> 2) + owner - m[(q + firstAhead) >> 2]]
    return first === 0 ? Never : m[(first >> 2) + TICK]
  }

  /** Every pending event, unsorted: what a watchdog reports. */
  pending(): Array<PendingEvent> {
    return pendingEvents(heap.cells, this.at)
  }

  #pushAgain(refused: number, tick: number, order: number, kind: number, a: number, b: number, c: number): void {
    if (refused === early) {
      const [destination, phase] = [destinationOf(order), eventNode.phaseOf(order)]
      throw new ModelDefect("EQ3", `event ${kind} for owner ${destination} at ${tick}.${phase}, but it is ${this.tick}`)
    }
    // As many nodes again.
    const bytes = this.#capacity * NODE_BYTES
    const at = this.#blocks.take(bytes)
    heap.cells[(this.at + fresh) >> 2] = at
    heap.cells[(this.at + end) >> 2] = at + bytes
    this.#capacity *= 2
    push(this.at, tick, order, kind, a, b, c)
  }
}
