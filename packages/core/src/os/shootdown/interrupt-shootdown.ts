/**
 * Shootdown by interrupt: the initiator reads the CPU mask, queues a call for every target, interrupts those whose
 * queue was empty, and waits for each with interrupts enabled, serving the calls of others meanwhile: two
 * shootdowns can cross without a deadlock (OS1, OS2).
 */
import { Cause } from "../../processor/cause.ts"
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"
import { ShootdownMark } from "./shootdown-log.ts"
import {
  FIRST_SHOOTDOWN_ROUTINE,
  NO_PAGES,
  type ShootdownContext,
  type ShootdownPolicy,
  WHOLE_CONTEXT,
  WHOLE_SPACE
} from "./shootdown-policy.ts"

/** Vector of the call-function interrupt. */
const CALL_FUNCTION = 0xfb

const Routine = {
  send: FIRST_SHOOTDOWN_ROUTINE,
  interruptTarget: FIRST_SHOOTDOWN_ROUTINE + 1,
  handleQueue: FIRST_SHOOTDOWN_ROUTINE + 2,
  takeStart: FIRST_SHOOTDOWN_ROUTINE + 3,
  flush: FIRST_SHOOTDOWN_ROUTINE + 4,
  begin: FIRST_SHOOTDOWN_ROUTINE + 5
} as const

export class InterruptShootdown implements ShootdownPolicy {
  readonly defers = false
  readonly #context: ShootdownContext
  readonly #threads: number
  readonly #maskWords: number
  readonly #mask: Int32Array // [address space] word per 32 threads: who runs it
  readonly #info: Int32Array // [thread] two words: first page and number of pages to flush
  readonly #queue: Int32Array // [thread] word per 32 initiators: who has called
  readonly #call: Int32Array // [initiator][target] word: 1 until acknowledged
  readonly #start: Int32Array // [thread] first page that its handler is about to flush

  constructor(context: ShootdownContext) {
    const { spaces, threads, words } = context
    this.#context = context
    this.#threads = threads
    this.#maskWords = (threads + 31) >>> 5
    this.#mask = Int32Array.from({ length: spaces }, () => words.allocate(this.#maskWords))
    this.#info = Int32Array.from({ length: threads }, () => words.allocate(2))
    this.#queue = Int32Array.from({ length: threads }, () => words.allocate(this.#maskWords))
    this.#call = Int32Array.from({ length: threads * threads }, () => words.allocate(1))
    this.#start = new Int32Array(threads)
  }

  attach(thread: number, space: number): void {
    this.#context.words.values[this.#mask[space] + (thread >>> 5)] |= 1 << (thread & 31)
  }

  flush(program: Program, thread: HardwareThread, space: number, first: number, count: number, reclaim: boolean): void {
    const info = this.#info[thread.number]
    program.as(Cause.kernel).mark(ShootdownMark.begin).run(Routine.begin, count)
    this.#invalidate(program, first, count)
    program.storeWord(info, first).storeWord(info + 1, count)
    for (let word = 0; word < this.#maskWords; word++)
      program.loadWord(this.#mask[space] + word).run(Routine.send, word)
    // Nothing to run: the targets are known once every word of the mask has been read.
    program.run(Routine.send, -1)
    if (reclaim) this.#context.reclaim(program, thread, space, first, count)
  }

  handle(program: Program): void {
    program.as(Cause.kernel).chain(this.#context.numbers.kernel.flushPath)
    program.run(Routine.handleQueue, -1)
  }

  tick(): void {}

  switchTo(): void {}

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    program.as(Cause.kernel)
    switch (routine) {
      case Routine.send:
        return argument < 0 ? this.#collect(program, t) : this.#send(program, t, argument)
      case Routine.interruptTarget:
        // Somebody else's call is pending there: its interrupt will serve this one too.
        if (t.value === 0) program.interrupt(argument, CALL_FUNCTION, this.#context.numbers.interrupt.send)
        return
      case Routine.handleQueue:
        return this.#handleQueue(program, t, argument)
      case Routine.begin:
        return this.#context.log.opened(t.number, argument)
      case Routine.takeStart:
        this.#start[t.number] = t.value
        return
      default:
        this.#flush(program, t, argument)
    }
  }

  #invalidate(program: Program, first: number, count: number): void {
    const { kernel } = this.#context.numbers
    if (count === WHOLE_CONTEXT) program.invalidateContext(first, this.#context.forgetContext)
    else if (count === WHOLE_SPACE || count > kernel.flushCeiling) program.invalidateAll(kernel.invalidateAll)
    else for (let i = 0; i < count; i++) program.invalidatePage(first + i, kernel.invalidatePage)
  }

  #send(program: Program, t: HardwareThread, word: number): void {
    const me = t.number
    const { log, numbers } = this.#context
    for (let bits = t.value; bits !== 0; bits &= bits - 1) {
      const target = word * 32 + 31 - Math.clz32(bits & -bits)
      if (target === me) continue
      log.told(me, target)
      program.storeWord(this.#call[me * this.#threads + target], 1)
      program.orWord(this.#queue[target] + (me >>> 5), 1 << (me & 31), numbers.core.locked)
      program.run(Routine.interruptTarget, target)
    }
  }

  #collect(program: Program, t: HardwareThread): void {
    const { log } = this.#context
    if (log.sent(t.number) === 0) return
    log.closed(t.number)
    for (let target = 0; target < this.#threads; target++) {
      if (log.isTarget(t.number, target))
        program.spin(this.#call[t.number * this.#threads + target], 0, Cause.revocationWait)
    }
    program.mark(ShootdownMark.end)
  }

  #handleQueue(program: Program, t: HardwareThread, argument: number): void {
    const { locked } = this.#context.numbers.core
    if (argument < 0) {
      for (let word = 0; word < this.#maskWords; word++)
        program.swapWord(this.#queue[t.number] + word, 0, locked).run(Routine.handleQueue, word)
      return
    }
    for (let bits = t.value; bits !== 0; bits &= bits - 1) {
      const initiator = argument * 32 + 31 - Math.clz32(bits & -bits)
      const info = this.#info[initiator]
      program
        .loadWord(info)
        .run(Routine.takeStart)
        .loadWord(info + 1)
        .run(Routine.flush, initiator)
    }
  }

  #flush(program: Program, t: HardwareThread, initiator: number): void {
    if (t.value === NO_PAGES) this.#context.serve?.(program, t)
    else this.#invalidate(program, this.#start[t.number], t.value)
    program
      .as(Cause.kernel)
      .storeWord(this.#call[initiator * this.#threads + t.number], 0)
      .mark(ShootdownMark.acknowledged, initiator)
  }
}
