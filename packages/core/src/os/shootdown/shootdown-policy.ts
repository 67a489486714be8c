/**
 * How translations that are no longer true leave every TLB: one interface, one policy per file behind it.
 * Law: a policy only appends machine actions to programs; what tiles share are words with an address (L3).
 *
 *   OS1  no thread but the initiator holds a translation that was flushed when the initiator goes on; a policy
 *        that `defers` promises it for the moment at which it reclaims the pages
 *   OS2  an acknowledgement is stored after the invalidations that it stands for have completed
 */
import type { MachineNumbers } from "../../machines/machine.ts"
import type { Words } from "../../memory/words.ts"
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"
import type { ShootdownLog } from "./shootdown-log.ts"
import type { SpaceGenerations } from "./space-generations.ts"

/** In place of a number of pages: everything of the context that stands in place of the first page. */
export const WHOLE_CONTEXT = -1
/** In place of a number of pages: every translation of the address space. */
export const WHOLE_SPACE = -2
/** In place of a number of pages: no translation at all; every thread does what `serve` appends. */
export const NO_PAGES = 0

/** Routines of shootdown policies are numbered from here on; those below are the rest of the kernel's. */
export const FIRST_SHOOTDOWN_ROUTINE = 64

export interface ShootdownPolicy {
  /** Pages are given back later than `flush` returns: `reclaim` is appended to a later sweep. */
  readonly defers: boolean
  /** Who runs which address space, and how far each CPU's translations of it are. */
  readonly generations: SpaceGenerations
  /**
   * Invalidate pages [first, first + count) of address space `space` here and on every thread that may hold them:
   * OS1 holds behind what this appends. `count` may be WHOLE_CONTEXT, WHOLE_SPACE or NO_PAGES. With `reclaim`
   * the pages' frames are given back as soon as nobody can reach them.
   */
  flush(program: Program, thread: HardwareThread, space: number, first: number, count: number, reclaim: boolean): void
  /** What the handler of the call-function interrupt does between entry and exit. */
  handle(program: Program, thread: HardwareThread): void
  /** What the microcode of a remote action request does, where a policy sends them. */
  act?(program: Program, thread: HardwareThread): void
  /** What the scheduler's tick adds. */
  tick(program: Program, thread: HardwareThread): void
  /** What the kernel adds before it leaves the address space that the thread runs. */
  switchFrom(program: Program, thread: HardwareThread): void
  /** Append what routine `routine` of the policy does next. */
  routine(program: Program, thread: HardwareThread, routine: number, argument: number): void
}

/** What a policy needs of the rest of the kernel. */
export interface ShootdownContext {
  /** Hardware threads of the machine. */
  readonly threads: number
  readonly numbers: MachineNumbers
  readonly words: Words
  readonly log: ShootdownLog
  /** Ticks of the instruction that forgets one context, where a mechanism has one. */
  forgetContext: number
  /** What a mechanism has every thread do that is called with NO_PAGES, before it acknowledges. */
  serve: ((program: Program, thread: HardwareThread) => void) | undefined
  /** Append what gives the frames of pages [first, first + count) back. */
  reclaim(
    program: Program,
    thread: HardwareThread,
    space: number,
    first: number,
    count: number,
    deferred: boolean
  ): void
}
