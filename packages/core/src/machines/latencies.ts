/**
 * What a machine's numbers add up to on an idle machine: the sums that the published latencies name.
 * Law: the sums follow the ways of the graph that the parts take, each rounded once as a delivery is, and are averaged
 * over all tiles, homes and channels of one socket and, for `acrossSockets`, over the tiles of two.
 */
import { Graph } from "../interconnect/graph.ts"
import { Placement } from "../interconnect/placement.ts"
import type { MachineNumbers } from "./machine.ts"

/** Sums in ticks; the averages need not be integers. */
export interface Latencies {
  /** Least time between owners: injection + ejection + the shortest receiver pipeline. */
  readonly lookahead: number
  /** Load-to-use of an LLC hit, in the tile's own socket or complex. */
  readonly llcHit: number
  /** Load-to-use of a load that misses everywhere, when its bank is closed and no refresh is under way. */
  readonly dram: number
  /** Load-to-use of a line that another tile of the socket holds in M; with a single tile, of one that none holds. */
  readonly coreToCore: number
  /** The same from a tile of socket 0 to one of the last socket, the line's home between them; 0 with one socket. */
  readonly acrossSockets: number
}

/** From the place of a read in an idle channel's queue to the departure of its data: its bank is closed. */
export const readOf = ({ controller, tCL, tRCD }: MachineNumbers["memory"]): number => tRCD + tCL + controller

/** Ticks that a read waits for refreshes on average, where reads are few and care for none: tRFC / tREFI x tRFC / 2. */
export const refreshWait = ({ tREFI, tRFC }: MachineNumbers["memory"]): number => (tRFC * tRFC) / (2 * tREFI)

/** Ticks of the shortest message to a tile: what is told to another owner takes at least so long. */
export const leastWayToTile = (numbers: MachineNumbers): number => flight(numbers, 0, numbers.l2.pipeline)

/** Ticks from a departure to the effect at the other end of a way of so many ticks, rounded as a delivery is. */
const flight = ({ network }: MachineNumbers, way: number, pipeline: number): number =>
  Math.floor(Math.max(1, network.injection) + way + network.ejection + pipeline + 0.5)

/** The sums of `numbers`, in closed form. */
export function latenciesOf(numbers: MachineNumbers): Latencies {
  const { l2, llc, memory, network, sockets } = numbers
  const placement = new Placement(numbers)
  const ticks = waysOf(numbers)
  const line = network.dataFlits
  const tiles = Array.from({ length: numbers.tiles }, (_, tile) => tile)
  const stops = tiles.map((tile) => placement.stopOfTile(tile))
  const nodes = tiles.map((tile) => placement.nodeOfTile(tile))
  const homes = Array.from({ length: placement.nodes }, (_, node) => homesOf(placement, llc.slices, node))
  const channels = Array.from({ length: memory.channels }, (_, channel) => placement.stopOfChannel(channel))
  const tilesOf = (socket: number) => tiles.filter((tile) => placement.socketOfTile(tile) === socket)

  const toHome = homes.map((at) => stops.map((stop) => mean(at.map((home) => ticks(stop, home, 1, llc.pipeline)))))
  const fromHome = homes.map((at) => stops.map((stop) => mean(at.map((home) => ticks(home, stop, line, l2.pipeline)))))
  const forward = homes.map((at) => stops.map((stop) => mean(at.map((home) => ticks(home, stop, 1, l2.pipeline)))))
  const toMemory = homes.map((at) => {
    const ways = at.map((home) =>
      mean(channels.map((to) => ticks(home, to, 1, memory.pipeline) + ticks(to, home, line, memory.fill)))
    )
    return mean(ways)
  })
  /** A request that its home forwards to the owner, whose data come back; averaged over requesters and other owners. */
  const transfer = (requesters: ReadonlyArray<number>, owners: ReadonlyArray<number>): number =>
    mean(
      requesters.flatMap((tile) =>
        owners
          .filter((owner) => owner !== tile || owners.length === 1)
          .map(
            (owner) =>
              at(toHome, nodes, tile, tile) +
              at(forward, nodes, tile, owner) +
              ticks(stops[owner] as number, stops[tile] as number, line, l2.pipeline)
          )
      )
    )
  const own = tilesOf(0)
  const llcHit = l2.latency + mean(own.map((tile) => at(toHome, nodes, tile, tile) + at(fromHome, nodes, tile, tile)))
  return {
    lookahead: Math.min(
      ...[l2.pipeline, llc.pipeline, memory.pipeline].map((pipeline) => flight(numbers, 0, pipeline))
    ),
    llcHit,
    dram: llcHit + mean(own.map((tile) => toMemory[nodes[tile] as number] as number)) + readOf(memory),
    coreToCore: l2.latency + transfer(own, own),
    acrossSockets: sockets === 1 ? 0 : l2.latency + transfer(own, tilesOf(sockets - 1))
  }
}

/** Ticks of a message of `flits` from stop to stop; its last flit comes later by those of the slowest link. */
function waysOf(numbers: MachineNumbers): (from: number, to: number, flits: number, pipeline: number) => number {
  const graph = new Graph(numbers)
  const latency = new Float64Array(graph.stops ** 2)
  const slowest = new Float64Array(graph.stops ** 2).fill(numbers.network.flit)
  for (let from = 0; from < graph.stops; from++) {
    for (let to = 0; to < graph.stops; to++) {
      const pair = from * graph.stops + to
      for (const link of graph.way(from, to)) {
        latency[pair] = (latency[pair] as number) + (graph.latency[link] as number)
        slowest[pair] = Math.max(slowest[pair] as number, graph.flit[link] as number)
      }
    }
  }
  return (from, to, flits, pipeline) => {
    const pair = from * graph.stops + to
    return flight(numbers, (latency[pair] as number) + (flits - 1) * (slowest[pair] as number), pipeline)
  }
}

/** Stops of the slices of one node. */
function homesOf(placement: Placement, slices: number, node: number): Array<number> {
  const first = placement.socketOfNode(node) * slices + (node % placement.nodesPerSocket)
  return Array.from({ length: placement.slicesOf(node) }, (_, slice) =>
    placement.stopOfSlice(first + slice * placement.nodesPerSocket)
  )
}

/** What `table` says of the homes of `tile`'s node and of tile `other`. */
const at = (table: Array<Array<number>>, nodes: Array<number>, tile: number, other: number): number =>
  table[nodes[tile] as number]?.[other] as number

const mean = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0) / values.length
