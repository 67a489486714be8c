/**
 * What a machine's numbers add up to on an idle machine: the sums that the published latencies name.
 * Law: the sums follow the paths that the parts take, averaged over all tiles, homes and channels.
 */
import type { MachineNumbers } from "./machine.ts"

/** Sums in ticks; the averages need not be integers. */
export interface Latencies {
  /** Least time between owners: injection + ejection + the shortest receiver pipeline. */
  readonly lookahead: number
  /** Load-to-use of an LLC hit. */
  readonly llcHit: number
  /** Load-to-use of a load that misses everywhere, when its bank is closed and no refresh is under way. */
  readonly dram: number
  /** Load-to-use of a line that another tile holds in M; with a single tile, of one that none holds. */
  readonly coreToCore: number
}

/** From the place of a read in an idle channel's queue to the departure of its data: its bank is closed. */
export const readOf = ({ controller, tCL, tRCD }: MachineNumbers["memory"]): number => tRCD + tCL + controller

/** The sums of `numbers`, in closed form. */
export function latenciesOf(numbers: MachineNumbers): Latencies {
  const { l2, llc, memory, mesh } = numbers
  const { columns, rows } = mesh
  const stops = Array.from({ length: columns * rows }, (_, stop) => stop)
  const tiles = stops.slice(0, numbers.tiles)
  const homes = Array.from({ length: llc.slices }, (_, slice) => slice % stops.length)
  // Channels sit along the left and right edge in turn.
  const channels = Array.from({ length: memory.channels }, (_, channel) => {
    const row = (channel >> 1) % rows
    return row * columns + (channel & 1 ? columns - 1 : 0)
  })
  const hopsBetween = (a: number, b: number): number =>
    Math.abs((a % columns) - (b % columns)) + Math.abs(Math.floor(a / columns) - Math.floor(b / columns))
  const distance = (from: ReadonlyArray<number>, to: ReadonlyArray<number>): number => {
    let hops = 0
    for (const a of from) for (const b of to) hops += hopsBetween(a, b)
    return (hops / (from.length * to.length)) * mesh.hop
  }
  // A tile is no owner of what it asks for: the pairs without the diagonal.
  const toOthers = distance(tiles, tiles) * (tiles.length / Math.max(1, tiles.length - 1))
  const least = mesh.injection + mesh.ejection
  const extra = mesh.dataFlits - 1
  const tileHome = least + distance(tiles, homes)
  const homeChannel = least + distance(homes, channels)
  const request = l2.latency + tileHome + llc.pipeline
  const llcHit = request + tileHome + extra + l2.pipeline
  return {
    lookahead: least + Math.min(l2.pipeline, llc.pipeline, memory.pipeline),
    llcHit,
    dram: llcHit + homeChannel + memory.pipeline + readOf(memory) + homeChannel + extra + memory.fill,
    coreToCore: request + tileHome + l2.pipeline + least + toOthers + extra + l2.pipeline
  }
}
