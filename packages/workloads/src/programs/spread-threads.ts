/** Where the threads of a process run. Law: every core has one thread before any has two. */
import type { MachineNumbers } from "@isolde/core/machines/machine"

/** Hardware thread of worker `worker`, the sockets by turns: of a process that nobody pins. */
export function spreadThread({ sockets, threadsPerTile, tiles }: MachineNumbers, worker: number): number {
  const turn = worker % tiles
  const tile = (turn % sockets) * Math.ceil(tiles / sockets) + Math.floor(turn / sockets)
  return tile * threadsPerTile + Math.floor(worker / tiles)
}

/** The same with one socket's cores filled before the next one's. */
export function packedThread({ threadsPerTile, tiles }: MachineNumbers, worker: number): number {
  return (worker % tiles) * threadsPerTile + Math.floor(worker / tiles)
}

/**
 * A core of its own for each of `workers`, evenly over each socket's: of cores that the firmware has numbered to and fro over
 * the mesh.
 */
export function scatteredThread({ threadsPerTile, tiles }: MachineNumbers, worker: number, workers: number): number {
  return Math.floor((worker * tiles) / workers) * threadsPerTile
}
