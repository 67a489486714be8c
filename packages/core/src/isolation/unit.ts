/**
 * The timed half of a mechanism: how it lowers isolation operations into programs of machine actions, and
 * what each hardware thread would allow now. Integers in, integers out; no allocation once built.
 */

import type { MachineNumbers } from "../machines/machine.ts"
import type { MemoryChannels } from "../memory/channel.ts"
import type { PageSize } from "../memory/page-size.ts"
import type { Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import type { KernelRoutines } from "../os/kernel-routines.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { AccessCheck } from "../processor/memory-port.ts"
import type { Program } from "../processor/program.ts"
import type { NestedWalk } from "../translation/nested-walk.ts"
import type { Regions } from "./regions.ts"
import type { Rights } from "./rights.ts"

/** How objects cross between domains, chosen by the scenario and the same for all mechanisms compared. */
export type Exchange = "share" | "borrow" | "copy"

/** What the machine lends to a mechanism while it is built. */
export interface MachineParts {
  readonly numbers: MachineNumbers
  readonly pages: Pages
  readonly words: Words
  readonly regions: Regions
  readonly domains: number
  readonly exchange: Exchange
  readonly threads: number
  readonly kernel: KernelRoutines
  readonly memory: MemoryChannels
  /**
   * Second-level tables for `contexts` contexts; translation walks two dimensions from then on. `initial` is asked
   * for the rights (Nested) of every context to every page once all pages are known; `largest` is the page size of
   * these tables, 4 KB by default.
   */
  nest(contexts: number, initial: (context: number, page: number) => number, largest?: PageSize): NestedWalk
  /** Report a change of the rights that a thread would enforce, for `rights` rows and exposure. */
  enforced(
    thread: number,
    place: number,
    domain: number,
    region: number,
    before: Rights,
    after: Rights,
    tick: number
  ): void
}

/** Where a right lives. */
export const Place = { register: 0, tlb: 1, memoryTag: 2, capability: 3, table: 4, code: 5, matrix: 6 } as const
export type Place = (typeof Place)[keyof typeof Place]
export const placeNames: ReadonlyArray<string> = Object.keys(Place)

/** Instructions that a mechanism adds to each memory access of application code, and the ticks on its address path. */
export interface Instrumentation {
  readonly instructions: number
  readonly latency: number
  /** Stack-relative accesses are left alone. */
  readonly sparesStack: boolean
}

export interface ProtectionUnit extends Partial<AccessCheck> {
  readonly instrumentation?: Instrumentation
  /** Bytes that one instruction of a copy moves. */
  readonly copyChunk: number
  /** Put a thread into the state in which it starts, in `domain`. Not timed. */
  start(thread: HardwareThread, domain: number): void
  /** The gate from `from` into `to`. */
  enter(program: Program, thread: HardwareThread, from: number, to: number): void
  /** The gate back from `from` to `to`. */
  leave(program: Program, thread: HardwareThread, from: number, to: number): void
  /** Let the thread reach both domains' memory until the next enter or leave: what a copy between them needs. */
  openBoth(program: Program, thread: HardwareThread, from: number, to: number): void
  grant(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void
  revoke(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void
  /** `from` loses `region` and `to` gains it. */
  move(program: Program, thread: HardwareThread, region: number, from: number, to: number): void
  /** Store an authority to `region` in memory slot `slot` of the thread's domain. Handles: ignored where absent. */
  keep?(program: Program, thread: HardwareThread, region: number, slot: number): void
  /** Load the authority in `slot` into a register. */
  recall?(program: Program, thread: HardwareThread, slot: number): void
  /** Forget the register that holds an authority to `region`. */
  drop?(program: Program, thread: HardwareThread, region: number): void
  /** Effect of an action of the mechanism's own, at the tick of the serialising instruction before it, or now if later. */
  act(thread: HardwareThread, code: number, a: number, b: number, tick: number): void
  /** Effect of a tag store that performs at `tick`, its line writable. */
  tagged?(thread: HardwareThread, page: number, offset: number, bytes: number, tag: number, tick: number): void
  /** Effect of a store that clears a stored capability. */
  cleared?(thread: HardwareThread, slot: number, tick: number): void
  /** Rights that the thread would find enforced for `region` at `tick`; without it, after all that has performed. */
  allows(thread: HardwareThread, region: number, tick?: number): Rights
  /** Bytes beside the regions that the thread could reach beyond intent: unchecked accesses, rounding. */
  ungovernedBytes?(thread: HardwareThread): number
}
