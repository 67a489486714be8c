/**
 * What a machine's numbers add up to on an idle machine: the sums that the published latencies name.
 * Law: the sums follow the ways of the graph that the parts take, each rounded once as a delivery is, and are averaged
 * over all tiles, homes and channels of one node, a socket or a complex of it, and of the last socket where it says so.
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
  /** Load-to-use of a line that another tile of the node holds in M; with a single tile, of one that none holds. */
  readonly coreToCore: number
  /** The same from a tile of socket 0 to one of the last socket, the line's home between them; 0 with one socket. */
  readonly acrossSockets: number
  /**
   * From one tile's having a line to the other's having it, while two tiles of a node want to write it all the time:
   * the forward to the owner, its answer, and the Unblock behind which the home forwards the next request.
   */
  readonly handOver: number
  /** The same with the tiles in two complexes of a socket, the line's home in one of them; 0 with one complex. */
  readonly handOverComplexes: number
  /** The same with the tiles in socket 0, where the line's home is, and in the last socket; 0 with one socket. */
  readonly handOverSockets: number
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
  const forwarded = l2.pipeline + l2.latency
  const tiles = Array.from({ length: numbers.tiles }, (_, tile) => tile)
  const stops = tiles.map((tile) => placement.stopOfTile(tile))
  const nodes = tiles.map((tile) => placement.nodeOfTile(tile))
  const homes = Array.from({ length: placement.nodes }, (_, node) => homesOf(placement, llc.slices, node))
  const channels = Array.from({ length: memory.channels }, (_, channel) => placement.stopOfChannel(channel))
  const tilesOf = (socket: number) => tiles.filter((tile) => placement.socketOfTile(tile) === socket)

  const toHome = homes.map((at) => stops.map((stop) => mean(at.map((home) => ticks(stop, home, 1, llc.pipeline)))))
  const fromHome = homes.map((at) => stops.map((stop) => mean(at.map((home) => ticks(home, stop, line, l2.pipeline)))))
  const forward = homes.map((at) => stops.map((stop) => mean(at.map((home) => ticks(home, stop, 1, forwarded)))))
  const toMemory = homes.map((at) => {
    const ways = at.map((home) =>
      mean(channels.map((to) => ticks(home, to, 1, memory.pipeline) + ticks(to, home, line, memory.fill)))
    )
    return mean(ways)
  })
  const homeOf = (tile: number): number => nodes[tile] as number
  const answer = homes.map((at) => stops.map((stop) => mean(at.map((home) => ticks(stop, home, line, llc.pipeline)))))
  /** The owner's data, from there or by way of a home of `node`. */
  const back = (node: number, tile: number, owner: number): number =>
    numbers.topology.answers === "direct"
      ? ticks(stops[owner] as number, stops[tile] as number, line, l2.pipeline)
      : of(answer, node, owner) + of(fromHome, node, tile)
  const served = (node: number, tile: number, owner: number): number =>
    of(forward, node, owner) + back(node, tile, owner)
  /** A request whose home forwards it to the owner, whose data come back; the home near the requester. */
  const asked = (tile: number, owner: number): number =>
    of(toHome, homeOf(tile), tile) + served(homeOf(tile), tile, owner)
  /** What follows once the home has the request: up to the Unblock; the home near `tile` or its partner. */
  const handed = (node: number, tile: number, owner: number): number =>
    served(node, tile, owner) + of(toHome, node, tile)
  const pairs = (
    from: ReadonlyArray<number>,
    to: ReadonlyArray<number>,
    sum: (tile: number, other: number) => number
  ): number =>
    mean(
      from.flatMap((tile) => to.filter((other) => other !== tile || to.length === 1).map((other) => sum(tile, other)))
    )
  const own = tiles.filter((tile) => nodes[tile] === 0)
  const beside = tilesOf(0).filter((tile) => nodes[tile] !== 0)
  const far = tilesOf(sockets - 1)
  const toAndFro = (near: number, there: number): number =>
    (handed(homeOf(near), near, there) + handed(homeOf(near), there, near)) / 2
  const llcHit = l2.latency + mean(own.map((tile) => of(toHome, homeOf(tile), tile) + of(fromHome, homeOf(tile), tile)))
  return {
    lookahead: Math.min(
      ...[l2.pipeline, llc.pipeline, memory.pipeline].map((pipeline) => flight(numbers, 0, pipeline))
    ),
    llcHit,
    dram: llcHit + mean(own.map((tile) => toMemory[nodes[tile] as number] as number)) + readOf(memory),
    coreToCore: l2.latency + pairs(own, own, asked),
    acrossSockets: sockets === 1 ? 0 : l2.latency + pairs(own, far, asked),
    handOver: pairs(own, own, (tile, other) => handed(homeOf(tile), tile, other)),
    handOverComplexes: beside.length === 0 ? 0 : pairs(own, beside, toAndFro),
    handOverSockets: sockets === 1 ? 0 : pairs(own, far, toAndFro)
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

/** What `table` says of the homes of `node` and of `tile`. */
const of = (table: Array<Array<number>>, node: number, tile: number): number => table[node]?.[tile] as number

const mean = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0) / values.length
