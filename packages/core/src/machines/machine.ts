/**
 * A machine is data: every number with its unit, meaning, source and, where it is not well known, a range.
 * `numbersOf` strips it to what the parts read. All latencies are ticks of the core's clock.
 */

import type { CacheSizes } from "./cache-choice.ts"
import type { Feature } from "./features.ts"
import type { KernelVersion } from "./kernel-version.ts"
import type { MachineShape, Sourced } from "./shape.ts"
import type { ShootdownChoice, ShootdownOptions } from "./shootdown-choice.ts"

/** How the operating system is set up. */
export interface KernelChoice {
  /** User code runs on page tables without the kernel: every entry and exit writes CR3. */
  readonly pageTableIsolation: boolean
  /** The operating system is a guest: exceptions and interrupts cost what they cost there. */
  readonly virtualised: boolean
  /** Ticks from one timer interrupt of a hardware thread to the next; 0: there are none. */
  readonly tick: number
  /** Linux whose way of flushing it has. */
  readonly version: KernelVersion
}

/** How the stops of one socket are joined: interconnect/graph.ts. */
export type TopologyKind = "crossbar" | "ring" | "mesh" | "complexes"

/** What of the interconnect is a choice and no number. */
export interface Topology {
  readonly kind: TopologyKind
  /** Cores, with their share of the LLC slices, behind one stop of the fabric; of `complexes` only, else 0. */
  readonly coresPerComplex: number
  /** Which sockets have a link of their own: all pairs, neighbours in a ring, or the edges of a cube. */
  readonly between: "all" | "ring" | "cube"
  /** How the data of a line that another tile owns come to the requester: from the owner, or by way of the home. */
  readonly answers: "direct" | "by home"
}

/**
 * What the running parts read. Latencies are ticks, multiples of 1/1024 of one where the silicon counts them in
 * another clock: whoever schedules an event adds them up along its path and rounds once.
 */
export type MachineNumbers = MachineShape<number> & {
  readonly tiles: number
  readonly threadsPerTile: number
  readonly sockets: number
  readonly topology: Topology
  readonly kernelChoice: KernelChoice
  readonly protocol: Protocol
  readonly llcPolicy: LlcPolicy
  readonly shootdown: ShootdownChoice
} & Pick<Machine, "memoryModel" | "strideBy">

/** How private caches and homes share a line: whether a dirty line may be shared by its owner (O). */
export type Protocol = "mesi" | "moesi"

/**
 * What the LLC holds. `inclusive`: every line that a tile holds; a line that leaves the LLC leaves the tiles too.
 * `non-inclusive`: what the L2s evict and what several tiles share; a snoop filter knows what the tiles hold, and a
 * line that leaves the filter leaves the tiles too.
 */
export type LlcPolicy = "inclusive" | "non-inclusive"

export type InstructionSet = "x86-64" | "aarch64"

export interface Machine {
  readonly name: string
  readonly isa: InstructionSet
  /** `tso`: stores drain in order, loads read in order. `arm`: both only within a line and around barriers. */
  readonly memoryModel: "tso" | "arm"
  /** What the L1D's stride prefetcher keeps a history of: a load instruction, or a page. */
  readonly strideBy: "instruction" | "page"
  readonly tiles: number
  readonly threadsPerTile: 1 | 2
  /** Sockets, among which tiles are divided evenly; slices, stops and channels are counted per socket. */
  readonly sockets: number
  readonly topology: Topology
  readonly kernel: KernelChoice
  readonly protocol: Protocol
  readonly llcPolicy: LlcPolicy
  /** Hardware for isolation that the silicon has, beyond its instruction set. */
  readonly features: ReadonlyArray<Feature>
  /** How stale translations leave other tiles. */
  readonly shootdown: ShootdownChoice
  readonly parameters: MachineShape<Sourced>
  /** Values that replace those of `parameters`, for studies and tests. */
  readonly overrides: DeepPartial<MachineShape<number>>
}

export type DeepPartial<T> = { readonly [K in keyof T]?: T[K] extends number ? number : DeepPartial<T[K]> }

