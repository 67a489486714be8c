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
import type { CheckTable } from "../processor/check-table.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { AccessCheck } from "../processor/memory-port.ts"
import type { Program } from "../processor/program.ts"
import type { ThreadContext } from "../processor/thread-context.ts"
import type { NestedWalk } from "../translation/nested-walk.ts"
import type { CheckedWalk } from "../translation/walk-path.ts"
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
  /** Hardware threads. */
  readonly threads: number
  /** Software threads: numbered as the hardware thread that they begin on, and on from there. */
  readonly softwareThreads: number
  /** Of what a mechanism draws. */
  readonly seed: number
  readonly kernel: KernelRoutines
  readonly memory: MemoryChannels
  /**
   * Second-level tables for `contexts` contexts; translation walks two dimensions from then on. `initial` is asked
   * for the rights (Nested) of every context to every page once all pages are known; `largest` is the page size of
   * these tables, 4 KB by default.
   */
  nest(contexts: number, initial: (context: number, page: number) => number, largest?: PageSize): NestedWalk
  /**
   * Have TLB entries leave with the line of their page-table entry, as if directories tracked which TLBs hold it: with
   * its store's performing, the entry is gone everywhere.
   */
  keepTlbsCoherent(): void
  /** Translation walks as `walk` says, in place of anything before. */
  walkBy(walk: CheckedWalk): void
  /** What the registers of software thread `software` hold of `region` is changed by it at `tick`, and no row says so. */
  touched(region: number, software: number, tick: number): void
  /**
   * Report a change of the rights that a thread would enforce, for `rights` rows and exposure. Several mechanisms have
   * their numbers given along.
   */
  enforced(
    thread: number,
    place: number,
    domain: number,
    region: number,
    before: Rights,
    after: Rights,
    tick: number,
    unit?: number
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
  /** Kinds of access that get them, as Rights; default both. A modify is a write. */
  readonly accesses?: Rights
  /** Instructions added to each return and each indirect jump and call; default none. */
  readonly branches?: number
}

/**
 * Whose rights are asked for: a hardware thread, or the saved context of a software thread that waits for its turn on
 * one. A unit keeps what it has of a thread by `software`, so that several take turns; tile and time are by `number`.
 */
export interface RightsHolder {
  /** Hardware thread. */
  readonly number: number
  /** Software thread, below `MachineParts.softwareThreads`. */
  readonly software: number
  readonly domain: number
  readonly tick: number
  readonly keyRights: number
  readonly authority: number
  readonly context: number
  readonly secondLevel: number
  /** Address space. */
  readonly space: number
  readonly handles: Int32Array // [handle register]
}

