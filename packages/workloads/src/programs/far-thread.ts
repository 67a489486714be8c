/** Where a thread runs that the thread on hardware thread 0 talks to. Law: a machine without such a place is refused. */
import type { InputIssue, Machine } from "@isolde/core"
import type { MachineNumbers } from "@isolde/core/machines/machine"

/** The other thread of the core, the next core of the socket, or the first core of the other socket. */
export type Far = "sibling" | "socket" | "other"

/** Its hardware thread. */
export function farThread({ sockets, threadsPerTile, tiles }: MachineNumbers, far: Far): number {
  return { sibling: 1, socket: threadsPerTile, other: Math.ceil(tiles / sockets) * threadsPerTile }[far]
}

/** What is wrong with `far` on `machine` for parameter `path`. */
export function farIssues(path: string, far: Far, machine: Machine | undefined): ReadonlyArray<InputIssue> {
  if (machine === undefined) return []
  const { name, sockets, threadsPerTile, tiles } = machine
  const [has, lacks, remedy] = {
    sibling: [threadsPerTile > 1, "two threads a core", `${name}:threadsPerCore=2`] as const,
    socket: [tiles > sockets, "two cores a socket", `${name}:cores=${2 * sockets}`] as const,
    other: [sockets > 1, "two sockets", `${name}:sockets=2:cores=${2 * tiles}`] as const
  }[far]
  if (has) return []
  return [{ path, expected: `a machine with ${lacks}`, actual: far, remedy: `Choose ${remedy}, or another place.` }]
}
