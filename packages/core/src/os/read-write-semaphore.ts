/**
 * A reader/writer semaphore as Linux has it for a process's mappings: one counted word, taken by a compare-and-swap
 * where it is free, and a first-in, first-out queue behind a spin lock where it isn't. Whoever lets go hands it over
 * by a store to the word on which the next one waits; nobody hammers the counted word.
 *
 *   RW1  a writer holds it alone; readers hold it together
 *   RW2  it is handed over in the order of the queue; who comes later than a waiter waits behind it
 */
import { ModelDefect } from "../kernel/model-defect.ts"
import type { Words } from "../memory/words.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"

/** How it is held. */
export const Hold = { read: 0, write: 1 } as const
export type Hold = (typeof Hold)[keyof typeof Hold]

// The counted word.
const WRITER = 1
const QUEUED = 2
const READER = 4

/** Routines of a semaphore, counted from its first one. */
const Step = { tryRead: 0, readTried: 1, writeTried: 2, queue: 3, readReleased: 4, writeReleased: 5, wake: 6 } as const
/** How many routines a semaphore has. */
export const SEMAPHORE_ROUTINES = 7

export class ReadWriteSemaphore {
  /** Times that a thread had to wait. */
  readonly waited: Float64Array // [thread]
  readonly #firstRoutine: number
  readonly #locked: number
  readonly #count: number
  readonly #lock: number
  readonly #granted: Int32Array // [thread] word: 1 when it has been handed over
  // The queue belongs to whoever holds the spin lock.
  readonly #waiting: Int32Array // [place] thread * 2 + Hold
  #head = 0
  #length = 0

  /** `locked`: ticks of a locked instruction. Its routines are `firstRoutine` and the six after it. */
  constructor(threads: number, words: Words, locked: number, firstRoutine: number) {
    this.#firstRoutine = firstRoutine
    this.#locked = locked
    this.#count = words.allocate(1)
    this.#lock = words.allocate(1)
    this.#granted = Int32Array.from({ length: threads }, () => words.allocate(1))
    this.#waiting = new Int32Array(threads)
    this.waited = new Float64Array(threads)
  }

  acquire(program: Program, hold: Hold): void {
    if (hold === Hold.read) program.loadWord(this.#count).run(this.#firstRoutine + Step.tryRead)
    else program.compareSwap(this.#count, 0, WRITER, this.#locked).run(this.#firstRoutine + Step.writeTried)
  }

  release(program: Program, hold: Hold): void {
    if (hold === Hold.read) {
      program.addWord(this.#count, -READER, this.#locked).run(this.#firstRoutine + Step.readReleased)
    } else program.addWord(this.#count, -WRITER, this.#locked).run(this.#firstRoutine + Step.writeReleased)
  }

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    const was = t.value
    switch (routine - this.#firstRoutine) {
      case Step.tryRead:
        if ((was & (WRITER | QUEUED)) !== 0) return this.#slow(program, Hold.read)
        program.compareSwap(this.#count, was, was + READER, this.#locked).run(this.#firstRoutine + Step.readTried, was)
        return
      case Step.readTried:
        if (was !== argument) this.#slow(program, Hold.read)
        return
      case Step.writeTried:
        if (was !== 0) this.#slow(program, Hold.write)
        return
      case Step.queue:
        return this.#queue(program, t.number, argument as Hold, was)
      case Step.readReleased:
        if (was < READER || (was & WRITER) !== 0) throw new ModelDefect("RW1", `a reader lets go of ${was}`)
        if ((was & QUEUED) !== 0 && was < 2 * READER) this.#wakeNext(program)
        return
      case Step.writeReleased:
        if ((was & ~QUEUED) !== WRITER) throw new ModelDefect("RW1", `a writer lets go of ${was}`)
        if ((was & QUEUED) !== 0) this.#wakeNext(program)
        return
      default:
        return this.#wake(program, was)
    }
  }

  /** With QUEUED set no fast way succeeds: what is decided under the spin lock stays true. */
  #slow(program: Program, hold: Hold): void {
    program
      .lock(this.#lock, this.#locked)
      .orWord(this.#count, QUEUED, this.#locked)
      .run(this.#firstRoutine + Step.queue, hold)
  }

  #queue(program: Program, thread: number, hold: Hold, was: number): void {
    const free = hold === Hold.write ? was < READER && (was & WRITER) === 0 : (was & WRITER) === 0
    if (free && this.#length === 0) {
      program.addWord(this.#count, (hold === Hold.write ? WRITER : READER) - QUEUED, this.#locked)
      program.storeWord(this.#lock, 0)
      return
    }
    this.waited[thread]++
    this.#waiting[(this.#head + this.#length++) % this.#waiting.length] = thread * 2 + hold
    const granted = this.#granted[thread]
    program.storeWord(granted, 0).storeWord(this.#lock, 0).spin(granted, 1, Cause.lockWait)
  }

  #wakeNext(program: Program): void {
    program
      .lock(this.#lock, this.#locked)
      .loadWord(this.#count)
      .run(this.#firstRoutine + Step.wake)
  }

  /** RW2: hand over to the writer at the front, or to every reader before the next writer. */
  #wake(program: Program, count: number): void {
    const from = this.#head
    let granted = 0
    if ((count & WRITER) === 0 && this.#length > 0) {
      if (this.#hold(0) === Hold.write) granted = count < READER ? 1 : 0
      else while (granted < this.#length && this.#hold(granted) === Hold.read) granted++
    }
    if (granted > 0) {
      const change = this.#hold(0) === Hold.write ? WRITER : granted * READER
      this.#head = (from + granted) % this.#waiting.length
      this.#length -= granted
      program.addWord(this.#count, change - (this.#length === 0 ? QUEUED : 0), this.#locked)
      for (let i = 0; i < granted; i++)
        program.storeWord(this.#granted[this.#waiting[(from + i) % this.#waiting.length] >>> 1], 1)
    }
    program.storeWord(this.#lock, 0)
  }

  #hold(place: number): number {
    return this.#waiting[(this.#head + place) % this.#waiting.length] & 1
  }
}
