/**
 * Which hardware threads one write of the interrupt controller reaches, as the x2APIC numbers them: a cluster is so
 * many consecutive identifiers, every core has as many identifiers as it can have hardware threads, whether or not it
 * has them, and a socket begins a cluster of its own.
 */
import type { MachineNumbers } from "../../machines/machine.ts"
import type { Program } from "../../processor/program.ts"

/** Ticks of one write of the interrupt controller. */
export const sendingOf = ({ interrupt, kernelChoice }: MachineNumbers): number =>
  interrupt.send + (kernelChoice.virtualised ? interrupt.guestSend : 0)

/** Most threads that an action of a program names. */
const MOST = 32

export class InterruptClusters {
  readonly #first: ReadonlyArray<number> // [cluster] first hardware thread, and behind the last cluster the end
  readonly #send: number

  constructor(numbers: MachineNumbers) {
    const { interrupt, sockets, threadsPerTile, tiles } = numbers
    const perSocket = Math.ceil(tiles / sockets) * threadsPerTile
    const cores = Math.floor(interrupt.cluster / interrupt.coreIdentifiers)
    const size = cores === 0 ? 1 : Math.min(cores * threadsPerTile, MOST)
    const first = []
    for (let socket = 0; socket < sockets; socket++)
      for (let at = 0; at < perSocket; at += size) first.push(Math.min(socket * perSocket + at, tiles * threadsPerTile))
    this.#first = [...new Set([...first, tiles * threadsPerTile])]
    this.#send = sendingOf(numbers)
  }

  /** Append one write for each cluster with a thread n for which `wanted[from + n]` is 1; how many writes that is. */
  send(program: Program, vector: number, wanted: Uint8Array, from: number): number {
    let writes = 0
    for (let cluster = 1; cluster < this.#first.length; cluster++) {
      const base = this.#first[cluster - 1]
      let bits = 0
      for (let thread = base; thread < this.#first[cluster]; thread++) bits |= wanted[from + thread] << (thread - base)
      if (bits === 0) continue
      writes++
      program.multicast(base, bits, vector, this.#send)
    }
    return writes
  }
}
