/**
 * The future event list: a timing wheel over struct-of-arrays nodes, with a heap for the far future.
 *
 * Dispatch order is total and structural (law L2); no part of it says when an event was pushed:
 *
 *     tick,  then phase,  then destination,  then source rank (rotates with the tick),  then the source's sequence
 *
 * Invariants
 *   EQ1  every slot of the wheel is a list sorted by (key, sequence); all its events share one tick
 *   EQ2  no two pending events compare equal (the sequence is the source's own counter)
 *   EQ3  nothing is scheduled before the event being dispatched
 *   EQ4  the heap holds only events at least one revolution ahead
 */
import { ModelDefect } from "./model-defect.ts"
import { TickHeap } from "./tick-heap.ts"

/** Order within one tick: messages land before threads act on them; departures claim links last. */
export const Phase = { Deliver: 0, Execute: 1, Send: 2 } as const
export type Phase = (typeof Phase)[keyof typeof Phase]

/** No pending event: later than any tick a run reaches. */
export const Never = 0x7fff_ffff

const SLOTS = 2048
const SLOT_MASK = SLOTS - 1
const WORDS = SLOTS / 32
const Nil = -1

/** A node is eight int32, half a cache line. */
const STRIDE = 8
const NEXT = 0
const TICK = 1
const KEY = 2
const SEQUENCE = 3
const KIND = 4
const A = 5
const B = 6
const C = 7

const OWNER_BITS = 13
/** Most owners that a key can tell apart. */
export const MAX_OWNERS = 1 << OWNER_BITS

export class EventQueue {
  /** The event last popped. Fields, because an object per event would be an allocation per event. */
  tick = 0
  kind = 0
  destination = 0
  a = 0
  b = 0
  c = 0

  #size = 0
  #wheelSize = 0
  #key = -1
  #sequence = -1
  #rankMask = 0
  #nodes: Int32Array
  #free: number = Nil
  readonly #heads = new Int32Array(SLOTS).fill(Nil) // [slot] node
  readonly #tails = new Int32Array(SLOTS).fill(Nil) // [slot] node
  readonly #occupied = new Int32Array(WORDS) // [slot / 32] bit per slot
  readonly #far = new TickHeap()
  readonly #sequences: Int32Array // [owner] next sequence number
  // Deliveries pending per owner that runs ahead: its own agenda bounds how far it may go.
  readonly #agendaOf: Int32Array // [owner] row of the agenda, or -1
  #agenda: Int32Array // [row][entry] tick
  #agendaCapacity = 16
  readonly #agendaCount: Int32Array // [row]
  readonly #agendaFirst: Int32Array // [row] earliest tick, or Never

