/**
 * The future event list: a timing wheel of three levels over struct-of-arrays nodes.
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
import { Agenda } from "./agenda.ts"
import { Columns } from "./columns.ts"
import * as eventNode from "./event-node.ts"
import { grown } from "./grown.ts"
import { ModelDefect } from "./model-defect.ts"
import * as layout from "./queue-layout.ts"
import { TickOrder } from "./tick-order.ts"
import * as level from "./wheel-level.ts"

export { MAX_OWNERS, Never, Phase } from "./event-node.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { A, B, C, KEY, KIND, MAX_OWNERS, Never, NEXT, Nil, OWNER_BITS, STRIDE, TICK } = eventNode
const { destinationOf, phaseOf } = eventNode
const { Deliver } = eventNode.Phase
const { append, clearLevel, next, take } = level
const { BITS, chainNodes, EPOCH, EPOCHS, LISTS, Lone, MASK, None, pendingNodes, SLOTS, WINDOW } = layout

/** What an event does at its destination. `owner` is the destination's number. */
export type Handler = (owner: number, a: number, b: number, c: number) => void

/** Nodes that a push looks at for its place before it leaves the tick to be sorted. */
const PATIENCE = 8

export class EventQueue {
  /** The event last popped. Fields, because an object per event would be an allocation per event. */
  tick = 0
  kind = 0
  destination = 0
  a = 0
  b = 0
  c = 0

  #capacity = 0
  #key = -1
  /** Nodes in the near level. */
  #near = 0
  /** The event that `#takeLone` took. */
  #lone: number = Nil
  #memory: Int32Array // the levels, then the nodes
  #free: number = Nil
  readonly #rankMask: number
  readonly #unsorted: Uint8Array // [tick & MASK] 1 when the slot's list is not in order
  readonly #order: TickOrder
  readonly #firstAhead: number
  readonly #endAhead: number
  readonly #agenda: Agenda // row: owner - firstAhead

