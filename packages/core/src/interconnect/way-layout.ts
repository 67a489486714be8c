/**
 * Where the interconnect lies in the heap, in bytes: a header, then a record for each link and for each port, which is
 * the way out to one owner. Law: what is read and written of a link for each message lies together.
 */
import { carriesData, Message } from "../coherence/message.ts"
import { type HeapBlocks, heap } from "../integers/heap.ts"
import type { Graph } from "./graph.ts"
import { isApart, networkOf, VIRTUAL_NETWORKS } from "./virtual-network.ts"

const LINK_SHIFT = 7
const OWNER_SHIFT = 5
const [FLITS_SHIFT, APART_SHIFT] = [2, 16]

/** What the text of way-code.ts calls `m`. */
export const wayNumbers = {
  // The header.
  /** [message type] its virtual network, flits and whether its receiver takes another time for it, in one word. */
  kinds: 0,
  links: 128,
  ports: 132,
  owners: 136,
  /** [stop][destination stop] link */
  next: 140,
  /** [source][destination] tick of the last delivery */
  pairs: 144,
  stops: 148,
  ownerCount: 152,
  /** Flits of a buffer. */
  buffer: 156,
  /** Of the message under way: links so far, stop at the end of a long link, tick of its arrival. */
  hops: 160,
  stop: 164,
  arrival: 168,
  /** Ticks of an injection and of an ejection. */
  injection: 176,
  ejection: 184,
  /** Of the message under way: time of its first flit, ticks of a flit on its slowest link so far. */
  time: 192,
  slowest: 200,
  // A link's or port's record.
  to: 0,
  long: 4,
  /** [virtual network][flit] time at which that place of the buffer at the far end was free again */
  left: 8,
  latency: 16,
  /** Ticks for which one flit takes it. */
  flit: 24,
  /** Ticks claimed, and ticks that messages waited. */
  busy: 32,
  waited: 40,
  /** [virtual network] time from which it, or one that passes it, finds the link free */
  freeAt: 48,
  /** [virtual network] next flit of the buffer */
  head: 72,
  linkShift: LINK_SHIFT,
  // An owner's record.
  ownerStop: 0,
  /** Event kind of a delivery. */
  deliver: 4,
  /** Ticks from ejection to the receiver's handler, and the same for what takes another time. */
  pipeline: 8,
  apart: 16,
  ownerShift: OWNER_SHIFT,
  typeMask: 31,
  networkMask: (1 << FLITS_SHIFT) - 1,
  flitsShift: FLITS_SHIFT,
  flitsMask: (1 << (APART_SHIFT - FLITS_SHIFT)) - 1,
  apartShift: APART_SHIFT,
  // How the way of a message ended.
  delivered: 0,
  arrived: 1,
  onLongLink: 2
} as const
const HEADER_BYTES = 256

/** One owner as the interconnect knows it. */
export interface Attached {
  readonly stop: number
  readonly deliver: number
  readonly pipeline: number
  readonly apart: number
}

/** Ticks and flits of a machine's network. */
export interface WayShape {
  readonly injection: number
  readonly ejection: number
  /** Ticks of a flit at a port. */
  readonly flit: number
  readonly dataFlits: number
  readonly buffer: number
}

/** Lay the interconnect out in `blocks`: its address. */
export function layOut(
  blocks: HeapBlocks,
  graph: Graph,
  shape: WayShape,
  owners: ReadonlyArray<Attached | undefined>
): number {
  const m = wayNumbers
  const links = graph.to.length
  const records = (links + owners.length) << LINK_SHIFT
  const buffers = links * VIRTUAL_NETWORKS * shape.buffer * 8
  const tables = [records, buffers, owners.length << OWNER_SHIFT, graph.next.length * 4, owners.length ** 2 * 4]
  const n = blocks.take(tables.reduce((sum, bytes) => sum + Math.ceil(bytes / 8) * 8, HEADER_BYTES))
  const { cells, reals } = heap
  let end = n + HEADER_BYTES
  const [linksAt = 0, leftAt = 0, ownersAt = 0, nextAt = 0, pairsAt = 0] = tables.map((bytes) => {
    const at = end
    end += Math.ceil(bytes / 8) * 8
    return at
  })
  const header = {
    links: linksAt,
    ports: linksAt + (links << LINK_SHIFT),
    owners: ownersAt,
    next: nextAt,
    pairs: pairsAt
  }
  for (const [field, value] of Object.entries({
    ...header,
    stops: graph.stops,
    ownerCount: owners.length,
    buffer: shape.buffer
  }))
    cells[(n + m[field as keyof typeof m]) >> 2] = value
  reals[(n + m.injection) >> 3] = shape.injection
  reals[(n + m.ejection) >> 3] = shape.ejection
  for (const type of Object.values(Message))
    cells[(n + m.kinds + 4 * type) >> 2] =
      networkOf[type] | ((carriesData(type) ? shape.dataFlits : 1) << FLITS_SHIFT) | (isApart[type] << APART_SHIFT)
  cells.set(graph.next, nextAt >> 2)
  for (let link = 0; link < links + owners.length; link++) {
    const at = linksAt + (link << LINK_SHIFT)
    const isPort = link >= links
    cells[(at + m.to) >> 2] = isPort ? -1 : graph.to[link]
    cells[(at + m.long) >> 2] = isPort ? 0 : graph.long[link]
    cells[(at + m.left) >> 2] = isPort ? 0 : leftAt + link * VIRTUAL_NETWORKS * shape.buffer * 8
    reals[(at + m.latency) >> 3] = isPort ? 0 : graph.latency[link]
    reals[(at + m.flit) >> 3] = isPort ? shape.flit : graph.flit[link]
  }
  owners.forEach((owner, number) => {
    if (owner === undefined) return
    const at = ownersAt + (number << OWNER_SHIFT)
    cells[(at + m.ownerStop) >> 2] = owner.stop
    cells[(at + m.deliver) >> 2] = owner.deliver
    reals[(at + m.pipeline) >> 3] = owner.pipeline
    reals[(at + m.apart) >> 3] = owner.apart
  })
  return n
}