  /** `runsAhead` lists the owners whose deliveries are tracked for `nextFor`. */
  constructor(owners: number, runsAhead: ReadonlyArray<number> = [], capacity = 1024) {
    if (owners > MAX_OWNERS) throw new ModelDefect("EQ2", `${owners} owners exceed the ${MAX_OWNERS} that a key holds`)
    while (this.#rankMask + 1 < owners) this.#rankMask = this.#rankMask * 2 + 1
    this.#sequences = new Int32Array(owners)
    this.#agendaOf = new Int32Array(owners).fill(Nil)
    runsAhead.forEach((owner, row) => {
      this.#agendaOf[owner] = row
    })
    this.#agenda = new Int32Array(runsAhead.length * this.#agendaCapacity)
    this.#agendaCount = new Int32Array(runsAhead.length)
    this.#agendaFirst = new Int32Array(runsAhead.length).fill(Never)
    this.#nodes = new Int32Array(0)
    this.#grow(capacity)
  }

  get size(): number {
    return this.#size
  }

  /** Schedule `kind(a, b, c)` at `destination`. `tick` is an offset from the epoch. */
  push(
    tick: number,
    phase: Phase,
    destination: number,
    source: number,
    kind: number,
    a: number,
    b: number,
    c: number
  ): void {
    if (this.#free === Nil) this.#grow(this.#nodes.length / STRIDE)
    const nodes = this.#nodes
    const node = this.#free
    this.#free = nodes[node + NEXT]
    const sequence = this.#sequences[source]
    this.#sequences[source] = (sequence + 1) | 0
    const rank = (source + tick) & this.#rankMask
    const key = (((phase << OWNER_BITS) | destination) << OWNER_BITS) | rank
    if (
      tick <= this.tick &&
      (tick < this.tick || key < this.#key || (key === this.#key && sequence <= this.#sequence))
    ) {
      throw new ModelDefect("EQ3", `event ${kind} for owner ${destination} at ${tick}.${phase}, but it is ${this.tick}`)
    }
    nodes[node + TICK] = tick
    nodes[node + KEY] = key
    nodes[node + SEQUENCE] = sequence
    nodes[node + KIND] = kind | (phase << 16)
    nodes[node + A] = a
    nodes[node + B] = b
    nodes[node + C] = c
    this.#size++
    const row = this.#agendaOf[destination]
    if (row !== Nil && phase === Phase.Deliver) this.#note(row, tick)
    if (tick - this.tick < SLOTS) this.#link(node, tick, key, sequence)
    else this.#far.push(tick, node)
  }

  /** Load the next event into the fields above; false when none is pending. */
  pop(): boolean {
    if (this.#size === 0) return false
    const tick = this.nextTick()
    if (tick !== this.tick) {
      this.tick = tick
      while (this.#far.size > 0 && this.#far.first - tick < SLOTS) this.#relink(this.#far.pop())
    }
    const nodes = this.#nodes
    const slot = tick & SLOT_MASK
    const node = this.#heads[slot]
    const next = nodes[node + NEXT]
    this.#heads[slot] = next
    if (next === Nil) {
      this.#tails[slot] = Nil
      this.#occupied[slot >>> 5] &= ~(1 << (slot & 31))
    }
    this.#wheelSize--
    this.#size--
    const key = nodes[node + KEY]
    this.#key = key
    this.#sequence = nodes[node + SEQUENCE]
    this.kind = nodes[node + KIND] & 0xffff
    this.destination = (key >>> OWNER_BITS) & (MAX_OWNERS - 1)
    this.a = nodes[node + A]
    this.b = nodes[node + B]
    this.c = nodes[node + C]
    nodes[node + NEXT] = this.#free
    this.#free = node
    const row = this.#agendaOf[this.destination]
    if (row !== Nil && nodes[node + KIND] >>> 16 === Phase.Deliver) this.#forget(row, tick)
    return true
  }

  /** Tick of the earliest pending event of any owner, or `Never`. */
  nextTick(): number {
    if (this.#wheelSize === 0) return this.#far.size === 0 ? Never : this.#far.first
    const start = this.tick & SLOT_MASK
    const occupied = this.#occupied
    let word = start >>> 5
    let bits = occupied[word] & (-1 << (start & 31))
    while (bits === 0) {
      word = (word + 1) & (WORDS - 1)
      bits = occupied[word]
    }
    const slot = (word << 5) | (31 - Math.clz32(bits & -bits))
    return this.tick + ((slot - start) & SLOT_MASK)
  }

  /** Tick of the earliest delivery pending for an owner that runs ahead, or `Never`. */
  nextFor(owner: number): number {
    return this.#agendaFirst[this.#agendaOf[owner]]
  }

  /** Every pending event as [tick, phase, destination, kind], unsorted: what a watchdog reports. */
  pending(): Array<readonly [tick: number, phase: number, destination: number, kind: number]> {
    const nodes = this.#nodes
    const rows: Array<readonly [number, number, number, number]> = []
    const describe = (node: number) => {
      const key = nodes[node + KEY]
      rows.push([
        nodes[node + TICK],
        key >>> (2 * OWNER_BITS),
        (key >>> OWNER_BITS) & (MAX_OWNERS - 1),
        nodes[node + KIND] & 0xffff
      ])
    }
    for (let slot = 0; slot < SLOTS; slot++) for (let n = this.#heads[slot]; n !== Nil; n = nodes[n + NEXT]) describe(n)
    for (const node of this.#far.nodes()) describe(node)
    return rows
  }

  #relink(node: number): void {
    const nodes = this.#nodes
    this.#link(node, nodes[node + TICK], nodes[node + KEY], nodes[node + SEQUENCE])
  }

  /** EQ1: append when the event is last in its slot, as it nearly always is; else walk to its place. */
  #link(node: number, tick: number, key: number, sequence: number): void {
    const nodes = this.#nodes
    const slot = tick & SLOT_MASK
    const tail = this.#tails[slot]
    this.#wheelSize++
    if (tail === Nil) {
      nodes[node + NEXT] = Nil
      this.#heads[slot] = node
      this.#tails[slot] = node
      this.#occupied[slot >>> 5] |= 1 << (slot & 31)
      return
    }
    if (precedes(nodes[tail + KEY], nodes[tail + SEQUENCE], key, sequence)) {
      nodes[node + NEXT] = Nil
      nodes[tail + NEXT] = node
      this.#tails[slot] = node
      return
    }
    let before = Nil
    let at = this.#heads[slot]
    while (precedes(nodes[at + KEY], nodes[at + SEQUENCE], key, sequence)) {
      before = at
      at = nodes[at + NEXT]
    }
    nodes[node + NEXT] = at
    if (before === Nil) this.#heads[slot] = node
    else nodes[before + NEXT] = node
  }

  #note(row: number, tick: number): void {
    if (this.#agendaCount[row] === this.#agendaCapacity) this.#growAgenda()
    this.#agenda[row * this.#agendaCapacity + this.#agendaCount[row]++] = tick
    if (tick < this.#agendaFirst[row]) this.#agendaFirst[row] = tick
  }

  /** The delivery popped is the owner's earliest, so its tick is `#agendaFirst`. */
  #forget(row: number, tick: number): void {
    const agenda = this.#agenda
    const base = row * this.#agendaCapacity
    const last = base + --this.#agendaCount[row]
    let first = Never
    let removed = false
    for (let entry = base; entry <= last; entry++) {
      let at = agenda[entry]
      if (!removed && at === tick) {
        removed = true
        at = agenda[last]
        agenda[entry] = at
        if (entry === last) break
      }
      if (entry < last && at < first) first = at
    }
    this.#agendaFirst[row] = first
  }

  #growAgenda(): void {
    const capacity = this.#agendaCapacity * 2
    const wider = new Int32Array(this.#agendaCount.length * capacity)
    for (let row = 0; row < this.#agendaCount.length; row++) {
      const from = row * this.#agendaCapacity
      wider.set(this.#agenda.subarray(from, from + this.#agendaCapacity), row * capacity)
    }
    this.#agenda = wider
    this.#agendaCapacity = capacity
  }

  #grow(extra: number): void {
    const from = this.#nodes.length
    const wider = new Int32Array(from + extra * STRIDE)
    wider.set(this.#nodes)
    for (let node = wider.length - STRIDE; node >= from; node -= STRIDE) {
      wider[node + NEXT] = this.#free
      this.#free = node
    }
    this.#nodes = wider
  }
}

/** Sequences wrap: compare by signed difference. Events of one key from one source are never 2^31 apart. */
const precedes = (keyA: number, sequenceA: number, keyB: number, sequenceB: number): boolean =>
  keyA < keyB || (keyA === keyB && ((sequenceA - sequenceB) | 0) < 0)
