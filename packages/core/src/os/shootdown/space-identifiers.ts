/**
 * Identifiers of address spaces that all CPUs know alike, as Arm's ASIDs, given out as Linux gives them
 * (arch/arm64/mm/context.c): a space's identifier is good for a generation. When none is left a new generation begins,
 * identifiers that CPUs run with go on, and each CPU forgets every translation before it takes up another space.
 *
 *   SI1  a CPU runs a space with an identifier of the present generation, or with the one that it ran when that began
 *   SI2  an identifier names one space in a generation; one that is given anew is used on no CPU before that has
 *        forgotten what it named
 *
 * Interrupts are masked from beginning to end. What the lock guards (which identifiers are taken, kept, and who has yet
 * to forget) is read and written by who holds it, and its lines are loaded.
 */
import type { Words } from "../../memory/words.ts"
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"
import { Invalidation, MAX_CONTEXTS } from "../../translation/contexts.ts"
import type { ShootdownContext } from "./shootdown-policy.ts"

const Step = {
  active: 0,
  named: 1,
  generation: 2,
  swapped: 3,
  locked: 4,
  owned: 5,
  choose: 6,
  kept: 7,
  swept: 8
} as const
/** How many routines there are. */
export const IDENTIFIER_ROUTINES = 9
/** A space's word: generation above identifier; 0 while it has none. */
const GENERATION_SHIFT = 10
const identifierOf = (word: number): number => word & ((1 << GENERATION_SHIFT) - 1)

export class SpaceIdentifiers {
  /** Times that identifiers ran out, and that a CPU forgot everything for that. */
  rollovers = 0
  forgotten = 0
  readonly #words: Words
  readonly #context: ShootdownContext
  readonly #firstRoutine: number
  readonly #locked: number
  /** What is appended when `thread` has its identifier for `space`. */
  readonly #enter: (program: Program, thread: HardwareThread, space: number, identifier: number) => void
  readonly #names: Array<number> = [] // [space] word: its generation and identifier
  readonly #active: Int32Array // [CPU] word: what it runs with, 0 after a rollover
  readonly #generation: number // word
  readonly #lock: number // word
  readonly #map: number // word, whose line stands for the taken identifiers and for who has to forget
  // Guarded by the lock.
  #taken = new Uint8Array(1) // [identifier]
  #next = 1 // identifier to look at next
  readonly #kept: Int32Array // [CPU] what it ran with when the generation began
  readonly #forgets: Uint8Array // [CPU] 1 until it has forgotten
  // What a CPU is about to do.
  readonly #space: Int32Array // [CPU]
  readonly #found: Int32Array // [CPU] what it ran with
  readonly #named: Int32Array // [CPU] the space's word
  readonly #present: Int32Array // [CPU] generation

