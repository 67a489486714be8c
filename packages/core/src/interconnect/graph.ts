/**
 * The interconnect as data: stops and directed links, each with its latency and the ticks that a flit takes it, and
 * the link by which every stop goes on towards every other.
 *
 *   NG1  a way is a shortest one, in latency, then in links; of equal ones the link that was laid first is taken.
 *        So a mesh is XY-routed (a stop's links along its row come first) and a ring breaks its tie clockwise
 *   NG2  every stop reaches every other
 *
 * Kinds of one socket: a crossbar is one stop, contention is for what is attached to it; a ring joins each stop with
 * both neighbours; a mesh with up to four; complexes are stops around the stop of a central fabric. Sockets of any
 * kind are joined gateway to gateway.
 */
import { invariant } from "../kernel/model-defect.ts"
import type { MachineNumbers, Topology } from "../machines/machine.ts"

export class Graph {
  /** Stops of one socket; stop `s` of socket `k` is number `k * stopsPerSocket + s`. */
  readonly stopsPerSocket: number
  readonly stops: number
  readonly to: Int32Array // [link] stop
  readonly latency: Float64Array // [link] ticks of one flit
  readonly flit: Float64Array // [link] ticks for which one flit takes it
  /** A link so long that a message is taken up again at its far end: to a fabric, from it, or between sockets. */
  readonly long: Uint8Array // [link] 0 or 1
  readonly next: Int32Array // [stop][destination stop] link, or -1
  /** Most long links of any way. */
  readonly legs: number

  constructor(numbers: MachineNumbers) {
    const { network, sockets, topology } = numbers
    const links: Array<Link> = []
    this.stopsPerSocket = stopsOf(numbers)
    this.stops = this.stopsPerSocket * sockets
    for (let socket = 0; socket < sockets; socket++) layOut(numbers, socket * this.stopsPerSocket, links)
    const gateway = gatewayOf(numbers)
    for (const [a, b] of neighbours(sockets, topology.between)) {
      const ends = [a * this.stopsPerSocket + gateway, b * this.stopsPerSocket + gateway] as const
      join(links, ends[0], ends[1], network.socket, 1)
    }
    this.to = Int32Array.from(links, ({ to }) => to)
    this.latency = Float64Array.from(links, ({ latency }) => latency)
    this.flit = Float64Array.from(links, ({ flit }) => flit)
    this.long = Uint8Array.from(links, ({ long }) => long)
    this.next = routes(this.stops, links)
    this.legs = mostLong(this)
  }

  /** Links of the way between two stops, in order. */
  way(from: number, to: number): Array<number> {
    const links: Array<number> = []
    for (let at = from; at !== to; at = this.to[links.at(-1) as number] as number) {
      const link = this.next[at * this.stops + to] as number
      invariant(link >= 0 && links.length < this.stops, "NG2", `no way from stop ${from} to stop ${to}`)
      links.push(link)
    }
    return links
  }
}

interface Link {
  readonly from: number
  readonly to: number
  readonly latency: number
  readonly flit: number
  readonly long: 0 | 1
}

interface Kind {
  readonly latency: number
  readonly flit: number
}

/** Both directions between two stops. */
function join(links: Array<Link>, a: number, b: number, { flit, latency }: Kind, long: 0 | 1): void {
  // A long link takes a tick at least: what arrives is an event after the one that sent.
  const ticks = long === 1 ? Math.max(1, latency) : latency
  links.push({ from: a, to: b, latency: ticks, flit, long }, { from: b, to: a, latency: ticks, flit, long })
}

function stopsOf({ network, topology }: MachineNumbers): number {
  if (topology.kind === "crossbar") return 1
  return network.columns * network.rows + (topology.kind === "complexes" ? 1 : 0)
}

/** Stop of a socket, counted from its first, to which inter-socket links lead. */
export function gatewayOf({ network, topology }: MachineNumbers): number {
  if (topology.kind === "complexes") return network.columns * network.rows
  return topology.kind === "mesh" ? network.columns >> 1 : 0
}

function layOut({ network, topology }: MachineNumbers, first: number, links: Array<Link>): void {
  const { columns, fabric, rows } = network
  const hop = { latency: network.hop, flit: network.flit }
  const stops = columns * rows
  if (topology.kind === "complexes")
    for (let at = 0; at < stops; at++) join(links, first + at, first + stops, fabric, 1)
  if (topology.kind === "ring" && stops > 1) {
    for (let at = 0; at < stops; at++) links.push({ from: first + at, to: first + ((at + 1) % stops), ...hop, long: 0 })
    for (let at = 0; at < stops; at++) links.push({ from: first + ((at + 1) % stops), to: first + at, ...hop, long: 0 })
  }
  if (topology.kind !== "mesh") return
  for (let at = 0; at < stops; at++) if ((at + 1) % columns !== 0) join(links, first + at, first + at + 1, hop, 0)
  for (let at = 0; at + columns < stops; at++) join(links, first + at, first + at + columns, hop, 0)
}

/** Pairs of sockets with a link of their own. */
function neighbours(sockets: number, between: Topology["between"]): Array<readonly [number, number]> {
  const pairs: Array<readonly [number, number]> = []
  for (let a = 0; a < sockets; a++) {
    for (let b = a + 1; b < sockets; b++) {
      const apart = b - a
      const edge = between === "cube" && (a ^ b) === ((a ^ b) & -(a ^ b))
      if (between === "all" || edge || (between === "ring" && (apart === 1 || apart === sockets - 1)))
        pairs.push([a, b])
    }
  }
  return pairs
}

function mostLong(graph: Graph): number {
  let most = 0
  if (!graph.long.includes(1)) return most
  for (let from = 0; from < graph.stops; from++) {
    for (let to = 0; to < graph.stops; to++) {
      most = Math.max(
        most,
        graph.way(from, to).reduce((sum, link) => sum + (graph.long[link] as number), 0)
      )
    }
  }
  return most
}

/** Weight of a tick against a link: ticks are multiples of 1/1024, and no way has 2^20 links. */
const TICK = 2 ** 30

/** NG1: for each destination, least weights by relaxation from it, then each stop's first link that attains its own. */
function routes(stops: number, links: ReadonlyArray<Link>): Int32Array {
  const next = new Int32Array(stops * stops).fill(-1)
  const weight = new Float64Array(stops)
  for (let destination = 0; destination < stops; destination++) {
    weight.fill(Infinity)
    weight[destination] = 0
    for (let changed = true; changed; ) {
      changed = false
      for (const { from, latency, to } of links) {
        const through = (weight[to] as number) + latency * TICK + 1
        if (through >= (weight[from] as number)) continue
        weight[from] = through
        changed = true
      }
    }
    for (const [link, { from, latency, to }] of links.entries()) {
      const at = from * stops + destination
      if (from === destination || next[at] !== -1) continue
      if ((weight[to] as number) + latency * TICK + 1 === weight[from]) next[at] = link
    }
  }
  return next
}
