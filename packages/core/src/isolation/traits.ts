/** What a mechanism is, as data: the simulator, the contract suite and the reader learn it from here. */
import type { Feature } from "../machines/features.ts"
import type { InstructionSet } from "../machines/machine.ts"
import type { RegionKind } from "./regions.ts"
import type { Rights } from "./rights.ts"
import type { ThreadState } from "./thread-state.ts"
import type { Exchange, Place } from "./unit.ts"

/** When a revoked right is gone. */
export type RevocationScope = "everywhere" | "initiator"

export interface Traits {
  /** Instruction sets that have the hardware. */
  readonly isa: ReadonlyArray<InstructionSet>
  /** Hardware that it needs and that not every machine of those sets has; default: none. */
  readonly features?: ReadonlyArray<Feature>
  /** Catalogue name of the machine on which it is measured by default. */
  readonly nativeMachine: string
  /** Access modes that it checks; the others are always admitted. */
  readonly governs: Rights
  /** Kinds of region in which it checks nothing; default the shared runtime's. */
  readonly leaves?: ReadonlyArray<RegionKind>
  /** What it leaves unchecked, in words. */
  readonly ungoverned: ReadonlyArray<string>
  /** Bytes of the smallest object whose rights are its own. */
  readonly granule: number
  /** Domains, and regions with rights of their own, that it can tell apart at once. */
  readonly domains: number
  readonly regions: number
  /** Bytes of a pointer in memory; default 8. Programs whose data hold pointers lay them out by it. */
  readonly pointerBytes?: number
  readonly livesIn: ReadonlyArray<keyof typeof Place>
  readonly revocation: RevocationScope
  /** Freed regions stay usable until a later sweep, or until they are allocated again; default false. */
  readonly quarantines?: boolean
  /** What a hostile domain is assumed to be unable to execute. */
  readonly attacker: string
  /** What of a machine it takes for itself, so that no second mechanism can; default `authority`. */
  readonly takes?: ReadonlyArray<ThreadState>
  /** Unprivileged instructions of the mechanism that a domain may execute by itself; the place is the code. Default: none. */
  readonly instructions?: ReadonlyArray<string>
}

/** What a workload may do beyond entering, leaving, loading, storing and copying. */
export const operationNames = [
  /** `grant` and `revoke` of rights that others keep. */
  "grant",
  "revoke",
  "move",
  "share",
  /** Rights to read alone. */
  "readOnly",
  "allocate",
  "free",
  "terminate",
  /** Accesses through handles: keep, recall, drop, derive. */
  "handles",
  /** Unprivileged instructions of the mechanism's own. */
  "instruction"
] as const
export type OperationName = (typeof operationNames)[number]

/** What a run would ask of a mechanism. */
export interface Demand {
  readonly domains: number
  readonly exchange: Exchange
  /** Exchange objects, as one worker meets them, whose rights change on their own. */
  readonly objects: number
  /** What it uses beyond enter, leave, load, store and copy: of `operationNames`. */
  readonly operations: ReadonlyArray<string>
  /** Pointers lie among its data, and it can't say where, as a recording can't; default false. */
  readonly unknownPointers?: boolean
}
