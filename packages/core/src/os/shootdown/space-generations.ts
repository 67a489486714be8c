/**
 * Who runs an address space, and how far each CPU's TLB has come: a CPU mask and a generation for each space, a
 * lazy flag, a few slots of identifiers (PCIDs) and the generation flushed last in each, for every CPU, as in Linux
 * since 4.14; older versions have the mask alone. All are words with an address.
 *
 *   SG1  a CPU whose bit is clear, or that is lazy, holds no translation of the space that it would use before it
 *        has compared generations
 *   SG2  a CPU flushes when its generation is behind, everything if it is behind by more than the flush at hand
 *   SG3  a slot is given to another space by a write of the page-table base register that forgets what it named
 */
import { isSince } from "../../machines/kernel-version.ts"
import type { Words } from "../../memory/words.ts"
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"
import { LocalInvalidation } from "./local-invalidation.ts"
import { masked } from "./masked-routine.ts"
import { FIRST_SHOOTDOWN_ROUTINE, type ShootdownContext } from "./shootdown-policy.ts"
import { IDENTIFIER_ROUTINES, SpaceIdentifiers } from "./space-identifiers.ts"

const Routine = {
  compare: FIRST_SHOOTDOWN_ROUTINE,
  apply: FIRST_SHOOTDOWN_ROUTINE + 1,
  flushUser: FIRST_SHOOTDOWN_ROUTINE + 2,
  leave: FIRST_SHOOTDOWN_ROUTINE + 3,
  enter: FIRST_SHOOTDOWN_ROUTINE + 4,
  choose: FIRST_SHOOTDOWN_ROUTINE + 5,
  load: FIRST_SHOOTDOWN_ROUTINE + 6,
  look: FIRST_SHOOTDOWN_ROUTINE + 7
} as const
/** In place of the generation of a flush: nobody's. */
const Never = -2
const None = -1
/** Routines of the generations end here. */
export const GENERATION_ROUTINES = FIRST_SHOOTDOWN_ROUTINE + 8 + IDENTIFIER_ROUTINES
/** Those of identifiers begin here. */
const IDENTIFIERS = FIRST_SHOOTDOWN_ROUTINE + 8
/** Most slots of a CPU: their generations stand on one line with its lazy flag. */
const MOST_SLOTS = 6

export class SpaceGenerations {
  readonly invalidation: LocalInvalidation
  /** [space] word per 32 CPUs: who runs it. */
  readonly mask: Array<number> = []
  readonly maskWords: number
  /** [space] word: flushes asked for. */
  readonly generation: Array<number> = []
  /** [CPU] word: 1 while it runs a kernel thread on a borrowed address space; the line is its TLB state. */
  readonly lazy: Int32Array
  /** Changes of address space, and those that had to forget what their identifier named. */
  switches = 0
  forgotten = 0
  readonly #context: ShootdownContext
  #slots: number
  /** Flushes are counted, so that a CPU knows how far it is behind; else it is told of each while it is in the mask. */
  readonly counts: boolean
  /** Identifiers that are the same on all CPUs, where invalidations are broadcast. */
  readonly identifiers: SpaceIdentifiers | undefined
  readonly #local: Int32Array // [CPU] word per slot: generation flushed last
  readonly #words: Words
  readonly #locked: number
  readonly #page: number
  readonly #defersUser: boolean
  readonly #looksHereFirst: boolean
  // A CPU's own memory of its slots.
  readonly #loaded: Int32Array // [CPU] address space, or None
  readonly #slot: Int32Array // [CPU] its slot
  readonly #owner: Int32Array // [CPU][slot] address space, or None
  readonly #next: Int32Array // [CPU] slot to be given away next
  readonly #isLazy: Uint8Array // [CPU]
  readonly #known: Uint8Array // [CPU] 1: the space that it changes to has a slot
  // What a CPU is about to flush, interrupts masked: nothing comes between.
  readonly #first: Int32Array // [CPU]
  readonly #count: Int32Array // [CPU]
  readonly #wanted: Int32Array // [CPU] generation of this flush
  readonly #seen: Int32Array // [CPU] generation of the space when it was compared
  readonly #userFirst: Int32Array // [CPU] of the user's table, to flush on the way out of the kernel
  readonly #userCount: Int32Array // [CPU]

