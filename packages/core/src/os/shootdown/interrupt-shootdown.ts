/**
 * Shootdown by interrupt, as versions of Linux do it: the initiator counts the flush, reads the CPU mask and skips lazy
 * CPUs, queues a call for every target, interrupts those whose queue was empty, flushes here, and waits for each
 * with interrupts enabled, serving the calls of others meanwhile: two shootdowns can cross without a deadlock.
 *
 *   IS1  a target is a CPU of the mask, not the initiator, not lazy when its flag is read (before 5.2 nobody reads it)
 *   IS2  with `early`, OS2 holds for what runs in user mode alone: a target flushes before it leaves its handler
 */
import { isSince } from "../../machines/kernel-version.ts"
import { Cause } from "../../processor/cause.ts"
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"
import { CallQueues, QUEUE_ROUTINES } from "./call-queues.ts"
import { FLUSH_RECORD_WORDS, FlushRecord, storeFlushRecord } from "./flush-record.ts"
import { masked } from "./masked-routine.ts"
import { ShootdownMark } from "./shootdown-log.ts"
import { NO_PAGES, type ShootdownContext, type ShootdownPolicy, WHOLE_CONTEXT } from "./shootdown-policy.ts"
import { SpaceGenerations } from "./space-generations.ts"

const Routine = {
  begin: QUEUE_ROUTINES,
  first: QUEUE_ROUTINES + 1,
  count: QUEUE_ROUTINES + 2,
  counted: QUEUE_ROUTINES + 3,
  flushHere: QUEUE_ROUTINES + 4,
  targets: QUEUE_ROUTINES + 5,
  consider: QUEUE_ROUTINES + 6,
  ring: QUEUE_ROUTINES + 7,
  collect: QUEUE_ROUTINES + 8,
  told: QUEUE_ROUTINES + 9,
  acknowledge: QUEUE_ROUTINES + 10,
  here: QUEUE_ROUTINES + 11
} as const
/** Routines of shootdowns by interrupt end here. */
export const INTERRUPT_ROUTINES = QUEUE_ROUTINES + 16

export class InterruptShootdown implements ShootdownPolicy {
  readonly defers = false
  /** Who runs what, for policies that fall back to this one. */
  readonly generations: SpaceGenerations
  readonly #context: ShootdownContext
  readonly #queues: CallQueues
  readonly #info: Int32Array // [initiator] words of information, unless they are with each call
  readonly #concurrent: boolean
  readonly #early: boolean
  readonly #consolidated: boolean
  readonly #skipsLazy: boolean
  // The flush that each CPU has under way.
  readonly #space: Int32Array // [initiator]
  readonly #first: Int32Array // [initiator]
  readonly #count: Int32Array // [initiator]
  readonly #wanted: Int32Array // [initiator] its generation
  readonly #calling: Uint8Array // [initiator] 1: it has found somebody to call

  constructor(context: ShootdownContext) {
    const { numbers, threads, words } = context
    const { optimisations } = numbers.shootdown
    this.#context = context
    const { version } = numbers.kernelChoice
    this.#concurrent = optimisations.includes("concurrent") || isSince(version, "5.13")
    this.#early = optimisations.includes("early")
    this.#consolidated = optimisations.includes("consolidated")
    this.#skipsLazy = isSince(version, "5.2")
    this.#info = Int32Array.from({ length: this.#consolidated ? 0 : threads }, () => words.allocate(FLUSH_RECORD_WORDS))
    this.#queues = new CallQueues(context, this.#consolidated ? FLUSH_RECORD_WORDS : 0, (program, t, initiator) =>
      this.#serve(program, t, initiator)
    )
    const apart = isSince(version, "5.13") ? Int32Array.from({ length: threads }, () => words.allocate(1)) : undefined
    this.generations = new SpaceGenerations(context, this.#consolidated ? this.#queues.beside : apart)
    this.#space = new Int32Array(threads)
    this.#first = new Int32Array(threads)
    this.#count = new Int32Array(threads)
    this.#wanted = new Int32Array(threads)
    this.#calling = new Uint8Array(threads)
  }

