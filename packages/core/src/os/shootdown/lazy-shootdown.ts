/**
 * Lazy shootdown, as LATR: an unmapping saves a state in a queue of its own CPU and goes on; every CPU of the mask
 * sweeps all queues at its next scheduler tick or context switch; the pages are given back after two ticks. Changes
 * of rights, which can't wait, and flushes that find no free state interrupt.
 *
 *   LS1  a state's pages are given back when its mask is empty and `reclaimTicks` ticks of its CPU have passed (OS1)
 *   LS2  a CPU clears its bit in a state after it has invalidated (OS2)
 *   LS3  a CPU's own tick sees a state when all of it is written: it may come while the state is being saved
 */
import { Cause } from "../../processor/cause.ts"
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"
import { FLUSH_RECORD_WORDS, FlushRecord, storeFlushRecord } from "./flush-record.ts"
import { INTERRUPT_ROUTINES, InterruptShootdown } from "./interrupt-shootdown.ts"
import { masked } from "./masked-routine.ts"
import type { ShootdownContext, ShootdownPolicy } from "./shootdown-policy.ts"
import type { SpaceGenerations } from "./space-generations.ts"

const Routine = {
  space: INTERRUPT_ROUTINES,
  first: INTERRUPT_ROUTINES + 1,
  save: INTERRUPT_ROUTINES + 2,
  copy: INTERRUPT_ROUTINES + 3,
  scan: INTERRUPT_ROUTINES + 4,
  check: INTERRUPT_ROUTINES + 5,
  reclaim: INTERRUPT_ROUTINES + 6,
  empty: INTERRUPT_ROUTINES + 7,
  counted: INTERRUPT_ROUTINES + 8,
  flush: INTERRUPT_ROUTINES + 9,
  published: INTERRUPT_ROUTINES + 10
} as const

export class LazyShootdown implements ShootdownPolicy {
  readonly defers = true
  readonly #context: ShootdownContext
  readonly #calls: InterruptShootdown
  readonly #states: number
  readonly #maskWords: number
  readonly #tail: Int32Array // [CPU] word: states saved so far
  readonly #state: Int32Array // [CPU][state] words of its mask, then the record of its flush
  readonly #saved: Int32Array // [CPU] states saved so far, its own memory of `tail`
  readonly #freed: Int32Array // [CPU] states given back so far
  readonly #seen: Int32Array // [CPU][queue] states that it has looked at
  readonly #ticks: Int32Array // [CPU] scheduler ticks so far
  readonly #savedAt: Int32Array // [CPU][state] scheduler ticks when it was saved
  readonly #space: Int32Array // [CPU] of the flush under way
  readonly #first: Int32Array // [CPU] of the flush under way
  readonly #count: Int32Array // [CPU] of the flush under way
  readonly #at: Int32Array // [CPU] state looked at, [CPU][state]
  readonly #left: Int32Array // [CPU] bits of the mask of the state that it would give back

  constructor(context: ShootdownContext) {
    const { numbers, threads, words } = context
    const { states } = numbers.lazyShootdown
    this.#context = context
    this.#calls = new InterruptShootdown(context)
    this.#states = states
    this.#maskWords = this.#calls.generations.maskWords
    this.#tail = Int32Array.from({ length: threads }, () => words.allocate(1))
    this.#state = Int32Array.from({ length: threads * states }, () =>
      words.allocate(this.#maskWords + FLUSH_RECORD_WORDS)
    )
    this.#saved = new Int32Array(threads)
    this.#freed = new Int32Array(threads)
    this.#seen = new Int32Array(threads * threads)
    this.#ticks = new Int32Array(threads)
    this.#savedAt = new Int32Array(threads * states)
    this.#space = new Int32Array(threads)
    this.#first = new Int32Array(threads)
    this.#count = new Int32Array(threads)
    this.#at = new Int32Array(threads)
    this.#left = new Int32Array(threads)
  }

  get generations(): SpaceGenerations {
    return this.#calls.generations
  }

  flush(program: Program, thread: HardwareThread, space: number, first: number, count: number, reclaim: boolean): void {
    // A queue that is full now has no free state when the flush is executed, unless its own CPU's tick comes between.
    const full = this.#saved[thread.number] - this.#freed[thread.number] === this.#states
    if (!reclaim || count <= 0 || full) return this.#calls.flush(program, thread, space, first, count, reclaim)
    program.as(Cause.kernel).run(Routine.space, space).run(Routine.first, first).run(Routine.save, count)
  }

  handle(program: Program, thread: HardwareThread): void {
    this.#calls.handle(program, thread)
  }

  tick(program: Program, thread: HardwareThread): void {
    this.#ticks[thread.number]++
    this.#sweep(program)
    program.run(Routine.reclaim)
  }

