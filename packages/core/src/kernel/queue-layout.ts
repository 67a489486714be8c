/**
 * Where things lie in the event queue's memory, in bytes: a header, the levels of the wheel, what says which slots are
 * out of order, the agendas, the lists that sort a tick, the nodes.
 * Law: a level's slots cover one slot of the level above, and memory that nobody has written is an empty queue.
 */
import { destinationOf, Never, NODE_BYTES, Node, OWNER_BITS, phaseOf } from "./event-node.ts"

const BITS = 11
/** Slots of the near level, a tick each, and of the middle one, a window of as many ticks each. */
const SLOTS = 1 << BITS
/** Slots of the farthest level: the rest of 31 bits. */
const EPOCHS = 1 << (31 - 2 * BITS)
const PHASES = 3

/** Bytes of a level of `slots` slots, a multiple of 32: a head and a tail each, then a bit each. */
const levelBytes = (slots: number): number => slots * 8 + slots / 8

/** Fields of the header. */
const header = {
  /** Tick and key of the event popped last. */
  now: 0,
  key: 4,
  /** Nodes in the near level. */
  near: 8,
  /** Nodes given back, a list; from `fresh` to `end` those that nobody has used. */
  free: 12,
  fresh: 16,
  end: 20,
  /** Owners that run ahead: the first, and how many. */
  firstAhead: 24,
  ahead: 28,
  /** The lists that sort a tick: where, how many for each phase, how many in all. */
  lists: 32,
  owners: 36,
  listCount: 40,
  /** The event that stood alone in its window; the last node of the list that was sorted last. */
  lone: 44,
  last: 48,
  /** Source ranks, less one: a power of two. */
  rankMask: 52
} as const
const HEADER_BYTES = 64

const WINDOWS = HEADER_BYTES + levelBytes(SLOTS)
const EPOCH_LEVEL = WINDOWS + levelBytes(SLOTS)
const UNSORTED = EPOCH_LEVEL + levelBytes(EPOCHS)
const AGENDAS = UNSORTED + SLOTS / 8

/** What the text of the queue's code calls `m`. */
export const queueNumbers = {
  ...header,
  next: Node.next,
  tick: Node.tick,
  eventKey: Node.key,
  kind: Node.kind,
  a: Node.a,
  b: Node.b,
  c: Node.c,
  later: Node.later,
  nodeBytes: NODE_BYTES,
  ownerBits: OWNER_BITS,
  ownerMask: (1 << OWNER_BITS) - 1,
  phaseShift: 2 * OWNER_BITS,
  never: Never,
  bits: BITS,
  slots: SLOTS,
  mask: SLOTS - 1,
  epochs: EPOCHS,
  epochBits: 2 * BITS,
  levelTicks: SLOTS * SLOTS,
  /** The near level, the middle one, the farthest. */
  ticks: HEADER_BYTES,
  windows: WINDOWS,
  epochLevel: EPOCH_LEVEL,
  /** [slot of the near level] a bit: its list is not in order. */
  unsorted: UNSORTED,
  agendas: AGENDAS,
  /** Nodes that a push looks at for its place before it leaves the tick to be sorted. */
  patience: 8,
  /** Beyond so many events of a tick insertion costs more than dealing out. */
  few: 12,
  /** What a push says: there is no room; the event is before the one popped last. */
  full: 1,
  early: 2,
  /** In place of a slot: no event is pending; the earliest stands alone in its window. */
  none: -1,
  alone: -2
} as const

/** Where the parts begin whose size depends on the owners, and how many lists there are. */
export interface QueueShape {
  readonly lists: number
  readonly listCount: number
  readonly nodes: number
}

/** The shape of a queue for so many owners, `ahead` of which run ahead. */
export function queueShape(owners: number, ahead: number): QueueShape {
  const lists = AGENDAS + Math.ceil(ahead / 8) * NODE_BYTES
  const listCount = Math.ceil((PHASES * owners + 1) / 32) * 32
  return { lists, listCount, nodes: Math.ceil((lists + levelBytes(listCount)) / NODE_BYTES) * NODE_BYTES }
}

/** A pending event, for reports. */
export interface PendingEvent {
  readonly tick: number
  readonly phase: number
  readonly destination: number
  readonly kind: number
  readonly a: number
  readonly b: number
}

/** Every event that is pending in the queue at `q`, unsorted. */
export function pendingEvents(memory: Int32Array, q: number): Array<PendingEvent> {
  const events: Array<PendingEvent> = []
  for (const [base, slots] of [
    [HEADER_BYTES, SLOTS],
    [WINDOWS, SLOTS],
    [EPOCH_LEVEL, EPOCHS]
  ] as const) {
    for (let slot = 0; slot < slots; slot++)
      for (let node = memory[((q + base) >> 2) + 2 * slot]; node !== 0; node = memory[node >> 2])
        events.push(eventAt(memory, node >> 2))
  }
  return events
}

function eventAt(memory: Int32Array, at: number): PendingEvent {
  const [, tick, key, kind, a, b] = memory.subarray(at, at + NODE_BYTES / 4)
  return { tick, phase: phaseOf(key), destination: destinationOf(key), kind, a, b }
}
