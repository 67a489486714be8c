/**
 * What is claimed of the links, a record each, and the ways along them. A port is the way out to one owner; ports are
 * numbered after the links and have records too.
 * Law: all that a message reads and claims on its way lies in two arrays.
 */
import { grown } from "../kernel/grown.ts"
import type { Graph } from "./graph.ts"
import { VIRTUAL_NETWORKS } from "./virtual-network.ts"

/** Fields of a record: ticks for which a flit takes it, those for which it was claimed, those that messages waited. */
export const FLIT = 0
export const BUSY = 1
export const WAITED = 2
/** By virtual network: time from which it, or one that passes it, finds the link free. */
export const FREE = 3
/** Of a link: ticks of one flit. Of a port: ticks from its last flit to the receiver's handler. */
export const LATENCY = FREE + VIRTUAL_NETWORKS
/** Of a port: the same for what takes another time. */
export const ELSE = LATENCY + 1
/** Of a link, by virtual network and flit of the buffer at its far end: when that was free again. */
export const LEFT = ELSE + 1

/** In place of a link: the message is at its last stop. */
export const Ejected = -1
/** Bit of a link that is long. */
export const LONG = 1

export class LinkRecords {
  values: Float64Array // [link or port][field]
  /** [stop][stop] where its way begins; the ways; and from `heads` on [link][network] the next flit of its buffer. */
  readonly routes: Int32Array
  readonly heads: number
  readonly stride: number
  readonly stops: number
  /** Number of the first owner's port. */
  readonly ports: number
  stop = new Int32Array(0) // [owner] stop
  deliver = new Int32Array(0) // [owner] event kind of a delivery
  readonly #portFlit: number

  /** Buffers hold `buffer` flits; a flit takes a port for `portFlit` ticks. */
  constructor(graph: Graph, buffer: number, portFlit: number) {
    const links = graph.to.length
    const ways = waysOf(graph)
    this.ports = links
    this.stops = graph.stops
    this.heads = ways.length
    this.routes = new Int32Array(ways.length + links * VIRTUAL_NETWORKS)
    this.routes.set(ways)
    this.stride = LEFT + VIRTUAL_NETWORKS * buffer
    this.values = new Float64Array(links * this.stride)
    for (let link = 0; link < links; link++) {
      this.values[link * this.stride + FLIT] = graph.flit[link]
      this.values[link * this.stride + LATENCY] = graph.latency[link]
    }
    this.#portFlit = portFlit
  }

  /** Give `owner`, at a stop, a port; `pipeline` and `apart` are its LATENCY and ELSE. */
  attach(owner: number, stop: number, deliver: number, pipeline: number, apart: number): void {
    const owners = Math.max(this.stop.length, owner + 1)
    const port = (this.ports + owner) * this.stride
    if (owners > this.stop.length) {
      this.stop = grown(this.stop, owners)
      this.deliver = grown(this.deliver, owners)
      this.values = grown(this.values, (this.ports + owners) * this.stride)
    }
    this.stop[owner] = stop
    this.deliver[owner] = deliver
    this.values[port + FLIT] = this.#portFlit
    this.values[port + LATENCY] = pipeline
    this.values[port + ELSE] = apart
  }

  /** [link or port] what `field` holds. */
  all(field: number): Float64Array {
    const { stride, values } = this
    return Float64Array.from({ length: values.length / stride }, (_, link) => values[link * stride + field])
  }
}

/** [stop][stop] where its way begins; then the ways: of each link twice its number, with LONG if it is; then Ejected. */
function waysOf(graph: Graph): Array<number> {
  const { long, next, stops, to } = graph
  const ways: Array<number> = Array.from({ length: stops * stops }, () => 0)
  for (let from = 0; from < stops; from++) {
    for (let destination = 0; destination < stops; destination++) {
      ways[from * stops + destination] = ways.length
      for (let at = from; at !== destination; ) {
        const link = next[at * stops + destination]
        ways.push(link * 2 + (long[link] === 1 ? LONG : 0))
        at = to[link]
      }
      ways.push(Ejected)
    }
  }
  return ways
}