  /** The `ahead` owners from `firstAhead` on run ahead: their deliveries are tracked for `nextFor`. */
  constructor(owners: number, firstAhead = 0, ahead = 0, capacity = 1024, columns = new Columns()) {
    if (owners > MAX_OWNERS) throw new ModelDefect("EQ2", `${owners} owners exceed the ${MAX_OWNERS} that a key holds`)
    let ranks = 1
    while (ranks < owners) ranks *= 2
    this.#rankMask = ranks - 1
    this.#unsorted = columns.uint8(SLOTS)
    this.#order = new TickOrder(LISTS, owners)
    this.#firstAhead = firstAhead
    this.#endAhead = firstAhead + ahead
    this.#agenda = new Agenda(ahead)
    const lists = Math.ceil((LISTS + this.#order.words) / STRIDE) * STRIDE
    this.#memory = columns.int32(lists + capacity * STRIDE)
    this.#order.clear(this.#memory)
    clearLevel(this.#memory, 0, SLOTS)
    clearLevel(this.#memory, WINDOW, SLOTS)
    clearLevel(this.#memory, EPOCH, EPOCHS)
    this.#capacity = capacity
    this.#free = chainNodes(this.#memory, lists, Nil)
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
    const now = this.tick
    const key = (((phase << OWNER_BITS) | destination) << OWNER_BITS) | ((source + tick) & this.#rankMask)
    if (tick <= now && (tick < now || key < this.#key)) this.#refuse(tick, phase, destination, kind)
    if (this.#free === Nil) this.#grow(this.#capacity)
    const m = this.#memory
    const node = this.#free
    this.#free = m[node + NEXT]
    m[node + NEXT] = Nil
    m[node + TICK] = tick
    m[node + KEY] = key
    m[node + KIND] = kind | 0
    m[node + A] = a | 0
    m[node + B] = b | 0
    m[node + C] = c | 0
    if (phase === Deliver && destination < this.#endAhead && destination >= this.#firstAhead)
      this.#agenda.note(destination - this.#firstAhead, tick)
    const ahead = tick ^ now
    if (ahead < SLOTS) this.#link(m, tick, node, key)
    else if (ahead < SLOTS * SLOTS) append(m, WINDOW, SLOTS, (tick >>> BITS) & MASK, node)
    else append(m, EPOCH, EPOCHS, tick >>> (2 * BITS), node)
  }

  /** Load the next event into the fields above; false when none is pending. */
  pop(): boolean {
    const m = this.#memory
    const node = this.#unlink(m)
    if (node === Nil) return false
    this.kind = m[node + KIND]
    this.destination = destinationOf(m[node + KEY])
    this.a = m[node + A]
    this.b = m[node + B]
    this.c = m[node + C]
    return true
  }

  /**
   * Dispatch at most `count` events by the table of handlers, until one is later than `lastTick` (it is the last).
   * How many there were.
   */
  dispatch(handlers: ReadonlyArray<Handler>, count: number, lastTick: number): number {
    for (let done = 0; done < count; done++) {
      const m = this.#memory
      const node = this.#unlink(m)
      if (node === Nil) return done
      handlers[m[node + KIND]](destinationOf(m[node + KEY]), m[node + A], m[node + B], m[node + C])
      if (this.tick > lastTick) return done + 1
    }
    return count
  }

  /** No event of any owner is earlier: the tick of the earliest within this window, else where the next begins. */
  nextTick(): number {
    const now = this.tick
    const m = this.#memory
    const slot = next(m, 0, SLOTS, now & MASK)
    if (slot >= 0) return (now & ~MASK) | slot
    const window = next(m, WINDOW, SLOTS, (now >>> BITS) & MASK)
    if (window >= 0) return ((now >>> (2 * BITS)) << (2 * BITS)) | (window << BITS)
    const epoch = next(m, EPOCH, EPOCHS, now >>> (2 * BITS))
    return epoch < 0 ? Never : epoch << (2 * BITS)
  }

  /** Tick of the earliest delivery pending for an owner that runs ahead, or `Never`. */
  nextFor(owner: number): number {
    return this.#agenda.first(owner - this.#firstAhead)
  }

  /** Every pending event as [tick, phase, destination, kind], unsorted: what a watchdog reports. */
  pending(): Array<readonly [tick: number, phase: number, destination: number, kind: number]> {
    const m = this.#memory
    const parts = (node: number, key: number) =>
      [m[node + TICK], phaseOf(key), destinationOf(key), m[node + KIND]] as const
    return pendingNodes(m).map((node) => parts(node, m[node + KEY]))
  }

  /** Every pending event that carries `b`, as [tick, destination, kind, a], unsorted. */
  carrying(b: number): Array<readonly [tick: number, destination: number, kind: number, a: number]> {
    const m = this.#memory
    const nodes = pendingNodes(m).filter((node) => m[node + B] === b)
    return nodes.map((node) => [m[node + TICK], destinationOf(m[node + KEY]), m[node + KIND], m[node + A]] as const)
  }

  /** Take the next node out of its list, or Nil; its fields stand until the next push. */
  #unlink(m: Int32Array): number {
    let slot = this.tick & MASK
    let node = m[2 * slot]
    if (node === Nil) {
      slot = this.#turn(m)
      if (slot === None) return Nil
      node = slot === Lone ? this.#lone : m[2 * slot]
    }
    if (slot !== Lone) {
      const following = m[node + NEXT]
      this.#near--
      if (following === Nil) take(m, 0, SLOTS, slot)
      else m[2 * slot] = following
    }
    const key = m[node + KEY]
    this.#key = key
    m[node + NEXT] = this.#free
    this.#free = node
    const owner = destinationOf(key)
    if (owner < this.#endAhead && owner >= this.#firstAhead && phaseOf(key) === Deliver)
      this.#agenda.forget(owner - this.#firstAhead, this.tick)
    return node
  }

  /** Into the near level, in order: in a list that is long and not the present tick's, when its tick comes. */
  #link(m: Int32Array, tick: number, node: number, key: number): void {
    this.#near++
    const slot = tick & MASK
    const tail = m[2 * slot + 1]
    if (tail === Nil || key >= m[tail + KEY] || this.#unsorted[slot] === 1) append(m, 0, SLOTS, slot, node)
    else this.#insert(m, tick, slot, node, key)
  }

  /** The tail's key is greater: there is a place before it. */
  #insert(m: Int32Array, tick: number, slot: number, node: number, key: number): void {
    let before: number = Nil
    let at = m[2 * slot]
    let patience = tick === this.tick ? Never : PATIENCE
    while (m[at + KEY] <= key) {
      before = at
      at = m[at + NEXT]
      if (--patience === 0) {
        this.#unsorted[slot] = 1
        return append(m, 0, SLOTS, slot, node)
      }
    }
    m[node + NEXT] = at
    if (before === Nil) m[2 * slot] = node
    else m[before + NEXT] = node
  }

  /** Make the tick of the earliest event the present one; its slot, Lone, or None if none is pending. */
  #turn(m: Int32Array): number {
    let slot = this.#near === 0 ? None : next(m, 0, SLOTS, this.tick & MASK)
    while (slot < 0) {
      const window = next(m, WINDOW, SLOTS, (this.tick >>> BITS) & MASK)
      if (window >= 0 && m[WINDOW + 2 * window] === m[WINDOW + 2 * window + 1]) return this.#takeLone(m, window)
      if (!this.#descend(m, window)) return None
      slot = next(m, 0, SLOTS, 0)
    }
    this.tick = (this.tick & ~MASK) | slot
    if (this.#unsorted[slot] === 1) {
      this.#unsorted[slot] = 0
      m[2 * slot] = this.#order.sort(m, m[2 * slot])
      m[2 * slot + 1] = this.#order.last
    }
    return slot
  }

  /** The earliest event stands alone in its window, and needs no slot of its own; its tick is the present one. */
  #takeLone(m: Int32Array, window: number): number {
    const node = take(m, WINDOW, SLOTS, window)
    this.#lone = node
    this.tick = m[node + TICK]
    return Lone
  }

  /** Deal out the next window, or if it is -1 the next 2,048 windows, to the level below; false when there is none. */
  #descend(m: Int32Array, window: number): boolean {
    if (window >= 0) {
      this.tick = ((this.tick >>> (2 * BITS)) << (2 * BITS)) | (window << BITS)
      for (let node = take(m, WINDOW, SLOTS, window); node !== Nil; ) {
        const following = m[node + NEXT]
        m[node + NEXT] = Nil
        this.#link(m, m[node + TICK], node, m[node + KEY])
        node = following
      }
      return true
    }
    const epoch = next(m, EPOCH, EPOCHS, this.tick >>> (2 * BITS))
    if (epoch < 0) return false
    this.tick = epoch << (2 * BITS)
    for (let node = take(m, EPOCH, EPOCHS, epoch); node !== Nil; ) {
      const following = m[node + NEXT]
      m[node + NEXT] = Nil
      append(m, WINDOW, SLOTS, (m[node + TICK] >>> BITS) & MASK, node)
      node = following
    }
    return true
  }

  #refuse(tick: number, phase: eventNode.Phase, destination: number, kind: number): never {
    throw new ModelDefect("EQ3", `event ${kind} for owner ${destination} at ${tick}.${phase}, but it is ${this.tick}`)
  }

  #grow(extra: number): void {
    const from = this.#memory.length
    this.#memory = grown(this.#memory, from + extra * STRIDE)
    this.#capacity += extra
    this.#free = chainNodes(this.#memory, from, this.#free)
  }
}
