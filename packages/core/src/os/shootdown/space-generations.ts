/**
 * Who runs an address space, and how far each CPU's TLB has come: a CPU mask and a generation for each space, a
 * lazy flag and the generation flushed last for each CPU, as in Linux since 4.14. All are words with an address.
 *
 *   SG1  a CPU whose bit is clear, or that is lazy, holds no translation of the space that it would use before it
 *        has compared generations
 *   SG2  a CPU flushes when its generation is behind, everything if it is behind by more than the flush at hand
 */
import type { Words } from "../../memory/words.ts"
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"
import { LocalInvalidation } from "./local-invalidation.ts"
import { FIRST_SHOOTDOWN_ROUTINE, type ShootdownContext } from "./shootdown-policy.ts"

const Routine = {
  compare: FIRST_SHOOTDOWN_ROUTINE,
  apply: FIRST_SHOOTDOWN_ROUTINE + 1,
  switchedTo: FIRST_SHOOTDOWN_ROUTINE + 2,
  catchUp: FIRST_SHOOTDOWN_ROUTINE + 3,
  flushUser: FIRST_SHOOTDOWN_ROUTINE + 4
} as const
/** In place of the generation of a flush: nobody's. */
const Never = -2
/** Routines of the generations end here. */
export const GENERATION_ROUTINES = FIRST_SHOOTDOWN_ROUTINE + 8

/** Routine `routine` with interrupts masked, as they are found afterwards. */
export function masked(program: Program, t: HardwareThread, routine: number, argument = 0): void {
  if (t.masked) program.run(routine, argument)
  else program.maskInterrupts(true).run(routine, argument).maskInterrupts(false)
}

export class SpaceGenerations {
  readonly invalidation: LocalInvalidation
  /** [space] word per 32 CPUs: who runs it. */
  readonly mask: Int32Array
  readonly maskWords: number
  /** [space] word: flushes asked for. */
  readonly generation: Int32Array
  /** [CPU] word: 1 while it runs a kernel thread on a borrowed address space; the line is its TLB state. */
  readonly lazy: Int32Array
  readonly #local: Int32Array // [CPU] word per space: generation flushed last
  readonly #words: Words
  readonly #locked: number
  readonly #page: number
  readonly #defersUser: boolean
  // What a CPU is about to flush, interrupts masked: nothing comes between.
  readonly #space: Int32Array // [CPU]
  readonly #first: Int32Array // [CPU]
  readonly #count: Int32Array // [CPU]
  readonly #wanted: Int32Array // [CPU] generation of this flush
  readonly #seen: Int32Array // [CPU] generation of the space when it was compared
  // Translations of the user's table to flush on the way out of the kernel.
  readonly #userFirst: Int32Array // [CPU]
  readonly #userCount: Int32Array // [CPU]

  /** `lazyAt` is the word of each CPU's lazy flag, where it isn't on the line of the TLB state. */
  constructor(context: ShootdownContext, lazyAt?: Int32Array) {
    const { spaces, threads, words } = context
    this.invalidation = new LocalInvalidation(context)
    this.#words = words
    this.#locked = context.numbers.core.locked
    this.#page = context.numbers.kernel.invalidatePage
    this.maskWords = (threads + 31) >>> 5
    this.mask = Int32Array.from({ length: spaces }, () => words.allocate(this.maskWords))
    this.generation = Int32Array.from({ length: spaces }, () => words.allocate(1))
    const state = Int32Array.from({ length: threads }, () => words.allocate(1 + spaces))
    this.lazy = lazyAt ?? state
    this.#local = state.map((word) => word + 1)
    this.#space = new Int32Array(threads)
    this.#first = new Int32Array(threads)
    this.#count = new Int32Array(threads)
    this.#wanted = new Int32Array(threads)
    this.#seen = new Int32Array(threads)
    this.#userFirst = new Int32Array(threads)
    this.#userCount = new Int32Array(threads)
    this.#defersUser = context.numbers.shootdown.optimisations.includes("inContext")
  }

  /** `thread` runs `space` from the start. Not timed. */
  attach(thread: number, space: number): void {
    this.#words.values[this.mask[space] + (thread >>> 5)] |= 1 << (thread & 31)
  }

  /** Count one more flush of `space`; the thread's `value` is its generation less one. */
  advance(program: Program, space: number): void {
    program.addWord(this.generation[space], 1, this.#locked)
  }

  /**
   * SG2: bring this CPU to the space's generation with the flush `wanted`, pages [first, first + count). Interrupts
   * are masked when this is called and until what it appends is done.
   */
  flush(program: Program, t: HardwareThread, space: number, first: number, count: number, wanted: number): void {
    const at = t.number
    this.#space[at] = space
    this.#first[at] = first
    this.#count[at] = count
    this.#wanted[at] = wanted
    program.loadWord(this.generation[space]).run(Routine.compare)
  }

  /** SG1: from space `from` to `to`; -1 is a kernel thread, which keeps the space that it finds. */
  switchTo(program: Program, t: HardwareThread, from: number, to: number): void {
    const me = t.number
    const word = me >>> 5
    const bit = 1 << (me & 31)
    if (to < 0) {
      program.storeWord(this.lazy[me], 1)
      return
    }
    program.storeWord(this.lazy[me], 0)
    if (from !== to && from >= 0) program.addWord(this.mask[from] + word, -bit, this.#locked)
    if (from !== to) program.loadWord(this.mask[to] + word).run(Routine.switchedTo, to)
    else masked(program, t, Routine.catchUp, to)
  }

  /** On the way out of the kernel: what was put off until here. */
  leaveKernel(program: Program): void {
    if (this.#defersUser) program.run(Routine.flushUser)
  }

  /** True if the routine was one of the generations'. */
  routine(program: Program, t: HardwareThread, routine: number, argument: number): boolean {
    if (routine >= GENERATION_ROUTINES) return false
    const at = t.number
    if (routine === Routine.compare) {
      this.#seen[at] = t.value
      program.loadWord(this.#local[t.number] + this.#space[at]).run(Routine.apply)
    } else if (routine === Routine.apply) this.#apply(program, t, at)
    else if (routine === Routine.switchedTo) {
      const bit = 1 << (t.number & 31)
      if ((t.value & bit) === 0) program.addWord(this.mask[argument] + (t.number >>> 5), bit, this.#locked)
      masked(program, t, Routine.catchUp, argument)
    } else if (routine === Routine.flushUser) this.#flushUser(program, at)
    else this.flush(program, t, argument, 0, 0, Never)
    return true
  }

  #apply(program: Program, t: HardwareThread, at: number): void {
    const local = t.value
    const seen = this.#seen[at]
    if (local === seen) return
    const wanted = this.#wanted[at]
    const first = this.#first[at]
    const count = this.#count[at]
    if (wanted === local + 1 && wanted === seen) {
      this.invalidation.append(program, first, count, !this.#defersUser)
      if (this.#defersUser) this.#putOff(program, at, first, count)
    } else this.invalidation.whole(program)
    program.storeWord(this.#local[at] + this.#space[at], seen)
  }

  /** One range waits for the way out; a second one flushes everything instead. */
  #putOff(program: Program, at: number, first: number, count: number): void {
    if (this.#userCount[at] > 0) this.invalidation.whole(program)
    this.#userFirst[at] = first
    this.#userCount[at] = count
  }

  #flushUser(program: Program, at: number): void {
    this.invalidation.user(program, this.#userFirst[at], this.#userCount[at], this.#page)
    this.#userCount[at] = 0
  }
}