export interface ProtectionUnit {
  /** Where several mechanisms are one unit: each of them, in scenario order. What it says of `holds` is theirs, packed. */
  readonly each?: ReadonlyArray<ProtectionUnit>
  readonly checkAccess?: AccessCheck["checkAccess"] | undefined
  /** Pages about which the check need not be asked (OP1, OP2). */
  readonly openPages?: AccessCheck["openPages"]
  /** Tables that the check of an access reads first: it waits for their entries. */
  readonly tables?: ReadonlyArray<CheckTable> | undefined
  readonly instrumentation?: Instrumentation | undefined
  /** Bytes that one instruction of a copy moves. */
  readonly copyChunk: number
  /** The machine is built: its hardware threads by number, before any of them runs. */
  connect?(threads: ReadonlyArray<HardwareThread>): void
  /**
   * Put a software thread into the state in which it starts, in `domain`: its registers, and what the unit has of it.
   * Not timed. Called for each while the machine is built, and by operation `resume`.
   */
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
  /** `domain` gains `rights`, the owner keeps its own. Default: grant. */
  share?(program: Program, thread: HardwareThread, domain: number, region: number, rights: Rights): void
  /** `region`, which nobody has, comes alive for `domain`. Default: grant of reading and writing. */
  allocate?(program: Program, thread: HardwareThread, domain: number, region: number): void
  /**
   * Nobody has `region` any more, which `domain` owns; handles to it are stale, also when it is allocated again.
   * `holders`: who may have been given rights to it in this workload, the owner among them. Default: revoke from each.
   */
  free?(program: Program, thread: HardwareThread, domain: number, region: number, holders: ReadonlyArray<number>): void
  /**
   * `domain` is no more, and nobody is inside. `owned`: its regions now; exchanged ones go to domain 0, the others to
   * nobody. Default: a move of each exchanged one, and a revoke of what it was given; of the others nothing, as no
   * thread is in the domain any more.
   */
  terminate?(program: Program, thread: HardwareThread, domain: number, owned: ReadonlyArray<number>): void
  /**
   * Behind it: `domain` will never run again, and what is left of it is the memory that was its own. Default: nothing, as
   * no gate leads there any more.
   */
  retire?(program: Program, thread: HardwareThread, domain: number): void
  // Handles: operations without effect where absent; register -1 is what the thread has without naming one.
  /** Store the authority to `region` in register `handle` to memory slot `slot` of the thread's domain. */
  keep?(program: Program, thread: HardwareThread, region: number, slot: number, handle: number): void
  /** Load the authority in `slot` into register `handle`. */
  recall?(program: Program, thread: HardwareThread, slot: number, handle: number): void
  /** Forget register `handle`, or whatever register holds an authority to `region`. */
  drop?(program: Program, thread: HardwareThread, region: number, handle: number): void
  /** Register `to` gets the authority of `from`, narrowed to `rights` and `bytes` of `region` from `offset` (0: all). */
  derive?(
    program: Program,
    thread: HardwareThread,
    region: number,
    from: number,
    to: number,
    rights: Rights,
    offset: number,
    bytes: number
  ): void
  /** Unprivileged instruction `code` of the traits, as a domain executes it by itself. Throws InvalidInput if absent. */
  instruction?(program: Program, thread: HardwareThread, code: number, a: number, b: number): void
  /** The kernel saves `thread`'s state to `context`: what HardwareThread doesn't have goes along here. Not timed. */
  save?(thread: HardwareThread, context: ThreadContext): void
  /** It restores it. */
  restore?(thread: HardwareThread, context: ThreadContext): void
  /** A signal is delivered: into what state the handler starts. */
  signal?(program: Program, thread: HardwareThread): void
  /** Its handler returns. */
  sigreturn?(program: Program, thread: HardwareThread): void
  /** True if the handler of `fault` repairs what it was about: `repair` follows, and it is no violation. */
  heals?(thread: HardwareThread, fault: number, page: number, offset: number, store: boolean): boolean
  /** What it does, in the kernel, between the exception's entry and its return. */
  repair?(program: Program, thread: HardwareThread, fault: number, page: number, offset: number, store: boolean): void
  /** Effect of an action of the mechanism's own, at the tick of the serialising instruction before it, or now if later. */
  act(thread: HardwareThread, code: number, a: number, b: number, tick: number): void
  /** Effect of a tag store that performs at `tick`, its line writable. */
  tagged?(thread: HardwareThread, page: number, offset: number, bytes: number, tag: number, tick: number): void
  /** Effect of a store that clears a stored capability. */
  cleared?(thread: HardwareThread, slot: number, tick: number): void
  /** Rights that the thread would find enforced for `region` at `tick`; without it, after all that has performed. */
  allows(thread: RightsHolder, region: number, tick?: number): Rights
  /**
   * Of `allows`, what the thread's registers hold by themselves: rights that stay while what lies in memory changes.
   * Absent: all of it.
   */
  holds?(thread: RightsHolder, region: number, tick: number): Rights
  /**
   * A number for the state of the thread's registers, and of what the unit has of it beside, as far as `holds` (or
   * `allows`, without it) goes by that: while the number is the same, so are a region's rights unless an operation on it
   * or a report of `enforced` changed them. Negative, or absent: they may change without.
   */
  registers?(thread: RightsHolder): number
  /**
   * Places in memory (tags, table entries, stored capabilities) from which any thread of `domain` gets `right`, read or
   * write, to `region` at the start. The unit reports every change of one through `enforced`, with the tick from which
   * everybody finds it so. Absent: what lies in memory is taken to be there until an operation's last store has drained.
   */
  copies?(domain: number, region: number, right: Rights): number
  /** Second-level context through which `domain` is translated, where TLB entries carry its rights. Absent: they carry none. */
  translatesIn?(domain: number): number
  /**
   * Domain to whose accesses alone a translation with this entry, in this second-level context, gives rights, or -1: where
   * keys of pages tell domains apart.
   */
  translatesFor?(entry: number, secondLevel: number): number
  /**
   * Domain whose rights the translations of address space `space` carry, or -1. They count while a thread of their tile
   * runs the domain: before it uses what was left there it has compared generations (SG1).
   */
  translatesAs?(space: number): number
  /** Bytes beside the regions that the thread could reach beyond intent: unchecked accesses, rounding. */
  ungovernedBytes?(thread: HardwareThread): number
}
