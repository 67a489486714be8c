/**
 * Where tiles, LLC slices and memory channels sit, and which slice is the home of a line.
 *
 *   PL1  a node is what keeps its own memory's lines in its own slices: a socket, or a complex of one. The home of a
 *        line is a slice of the node that holds its frame
 *   PL2  tiles are divided evenly among the sockets, in order; slices and channels are counted per socket
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { gatewayOf } from "./graph.ts"

export class Placement {
  /** Nodes of the machine, and of each socket. */
  readonly nodes: number
  readonly nodesPerSocket: number
  /** Slices and channels of the whole machine. */
  readonly slices: number
  readonly channels: number
  readonly #numbers: MachineNumbers
  readonly #stops: number
  readonly #first: Int32Array // [node] its first slice
  readonly #count: Int32Array // [node] its slices, `nodesPerSocket` apart

  constructor(numbers: MachineNumbers) {
    const { llc, memory, network, sockets, topology } = numbers
    const complexes = topology.kind === "complexes" ? network.columns * network.rows : 1
    this.#numbers = numbers
    this.#stops = topology.kind === "crossbar" ? 1 : network.columns * network.rows
    // A complex without a slice would have no home for its memory.
    this.nodesPerSocket = Math.min(complexes, llc.slices)
    this.nodes = this.nodesPerSocket * sockets
    this.slices = llc.slices * sockets
    this.channels = memory.channels * sockets
    const nodes = Array.from({ length: this.nodes }, (_, node) => node)
    this.#first = Int32Array.from(nodes, (node) => this.socketOfNode(node) * llc.slices + (node % this.nodesPerSocket))
    this.#count = Int32Array.from(nodes, (node) =>
      Math.ceil((llc.slices - (node % this.nodesPerSocket)) / this.nodesPerSocket)
    )
  }

  socketOfTile(tile: number): number {
    return Math.floor((tile * this.#numbers.sockets) / this.#numbers.tiles)
  }

  socketOfNode(node: number): number {
    return Math.floor(node / this.nodesPerSocket)
  }

  /** Node on which a tile's threads run: where the pages lie that they touch first. */
  nodeOfTile(tile: number): number {
    const complex = this.#complexOfTile(tile)
    return this.socketOfTile(tile) * this.nodesPerSocket + (complex % this.nodesPerSocket)
  }

  /** PL1: the home of `line`, held by `node`, is this slice: folded address bits pick it. */
  sliceOf(node: number, line: number): number {
    const folded = (line ^ (line >>> 7) ^ (line >>> 13)) & 0x7fff_ffff
    return this.#first[node] + (folded % this.#count[node]) * this.nodesPerSocket
  }

  /** Lines of `node` that one slice is the home of lie so many lines apart, on average. */
  slicesOf(node: number): number {
    return this.#count[node]
  }

  /** Tiles fill their socket's stops row by row, or its complexes; more of them than stops share one. */
  stopOfTile(tile: number): number {
    const complexes = this.#numbers.topology.kind === "complexes"
    const local = complexes ? this.#complexOfTile(tile) : this.#local(tile)
    return this.#firstStop(this.socketOfTile(tile)) + (local % this.#stops)
  }

  /** Slices sit with the tiles. */
  stopOfSlice(slice: number): number {
    const { slices } = this.#numbers.llc
    return this.#firstStop(Math.floor(slice / slices)) + ((slice % slices) % this.#stops)
  }

  /** Along the left and right edge of a mesh in turn, evenly around a ring, at the fabric of complexes. */
  stopOfChannel(channel: number): number {
    const { memory, network, topology } = this.#numbers
    const { columns, rows } = network
    const local = channel % memory.channels
    const first = this.#firstStop(Math.floor(channel / memory.channels))
    if (topology.kind === "mesh") return first + ((local >> 1) % rows) * columns + (local & 1 ? columns - 1 : 0)
    if (topology.kind === "ring") return first + (Math.floor((local * this.#stops) / memory.channels) % this.#stops)
    return first + gatewayOf(this.#numbers)
  }

  #firstStop(socket: number): number {
    return socket * (this.#stops + (this.#numbers.topology.kind === "complexes" ? 1 : 0))
  }

  /** Number of a tile within its socket. */
  #local(tile: number): number {
    const { sockets, tiles } = this.#numbers
    return tile - Math.ceil((this.socketOfTile(tile) * tiles) / sockets)
  }

  #complexOfTile(tile: number): number {
    const { coresPerComplex, kind } = this.#numbers.topology
    return kind === "complexes" ? Math.floor(this.#local(tile) / coresPerComplex) % this.#stops : 0
  }
}