  /** Its routines are `firstRoutine` on. */
  constructor(
    context: ShootdownContext,
    firstRoutine: number,
    enter: (program: Program, thread: HardwareThread, space: number, identifier: number) => void
  ) {
    const { numbers, threads, words } = context
    this.#context = context
    this.#words = words
    this.#firstRoutine = firstRoutine
    this.#enter = enter
    this.#locked = numbers.core.locked
    this.#active = Int32Array.from({ length: threads }, () => words.allocate(1))
    this.#generation = words.allocate(1)
    this.#lock = words.allocate(1)
    this.#map = words.allocate(1)
    words.values[this.#generation] = 1
    this.#kept = new Int32Array(threads)
    this.#forgets = new Uint8Array(threads)
    this.#space = new Int32Array(threads)
    this.#found = new Int32Array(threads)
    this.#named = new Int32Array(threads)
    this.#present = new Int32Array(threads)
  }

  /** One more address space. While the machine is built. */
  open(): void {
    this.#names.push(this.#words.allocate(1))
  }

  /** `t` runs `space` from the start: its identifier. Not timed. */
  place(t: HardwareThread, space: number): number {
    // One for each CPU and one more, or a CPU might find none in a new generation either; 0 names no space.
    const { numbers, threads } = this.#context
    const most = Math.floor(MAX_CONTEXTS / t.secondLevels)
    const count = Math.max(threads + 2, Math.min(numbers.tlb.spaceIds, most))
    if (this.#taken.length === 1) this.#taken = new Uint8Array(count)
    const { values } = this.#words
    const word = this.#names[space]
    if (values[word] === 0) values[word] = (values[this.#generation] << GENERATION_SHIFT) | this.#take()
    values[this.#active[t.number]] = values[word]
    return identifierOf(values[word])
  }

  /** Append a load of the word of `space`, of which `named` tells its identifier. */
  load(program: Program, space: number): void {
    program.loadWord(this.#names[space])
  }

  /** The identifier in what `load` has loaded; 0 if the space has had none. */
  named(word: number): number {
    return identifierOf(word)
  }

  /** Append the change to `space`. Interrupts are masked. */
  switchTo(program: Program, t: HardwareThread, space: number): void {
    this.#space[t.number] = space
    program.loadWord(this.#active[t.number]).run(this.#firstRoutine + Step.active)
  }

  routine(program: Program, t: HardwareThread, step: number, argument: number): void {
    const me = t.number
    const next = (done: number, of = 0): void => void program.run(this.#firstRoutine + done, of)
    switch (step) {
      case Step.active:
        this.#found[me] = t.value
        program.loadWord(this.#names[this.#space[me]])
        return next(Step.named)
      case Step.named:
        this.#named[me] = t.value
        program.loadWord(this.#generation)
        return next(Step.generation)
      case Step.generation:
        if (this.#found[me] === 0 || this.#named[me] >> GENERATION_SHIFT !== t.value) return this.#acquire(program)
        program.compareSwap(this.#active[me], this.#found[me], this.#named[me], this.#locked)
        return next(Step.swapped)
      case Step.swapped:
        // A new generation began in between.
        if (t.value !== this.#found[me]) return this.#acquire(program)
        return this.#enter(program, t, this.#space[me], identifierOf(this.#named[me]))
      case Step.locked:
        if (t.value !== 0) return this.#acquire(program)
        program.loadWord(this.#names[this.#space[me]])
        return next(Step.owned)
      case Step.owned:
        this.#named[me] = t.value
        program.loadWord(this.#generation)
        return next(Step.choose)
      case Step.choose:
        this.#present[me] = t.value
        if (this.#named[me] >> GENERATION_SHIFT === t.value) return this.#finish(program, t)
        program.loadWord(this.#map)
        if (this.#named[me] === 0) return this.#allocate(program, t)
        program.loadWord(this.#active[0])
        return next(Step.kept, 0)
      case Step.kept:
        return this.#keep(program, t, argument)
      default:
        return this.#sweep(program, t, argument)
    }
  }

  /** By compare-and-swap, again until it is had: who holds it waits for nobody. */
  #acquire(program: Program): void {
    program.compareSwap(this.#lock, 0, 1, this.#locked).run(this.#firstRoutine + Step.locked)
  }

  /** The space's identifier of an earlier generation is kept if a CPU runs with it, or if it is free still. */
  #keep(program: Program, t: HardwareThread, cpu: number): void {
    if (cpu + 1 < this.#active.length) {
      program.loadWord(this.#active[cpu + 1]).run(this.#firstRoutine + Step.kept, cpu + 1)
      return
    }
    const before = this.#named[t.number]
    const identifier = identifierOf(before)
    const word = (this.#present[t.number] << GENERATION_SHIFT) | identifier
    let isKept = false
    for (const [each, kept] of this.#kept.entries()) {
      if (kept !== before) continue
      this.#kept[each] = word
      isKept = true
    }
    if (!isKept && this.#taken[identifier] === 1) return this.#allocate(program, t)
    this.#taken[identifier] = 1
    this.#give(program, t, word)
  }

  #allocate(program: Program, t: HardwareThread): void {
    const identifier = this.#take()
    if (identifier > 0) return this.#give(program, t, (this.#present[t.number] << GENERATION_SHIFT) | identifier)
    this.rollovers++
    this.#present[t.number]++
    this.#taken.fill(0)
    program.storeWord(this.#generation, this.#present[t.number])
    program.swapWord(this.#active[0], 0, this.#locked).run(this.#firstRoutine + Step.swept, 0)
  }

  /** A new generation: what CPU `cpu` ran with is in `value`, or was taken from it by an earlier one. */
  #sweep(program: Program, t: HardwareThread, cpu: number): void {
    if (t.value !== 0) this.#kept[cpu] = t.value
    this.#taken[identifierOf(this.#kept[cpu])] = 1
    this.#forgets[cpu] = 1
    if (cpu + 1 < this.#active.length) {
      program.swapWord(this.#active[cpu + 1], 0, this.#locked).run(this.#firstRoutine + Step.swept, cpu + 1)
      return
    }
    this.#next = 1
    this.#give(program, t, (this.#present[t.number] << GENERATION_SHIFT) | this.#take())
  }

  /** An identifier that is free, from the last one on; 0 if none is. */
  #take(): number {
    const identifier = this.#taken.indexOf(0, this.#next)
    if (identifier < 0) return 0
    this.#taken[identifier] = 1
    this.#next = identifier
    return identifier
  }

  #give(program: Program, t: HardwareThread, word: number): void {
    this.#named[t.number] = word
    program.storeWord(this.#map, 0).storeWord(this.#names[this.#space[t.number]], word)
    this.#finish(program, t)
  }

  /** SI2: forget if it has to, run with the identifier, and let others in. */
  #finish(program: Program, t: HardwareThread): void {
    const me = t.number
    program.loadWord(this.#map)
    if (this.#forgets[me] === 1) {
      this.#forgets[me] = 0
      this.forgotten++
      const { kernel } = this.#context.numbers
      program.storeWord(this.#map, 0).invalidate(Invalidation.all, 0, 0, kernel.invalidateAll)
    }
    program.storeWord(this.#active[me], this.#named[me]).storeWord(this.#lock, 0)
    this.#enter(program, t, this.#space[me], identifierOf(this.#named[me]))
  }
}