  flush(program: Program, thread: HardwareThread, space: number, first: number, count: number, reclaim: boolean): void {
    program.as(Cause.kernel).mark(ShootdownMark.begin)
    program.run(Routine.begin, space).run(Routine.first, first).run(Routine.count, count)
    if (counts(count)) this.generations.advance(program, space)
    program.run(Routine.counted)
    if (!this.#concurrent) this.#flushHere(program)
    for (let word = 0; word < this.generations.maskWords; word++)
      program.loadWord(this.generations.mask[space] + word).run(Routine.targets, word)
    program.run(Routine.ring)
    if (this.#concurrent) this.#flushHere(program)
    program.run(Routine.collect)
    this.generations.leaveKernel(program)
    if (reclaim) this.#context.reclaim(program, thread, space, first, count, false)
  }

  handle(program: Program, thread: HardwareThread): void {
    const { answerPath, leavePath } = this.#context.numbers.kernel
    program.as(Cause.kernel).chain(answerPath)
    this.#queues.serve(program, thread)
    program.as(Cause.kernel).chain(leavePath)
    this.generations.leaveKernel(program)
  }

  tick(): void {}

  switchFrom(): void {}

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    program.as(Cause.kernel)
    if (this.generations.routine(program, t, routine, argument)) return
    if (this.#queues.routine(program, t, routine, argument)) return
    const me = t.number
    switch (routine) {
      case Routine.begin:
        this.#space[me] = argument
        this.#calling[me] = 0
        return
      case Routine.first:
        this.#first[me] = argument
        return
      case Routine.count:
        this.#count[me] = argument
        return this.#context.log.opened(me, argument)
      case Routine.counted:
        this.#wanted[me] = t.value + 1
        if (!this.#consolidated) this.#inform(program, me, this.#info[me])
        return
      case Routine.here:
        return masked(program, t, Routine.flushHere)
      case Routine.flushHere:
        return this.#invalidate(program, t, this.#space[me], this.#first[me], this.#count[me], this.#wanted[me])
      case Routine.targets:
        return this.#targets(program, t, argument)
      case Routine.consider:
        if (t.value === 0) this.#call(program, t, argument)
        return
      case Routine.ring:
        return this.#queues.ring(program, t)
      case Routine.collect:
        return this.#collect(program, t)
      case Routine.told:
        return this.#told(program, t, argument)
      default:
        this.#queues.acknowledge(program, t, argument)
    }
  }

  /** Interrupts are masked: the handler's flushes and this one come one after the other. */
  #flushHere(program: Program): void {
    program.run(Routine.here)
  }

  #invalidate(program: Program, t: HardwareThread, space: number, first: number, count: number, wanted: number): void {
    if (counts(count)) this.generations.flush(program, t, space, first, count, wanted)
    else this.generations.invalidation.append(program, first, count)
  }

  /** Say on the line of `word` what is to be flushed. */
  #inform(program: Program, me: number, word: number): void {
    storeFlushRecord(program, word, this.#first[me], this.#count[me], this.#space[me], this.#wanted[me])
  }

  /** IS1: the bits of one word of the mask are in `value`. */
  #targets(program: Program, t: HardwareThread, word: number): void {
    const me = t.number
    const others = word === me >>> 5 ? t.value & ~(1 << (me & 31)) : t.value
    if (others !== 0 && this.#calling[me] === 0) {
      this.#calling[me] = 1
      program.chain(this.#context.numbers.kernel.callPath)
    }
    for (let bits = others; bits !== 0; bits &= bits - 1) {
      const target = word * 32 + 31 - Math.clz32(bits & -bits)
      program.chain(this.#context.numbers.kernel.callTarget)
      this.#queues.prepare(program, t, target)
      if (this.#skipsLazy && counts(this.#count[me]))
        program.loadWord(this.generations.lazy[target]).run(Routine.consider, target)
      else this.#call(program, t, target)
    }
  }

  /** A second target makes a call of many out of a call of one: masks to copy and to compare. */
  #call(program: Program, t: HardwareThread, target: number): void {
    if (this.#context.log.sent(t.number) === 1) program.chain(this.#context.numbers.kernel.callManyPath)
    this.#context.log.told(t.number, target)
    if (this.#consolidated) this.#inform(program, t.number, this.#queues.extra(t.number, target))
    this.#queues.push(program, t, target)
  }

  #collect(program: Program, t: HardwareThread): void {
    const { log, threads } = this.#context
    if (log.sent(t.number) === 0) return
    log.closed(t.number)
    for (let target = 0; target < threads; target++)
      if (log.isTarget(t.number, target)) this.#queues.wait(program, t, target)
    program.mark(ShootdownMark.end)
  }

  /** The call of `initiator` is this target's next: its information is on one line. */
  #serve(program: Program, t: HardwareThread, initiator: number): void {
    program.loadWord(this.#informationOf(initiator, t.number)).run(Routine.told, initiator)
  }

  #informationOf(initiator: number, target: number): number {
    return this.#consolidated ? this.#queues.extra(initiator, target) : this.#info[initiator]
  }

  #told(program: Program, t: HardwareThread, initiator: number): void {
    const { values } = this.#context.words
    const word = this.#informationOf(initiator, t.number)
    const count = values[word + FlushRecord.count]
    const early = this.#early && counts(count)
    if (early) this.#queues.acknowledge(program, t, initiator)
    program.chain(this.#context.numbers.kernel.flushPath)
    if (count === NO_PAGES) this.#context.serve?.(program, t)
    else
      this.#invalidate(
        program,
        t,
        values[word + FlushRecord.space],
        values[word + FlushRecord.first],
        count,
        values[word + FlushRecord.generation]
      )
    program.as(Cause.kernel)
    if (!early) program.run(Routine.acknowledge, initiator)
  }
}

/** The flush is one of pages, which generations count. */
const counts = (count: number): boolean => count !== NO_PAGES && count !== WHOLE_CONTEXT
