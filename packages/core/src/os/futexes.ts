/**
 * Futexes: a thread sleeps in the kernel until another one wakes those who sleep on a word. The sleepers of a word are
 * in a queue behind the lock of its bucket, as in Linux.
 *
 *   FX1  a thread is queued only if the word has its value under the lock that wakers take
 *   FX2  each wake-up is for one sleeper: who goes on for another reason takes itself out of the queue
 */
import type { MachineNumbers } from "../machines/machine.ts"
import type { Words } from "../memory/words.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import type { KernelEntry } from "./kernel-entry.ts"
import type { Scheduler } from "./scheduler.ts"

const Step = { check: 0, pick: 1, wake: 2, back: 3, remove: 4 } as const
/** How many routines futexes have. */
export const FUTEX_ROUTINES = 5

/** Buckets; Linux has 256 for each CPU. */
const BUCKETS = 64

export class Futexes {
  readonly #firstRoutine: number
  readonly #numbers: MachineNumbers
  readonly #words: Words
  readonly #entry: KernelEntry
  readonly #scheduler: Scheduler
  // A queue belongs to who holds its bucket's lock.
  readonly #queues: ReadonlyArray<Array<number>> = Array.from({ length: BUCKETS }, () => []) // [bucket] software threads
  #locks = new Int32Array(0) // [bucket] word
  #queued = new Int32Array(0) // [software thread] word: 1 while it is in a queue
  readonly #word: Int32Array // [software thread] the word that it sleeps on, or wakes
  readonly #expected: Int32Array // [software thread]
  readonly #picked: ReadonlyArray<Array<number>> // [software thread] whom it wakes

  constructor(
    software: number,
    numbers: MachineNumbers,
    words: Words,
    entry: KernelEntry,
    scheduler: Scheduler,
    firstRoutine: number
  ) {
    this.#firstRoutine = firstRoutine
    this.#numbers = numbers
    this.#words = words
    this.#entry = entry
    this.#scheduler = scheduler
    this.#word = new Int32Array(software)
    this.#expected = new Int32Array(software)
    this.#picked = Array.from({ length: software }, () => [])
  }

  /** Threads will sleep on words. While the machine is built. */
  open(): void {
    this.#locks = Int32Array.from({ length: BUCKETS }, () => this.#words.allocate(1))
    this.#queued = Int32Array.from({ length: this.#word.length }, () => this.#words.allocate(1))
  }

  /** futex(FUTEX_WAIT): sleep if `word` is `expected`. */
  wait(program: Program, t: HardwareThread, word: number, expected: number): void {
    this.#entry.call(program).chain(this.#numbers.kernel.futexPath)
    this.sleepOn(program, t, word, expected)
    this.#entry.return(program)
  }

  /** The same in the kernel. */
  sleepOn(program: Program, t: HardwareThread, word: number, expected: number): void {
    this.#word[t.software] = word
    this.#expected[t.software] = expected
    this.#scheduler.prepareSleep(program, t)
    program
      .lock(this.#locks[word % BUCKETS], this.#numbers.core.locked)
      .loadWord(word)
      .run(this.#firstRoutine + Step.check)
  }

  /** futex(FUTEX_WAKE): at most `count` threads that sleep on `word` go on, in the order in which they came. */
  wake(program: Program, t: HardwareThread, word: number, count: number): void {
    this.#entry.call(program).chain(this.#numbers.kernel.futexPath)
    this.wakeOn(program, t, word, count)
    this.#entry.return(program)
  }

  /** The same in the kernel. */
  wakeOn(program: Program, t: HardwareThread, word: number, count: number): void {
    this.#word[t.software] = word
    program
      .lock(this.#locks[word % BUCKETS], this.#numbers.core.locked)
      .run(this.#firstRoutine + Step.pick, count)
      .storeWord(this.#locks[word % BUCKETS], 0)
      .run(this.#firstRoutine + Step.wake)
  }

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    const me = t.software
    const bucket = this.#word[me] % BUCKETS
    const queue = this.#queues[bucket]
    switch (routine - this.#firstRoutine) {
      case Step.check:
        if (t.value !== this.#expected[me]) return void program.storeWord(this.#locks[bucket], 0)
        queue.push(me)
        program.storeWord(this.#queued[me], 1).storeWord(this.#locks[bucket], 0)
        this.#scheduler.sleep(program, t)
        program.loadWord(this.#queued[me]).run(this.#firstRoutine + Step.back)
        return
      case Step.pick:
        return this.#pick(program, me, queue, argument)
      case Step.wake:
        for (const software of this.#picked[me].splice(0)) this.#scheduler.wake(program, software)
        return
      case Step.back:
        if (t.value === 0) return
        program
          .lock(this.#locks[bucket], this.#numbers.core.locked)
          .run(this.#firstRoutine + Step.remove)
          .storeWord(this.#locks[bucket], 0)
        return
      default: {
        const at = queue.indexOf(me)
        if (at >= 0) queue.splice(at, 1)
        program.storeWord(this.#queued[me], 0)
      }
    }
  }

  #pick(program: Program, me: number, queue: Array<number>, count: number): void {
    for (let at = 0; at < queue.length && this.#picked[me].length < count; ) {
      const software = queue[at]
      if (this.#word[software] !== this.#word[me]) at++
      else {
        queue.splice(at, 1)
        this.#picked[me].push(software)
        program.storeWord(this.#queued[software], 0)
      }
    }
  }
}