  /** `lazyAt` is the word of each CPU's lazy flag, where it isn't on the line of the TLB state. */
  constructor(context: ShootdownContext, lazyAt?: Int32Array) {
    const { numbers, threads, words } = context
    this.#context = context
    this.invalidation = new LocalInvalidation(context)
    this.#words = words
    this.#locked = numbers.core.locked
    this.#page = numbers.kernel.invalidatePage
    this.counts = isSince(numbers.kernelChoice.version, "4.14")
    this.#looksHereFirst = isSince(numbers.kernelChoice.version, "6.0")
    this.#slots = this.counts ? Math.min(numbers.tlb.spaceIds, MOST_SLOTS) : 1
    if (numbers.shootdown.policy === "broadcast")
      this.identifiers = new SpaceIdentifiers(context, IDENTIFIERS, (program, t, space, identifier) => {
        this.#loaded[t.number] = space
        program.switchSpace(space, true, numbers.tlb.switchSpace, identifier)
      })
    this.maskWords = (threads + 31) >>> 5
    const state = Int32Array.from({ length: threads }, () => words.allocate(1 + this.#slots))
    this.lazy = lazyAt ?? state
    this.#local = state.map((word) => word + 1)
    this.#loaded = new Int32Array(threads).fill(None)
    this.#slot = new Int32Array(threads)
    this.#owner = new Int32Array(threads * this.#slots).fill(None)
    this.#next = new Int32Array(threads)
    this.#isLazy = new Uint8Array(threads)
    this.#known = new Uint8Array(threads)
    this.#first = new Int32Array(threads)
    this.#count = new Int32Array(threads)
    this.#wanted = new Int32Array(threads)
    this.#seen = new Int32Array(threads)
    this.#userFirst = new Int32Array(threads)
    this.#userCount = new Int32Array(threads)
    this.#defersUser = numbers.shootdown.optimisations.includes("inContext")
  }

  /** One more address space. While the machine is built. */
  open(): void {
    this.mask.push(this.#words.allocate(this.maskWords))
    this.generation.push(this.#words.allocate(1))
    this.identifiers?.open()
  }

  /** Without identifiers: a CPU has one slot, and each change of space forgets. While the machine is built, before `place`. */
  keepNothing(): void {
    this.#slots = 1
  }

  /** `t` runs `space` from the start. Not timed. */
  place(t: HardwareThread, space: number): void {
    const me = t.number
    const { values } = this.#words
    const bit = 1 << (me & 31)
    if (this.#loaded[me] !== None) values[this.mask[this.#loaded[me]] + (me >>> 5)] &= ~bit
    values[this.mask[space] + (me >>> 5)] |= bit
    this.#loaded[me] = space
    this.#slot[me] = 0
    this.#next[me] = 1 % this.#slots
    this.#owner[me * this.#slots] = space
    t.enterSpace(space, this.#identifier(t, space, 0))
  }

  /** True if `t` would use what its TLB holds of `space` without forgetting it first: it runs there, and isn't lazy. */
  runs(t: HardwareThread, space: number): boolean {
    return this.#loaded[t.number] === space && this.#isLazy[t.number] === 0
  }

  /** Count one more flush of `space`; the thread's `value` is its generation less one. */
  advance(program: Program, space: number): void {
    if (this.counts) program.addWord(this.generation[space], 1, this.#locked)
  }

  /**
   * SG2: bring this CPU to the space's generation with the flush `wanted`, pages [first, first + count). Interrupts
   * are masked when this is called and until what it appends is done.
   */
  flush(program: Program, t: HardwareThread, space: number, first: number, count: number, wanted: number): void {
    const at = t.number
    // Another space's translations are compared when it is changed to.
    if (this.#loaded[at] !== space) return
    if (!this.counts) return this.invalidation.append(program.loadWord(this.lazy[at]), first, count)
    this.#first[at] = first
    this.#count[at] = count
    this.#wanted[at] = wanted
    if (this.#looksHereFirst && wanted >= 0) program.loadWord(this.#local[at] + this.#slot[at]).run(Routine.look, space)
    else program.loadWord(this.generation[space]).run(Routine.compare)
  }

  /** SG1: a kernel thread keeps the space that it finds. */
  borrow(program: Program, t: HardwareThread): void {
    this.#isLazy[t.number] = 1
    program.storeWord(this.lazy[t.number], 1)
  }

  /** SG1, SG3: translate in `space` from here on; back from a kernel thread too. */
  switchTo(program: Program, t: HardwareThread, space: number): void {
    masked(program, t, Routine.leave, space)
  }

  /** On the way out of the kernel: what was put off until here. */
  leaveKernel(program: Program): void {
    if (this.#defersUser) program.run(Routine.flushUser)
  }

  /** True if the routine was one of the generations'. */
  routine(program: Program, t: HardwareThread, routine: number, argument: number): boolean {
    if (routine >= GENERATION_ROUTINES) return false
    if (routine >= IDENTIFIERS) this.identifiers?.routine(program, t, routine - IDENTIFIERS, argument)
    else this.#step(program, t, routine, argument)
    return true
  }

  #step(program: Program, t: HardwareThread, routine: number, argument: number): void {
    const at = t.number
    switch (routine) {
      case Routine.look:
        if (this.#wanted[at] === Never || t.value < this.#wanted[at])
          program.loadWord(this.generation[argument]).run(Routine.compare)
        return
      case Routine.compare:
        this.#seen[at] = t.value
        program.loadWord(this.#local[at] + this.#slot[at]).run(Routine.apply)
        return
      case Routine.apply:
        return this.#apply(program, t, at)
      case Routine.leave:
        return this.#leave(program, t, argument)
      case Routine.enter:
        if ((t.value & (1 << (at & 31))) === 0)
          program.addWord(this.mask[argument] + (at >>> 5), 1 << (at & 31), this.#locked)
        program.loadWord(this.generation[argument]).run(Routine.choose, argument)
        return
      case Routine.choose:
        return this.#choose(program, t, argument)
      case Routine.load:
        return this.#load(program, t, argument)
      default:
        this.#flushUser(program, at)
    }
  }

  /** Interrupts are masked from here until the register is written. */
  #leave(program: Program, t: HardwareThread, space: number): void {
    const me = t.number
    const from = this.#loaded[me]
    const wasLazy = this.#isLazy[me] === 1
    if (wasLazy) program.storeWord(this.lazy[me], 0)
    this.#isLazy[me] = 0
    if (from === space) {
      if (wasLazy && this.counts) this.flush(program, t, space, 0, 0, Never)
      return
    }
    this.switches++
    if (this.identifiers !== undefined) return this.identifiers.switchTo(program, t, space)
    // A CPU on which nothing has run yet leaves no space.
    if (from !== None) program.addWord(this.mask[from] + (me >>> 5), -(1 << (me & 31)), this.#locked)
    program.loadWord(this.mask[space] + (me >>> 5)).run(Routine.enter, space)
  }

  /** The space's generation is in `value`: a slot that it has, or the next one. */
  #choose(program: Program, t: HardwareThread, space: number): void {
    const me = t.number
    const row = me * this.#slots
    this.#seen[me] = t.value
    let slot = 0
    while (slot < this.#slots && this.#owner[row + slot] !== space) slot++
    this.#known[me] = slot < this.#slots ? 1 : 0
    if (slot === this.#slots) {
      slot = this.#next[me]
      this.#next[me] = (slot + 1) % this.#slots
      this.#owner[row + slot] = space
    }
    this.#slot[me] = slot
    program.loadWord(this.#local[me] + slot).run(Routine.load, space)
  }

  /** The generation flushed last in its slot is in `value`. */
  #load(program: Program, t: HardwareThread, space: number): void {
    const me = t.number
    const { switchSpace, switchSpaceFlush } = this.#context.numbers.tlb
    const keeps = this.#known[me] === 1 && t.value === this.#seen[me]
    const identifier = this.#identifier(t, space, this.#slot[me])
    this.#loaded[me] = space
    program.switchSpace(space, keeps, keeps ? switchSpace : switchSpaceFlush, identifier)
    if (keeps) return
    this.forgotten++
    program.storeWord(this.#local[me] + this.#slot[me], this.#seen[me])
  }

  /** In the tags of TLBs: a slot is its CPU's own, a space of all CPUs where invalidations are broadcast. */
  #identifier(t: HardwareThread, space: number, slot: number): number {
    if (this.mask.length === 1) return space
    if (this.identifiers !== undefined) return this.identifiers.place(t, space)
    return (t.number % this.#context.numbers.threadsPerTile) * this.#slots + slot
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
    program.storeWord(this.#local[at] + this.#slot[at], seen)
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