/** What a caller may choose about a machine. */
export interface MachineOptions extends ShootdownOptions {
  /** Cores (tiles) that the machine has, in all sockets together. */
  readonly cores?: number
  readonly threadsPerCore?: 1 | 2
  /** Sockets, where the silicon can be joined with others of its kind; default 1. */
  readonly sockets?: number
  /** Clock of every core: the base clock (default), the turbo clock, or so many GHz. */
  readonly clock?: "base" | "turbo" | number
  /** Default: page tables not isolated, not virtualised. */
  readonly kernel?: Partial<KernelChoice>
  /** Default: the silicon's. */
  readonly protocol?: Protocol
  /** Default: the silicon's. */
  readonly llcPolicy?: LlcPolicy
  readonly overrides?: DeepPartial<MachineShape<number>> & CacheSizes
}

/** Numbers by machine: who explores schedules builds one machine ten thousand times. */
const known = new WeakMap<Machine, MachineNumbers>()

/** The numbers alone, overrides applied, latencies in ticks of the clock chosen. */
export function numbersOf(machine: Machine): MachineNumbers {
  const numbers = known.get(machine) ?? computed(machine)
  known.set(machine, numbers)
  return numbers
}

function computed(machine: Machine): MachineNumbers {
  const { overrides, parameters } = machine
  const reference = parameters.clock.value
  const clock = overrides.clock ?? reference
  const network = overrides.network?.clock ?? parameters.network.clock.value
  const units = { ns: clock, "network cycle": network === 0 ? 1 : clock / network }
  const numbers = strip(parameters as unknown as Tree, overrides as Tree, units)
  // V8 keeps an object that grew by computed names as a hash table, and one that it parsed as a record.
  const shape = JSON.parse(JSON.stringify(numbers)) as MachineShape<number>
  return {
    ...shape,
    memory: clock === reference ? shape.memory : retimed(machine, clock / reference),
    kernelChoice: machine.kernel,
    tiles: machine.tiles,
    threadsPerTile: machine.threadsPerTile,
    sockets: machine.sockets,
    topology: machine.topology,
    protocol: machine.protocol,
    llcPolicy: machine.llcPolicy,
    memoryModel: machine.memoryModel,
    strideBy: machine.strideBy,
    shootdown: machine.shootdown
  }
}

/** Every parameter with its dotted path: what `isolde params` and the audit list. */
export function listParameters(machine: Machine): Array<{ readonly path: string; readonly parameter: Sourced }> {
  const rows: Array<{ path: string; parameter: Sourced }> = []
  const visit = (tree: Tree, path: string) => {
    for (const [name, child] of Object.entries(tree)) {
      const at = path === "" ? name : `${path}.${name}`
      if (isSourced(child)) rows.push({ path: at, parameter: child })
      else visit(child as Tree, at)
    }
  }
  visit(machine.parameters as unknown as Tree, "")
  return rows
}

interface Tree {
  readonly [name: string]: Tree | Sourced | number | undefined
}

const isSourced = (node: unknown): node is Sourced => typeof node === "object" && node !== null && "source" in node

/** Memory keeps its time, whatever the core's clock: ticks of the reference clock become `ratio` times as many. */
function retimed({ overrides, parameters }: Machine, ratio: number): MachineShape<number>["memory"] {
  const numbers: Record<string, number> = {}
  for (const [name, { unit, value }] of Object.entries(parameters.memory as Record<string, Sourced>)) {
    numbers[name] = unit === "tick" ? Math.max(Math.sign(value), Math.round(value * ratio)) : value
  }
  return { ...(numbers as MachineShape<number>["memory"]), ...overrides.memory }
}

/** Parts of a tick that a latency in another clock is rounded to; sums of such are exact. */
const FRACTION = 1024

/** A whole number that a division left as a double, as the small integer that V8 computes with fastest. */
const small = (value: number): number => ((value | 0) === value ? value | 0 : value)

/** The numbers of `tree`; one of a unit in `units` is so many ticks. */
function strip(tree: Tree, overrides: Tree | undefined, units: Readonly<Record<string, number>>): Tree {
  const numbers: Record<string, Tree | number> = {}
  for (const [name, child] of Object.entries(tree)) {
    const chosen = overrides?.[name]
    if (isSourced(child)) {
      const value = typeof chosen === "number" ? chosen : child.value
      const ticks = units[child.unit]
      numbers[name] = small(ticks === undefined ? value : Math.round(value * ticks * FRACTION) / FRACTION)
    } else numbers[name] = strip(child as Tree, chosen as Tree | undefined, units)
  }
  return numbers
}
