/**
 * Which hardware thread a worker runs on where its plan doesn't say.
 * Law: it depends on the machine and the worker's number alone.
 */
import type { MachineNumbers } from "../machines/machine.ts"

/** Workers fill the tiles first, one thread each, then the second threads. */
export function threadOf(worker: number, numbers: MachineNumbers): number {
  return (worker % numbers.tiles) * numbers.threadsPerTile + Math.floor(worker / numbers.tiles)
}