  switchFrom(program: Program): void {
    this.#sweep(program)
  }

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    program.as(Cause.kernel)
    const me = t.number
    switch (routine) {
      case Routine.space:
        this.#space[me] = argument
        return
      case Routine.first:
        this.#first[me] = argument
        return
      case Routine.save:
        return this.#save(program, t, argument)
      case Routine.counted:
        return this.#counted(program, t, argument)
      case Routine.flush:
        return this.#flush(program, t, argument)
      case Routine.published:
        this.#savedAt[argument] = this.#ticks[me]
        this.#saved[me]++
        return
      case Routine.copy:
        return this.#copy(program, t, argument)
      case Routine.scan:
        return this.#scan(program, t, argument)
      case Routine.check:
        return this.#check(program, t, argument)
      case Routine.reclaim:
        return this.#reclaim(program, t)
      case Routine.empty:
        return this.#empty(program, t, argument)
      default:
        this.#calls.routine(program, t, routine, argument)
    }
  }

  /** Invalidate here, write the state, and publish it by its queue's tail. */
  #save(program: Program, t: HardwareThread, count: number): void {
    const me = t.number
    const { generations } = this.#calls
    const space = this.#space[me]
    const row = me * this.#states + (this.#saved[me] % this.#states)
    program.chain(this.#context.numbers.lazyShootdown.savePath)
    this.#count[me] = count
    generations.advance(program, space)
    program.run(Routine.counted, row)
    for (let word = 0; word < this.#maskWords; word++)
      program.loadWord(generations.mask[space] + word).run(Routine.copy, word)
    program.storeWord(this.#tail[me], this.#saved[me] + 1).run(Routine.published, row)
    this.#context.log.shootdowns++
  }

  /** The generation of this flush is in `value`, less one. */
  #counted(program: Program, t: HardwareThread, row: number): void {
    const me = t.number
    const words = this.#state[row] + this.#maskWords
    storeFlushRecord(program, words, this.#first[me], this.#count[me], this.#space[me], t.value + 1)
    this.#flushOf(program, t, row)
  }

  /** Flush what the state in `row` says, interrupts masked. */
  #flushOf(program: Program, t: HardwareThread, row: number): void {
    masked(program, t, Routine.flush, row)
  }

  #flush(program: Program, t: HardwareThread, row: number): void {
    const { values } = this.#context.words
    const at = this.#state[row] + this.#maskWords
    const { generations } = this.#calls
    generations.flush(
      program,
      t,
      values[at + FlushRecord.space],
      values[at + FlushRecord.first],
      values[at + FlushRecord.count],
      values[at + FlushRecord.generation]
    )
  }

  #copy(program: Program, t: HardwareThread, word: number): void {
    const me = t.number
    const mine = word === me >>> 5 ? 1 << (me & 31) : 0
    const row = me * this.#states + (this.#saved[me] % this.#states)
    program.storeWord(this.#state[row] + word, t.value & ~mine)
  }

  #sweep(program: Program): void {
    program.as(Cause.sweep).chain(this.#context.numbers.lazyShootdown.sweepPath)
    for (let queue = 0; queue < this.#context.threads; queue++)
      program.loadWord(this.#tail[queue]).run(Routine.scan, queue)
  }

  /** The tail of `queue` is in `value`: look at what has been saved since the last sweep. */
  #scan(program: Program, t: HardwareThread, queue: number): void {
    const me = t.number
    const at = me * this.#context.threads + queue
    program.as(Cause.sweep)
    for (let n = this.#seen[at]; n < t.value; n++) {
      const row = queue * this.#states + (n % this.#states)
      program.loadWord(this.#state[row] + (me >>> 5)).run(Routine.check, row)
    }
    this.#seen[at] = t.value
  }

  /** LS2: a state that names this CPU. */
  #check(program: Program, t: HardwareThread, row: number): void {
    const bit = 1 << (t.number & 31)
    if ((t.value & bit) === 0) return
    program.as(Cause.sweep)
    this.#flushOf(program, t, row)
    program.addWord(this.#state[row] + (t.number >>> 5), -bit, this.#context.numbers.core.locked)
  }

  /** LS1: look at the oldest state of this CPU's own queue, if it is old enough. */
  #reclaim(program: Program, t: HardwareThread): void {
    const me = t.number
    if (this.#freed[me] === this.#saved[me]) return
    const row = me * this.#states + (this.#freed[me] % this.#states)
    if (this.#ticks[me] - this.#savedAt[row] < this.#context.numbers.lazyShootdown.reclaimTicks) return
    this.#left[me] = 0
    this.#at[me] = row
    program.as(Cause.sweep)
    for (let word = 0; word < this.#maskWords; word++)
      program.loadWord(this.#state[row] + word).run(Routine.empty, word)
  }

  /** A word of that state's mask is in `value`: behind the last one, give its pages back and look at the next. */
  #empty(program: Program, t: HardwareThread, word: number): void {
    const me = t.number
    this.#left[me] |= t.value
    if (word < this.#maskWords - 1 || this.#left[me] !== 0) return
    const { values } = this.#context.words
    const row = this.#at[me]
    const words = this.#state[row] + this.#maskWords
    this.#freed[me]++
    this.#context.reclaim(
      program,
      t,
      values[words + FlushRecord.space],
      values[words + FlushRecord.first],
      values[words + FlushRecord.count],
      true
    )
    program.run(Routine.reclaim)
  }
}
