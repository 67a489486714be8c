/**
 * The operating system as programs: mprotect and pkey_mprotect with their shootdown, and the handler at the
 * other end. Every shared datum is a word in memory. The initiator waits with interrupts enabled and serves
 * the requests of others meanwhile, so two shootdowns can cross without a deadlock.
 *
 *   OS1  every thread in the CPU mask but the initiator has flushed before the initiator goes on
 *   OS2  a target's acknowledgement is stored after its invalidations have completed
 */
import type { MachineNumbers } from "../machines/machine.ts"
import type { Words } from "../memory/words.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { Serialise } from "../processor/operation.ts"
import type { Program } from "../processor/program.ts"
import type { TraceTable } from "../trace/trace-table.ts"

/** Vector of the call-function interrupt. */
const CALL_FUNCTION = 0xfb
/** In place of a number of pages: everything of one context. */
const WHOLE_CONTEXT = -1

/** Routines of the kernel, by the numbers that `Operation.run` carries. */
export const KernelRoutine = {
  send: 0,
  interruptTarget: 1,
  handleQueue: 2,
  takeStart: 3,
  flush: 4,
  restore: 5
} as const
/** Marks that the kernel sets. */
export const KernelMark = { begin: 0, acknowledged: 1, end: 2 } as const

export class KernelRoutines {
  shootdowns = 0
  targets = 0
  /** Ticks of the way into the hypervisor and back when a target is interrupted, on top of the interrupt itself. */
  handlerExit = 0
  handlerEntry = 0
  /** Ticks of the instruction that forgets one context, where a mechanism has one. */
  forgetContext = 0
  /** What a mechanism has every thread do that is called by `synchronise`, before it acknowledges. */
  serve: ((program: Program, thread: HardwareThread) => void) | undefined = undefined
  readonly #threads: number
  readonly #numbers: MachineNumbers
  readonly #trace: TraceTable
  readonly #maskWords: number
  readonly #lock: number
  readonly #mask: number // word per 32 threads: who runs this address space
  readonly #info: Int32Array // [thread] two words: first page and number of pages to flush
  readonly #queue: Int32Array // [thread] word per 32 initiators: who has called
  readonly #call: Int32Array // [initiator][target] word: 1 until acknowledged
  readonly #words: Words
  readonly #start: Int32Array // [thread] first page that its handler is about to flush
  readonly #sent: Int32Array // [thread] targets of its shootdown under way
  readonly #begin: Int32Array // [thread] tick
  readonly #acknowledged: Int32Array // [initiator][target] tick, for the trace

  constructor(threads: number, numbers: MachineNumbers, words: Words, trace: TraceTable) {
    this.#threads = threads
    this.#numbers = numbers
    this.#trace = trace
    this.#words = words
    this.#maskWords = (threads + 31) >>> 5
    this.#lock = words.allocate(1)
    this.#mask = words.allocate(this.#maskWords)
    this.#info = Int32Array.from({ length: threads }, () => words.allocate(2))
    this.#queue = Int32Array.from({ length: threads }, () => words.allocate(this.#maskWords))
    this.#call = Int32Array.from({ length: threads * threads }, () => words.allocate(1))
    this.#start = new Int32Array(threads)
    this.#sent = new Int32Array(threads)
    this.#begin = new Int32Array(threads)
    this.#acknowledged = new Int32Array(threads * threads)
  }

  /** `thread` runs the process: it is a target of shootdowns from the start. */
  attach(thread: number): void {
    this.#words.values[this.#mask + (thread >>> 5)] |= 1 << (thread & 31)
  }

  /** mprotect or pkey_mprotect: pages [first, first + count) get page-table entry `entry`. */
  protect(program: Program, thread: HardwareThread, first: number, count: number, entry: number): void {
    const { kernel } = this.#numbers
    program.as(Cause.kernel).serialise(Serialise.drain, kernel.syscallEntry).chain(kernel.protectPath)
    program.lock(this.#lock, this.#numbers.core.locked)
    for (let i = 0; i < count; i++) program.chain(kernel.perPage).storeEntry(first + i, entry)
    this.shootdown(program, thread, first, count)
    program.storeWord(this.#lock, 0).serialise(Serialise.drain, kernel.syscallExit)
  }

  /** Invalidate pages [first, first + count) here and on every thread of the CPU mask, and wait for all. */
  shootdown(program: Program, thread: HardwareThread, first: number, count: number): void {
    const info = this.#info[thread.number]
    program.as(Cause.kernel).mark(KernelMark.begin)
    this.#invalidate(program, first, count)
    program.storeWord(info, first).storeWord(info + 1, count)
    for (let word = 0; word < this.#maskWords; word++) program.loadWord(this.#mask + word).run(KernelRoutine.send, word)
    // Nothing to run: the targets are known once every word of the mask has been read.
    program.run(KernelRoutine.send, -1)
  }

  /** The same for every translation of `context`. */
  shootdownContext(program: Program, thread: HardwareThread, context: number): void {
    this.shootdown(program, thread, context, WHOLE_CONTEXT)
  }

  /** A system call that changes no page: every other thread of the CPU mask does what `serve` appends; wait for all. */
  synchronise(program: Program, thread: HardwareThread): void {
    const { kernel } = this.#numbers
    program.as(Cause.kernel).serialise(Serialise.drain, kernel.syscallEntry)
    this.shootdown(program, thread, 0, 0)
    program.serialise(Serialise.drain, kernel.syscallExit)
  }

  /** An interrupt is taken: entry, the queue of calls, return. */
  handle(program: Program): void {
    const { interrupt, kernel } = this.#numbers
    program
      .as(Cause.interrupt)
      .maskInterrupts(true)
      .serialise(Serialise.drain, interrupt.entry + this.handlerExit)
    program.as(Cause.kernel).chain(kernel.flushPath)
    program.run(KernelRoutine.handleQueue, -1)
    program
      .as(Cause.interrupt)
      .serialise(Serialise.drain, interrupt.exit + this.handlerEntry)
      .maskInterrupts(false)
  }

  /** A context switch: into the kernel, and out of it as a thread that runs in `domain`. */
  resume(program: Program, domain: number): void {
    const { kernel } = this.#numbers
    program.as(Cause.kernel).serialise(Serialise.drain, kernel.syscallEntry)
    program.serialise(Serialise.drain, kernel.syscallExit).run(KernelRoutine.restore, domain)
  }

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    program.as(Cause.kernel)
    switch (routine) {
      case KernelRoutine.send:
        return argument < 0 ? this.#collect(program, t) : this.#send(program, t, argument)
      case KernelRoutine.interruptTarget:
        // Somebody else's call is pending there: its interrupt will serve this one too.
        if (t.value === 0) program.interrupt(argument, CALL_FUNCTION, this.#numbers.interrupt.send)
        return
      case KernelRoutine.handleQueue:
        return this.#handleQueue(program, t, argument)
      case KernelRoutine.takeStart:
        this.#start[t.number] = t.value
        return
      default:
        this.#flush(program, t, argument)
    }
  }

  marked(t: HardwareThread, kind: number, argument: number, tick: number): void {
    if (kind === KernelMark.begin) {
      this.#begin[t.number] = tick
      this.#sent[t.number] = 0
    } else if (kind === KernelMark.acknowledged) this.#acknowledged[argument * this.#threads + t.number] = tick
    else if (kind === KernelMark.end) this.#report(t, tick)
  }

  #invalidate(program: Program, first: number, count: number): void {
    const { kernel } = this.#numbers
    if (count === WHOLE_CONTEXT) program.invalidateContext(first, this.forgetContext)
    else if (count > kernel.flushCeiling) program.invalidateAll(kernel.invalidateAll)
    else for (let i = 0; i < count; i++) program.invalidatePage(first + i, kernel.invalidatePage)
  }

  #send(program: Program, t: HardwareThread, word: number): void {
    const me = t.number
    for (let bits = t.value; bits !== 0; bits &= bits - 1) {
      const target = word * 32 + 31 - Math.clz32(bits & -bits)
      if (target === me) continue
      this.#sent[me]++
      program.storeWord(this.#call[me * this.#threads + target], 1)
      program.orWord(this.#queue[target] + (me >>> 5), 1 << (me & 31), this.#numbers.core.locked)
      program.run(KernelRoutine.interruptTarget, target)
    }
  }

  #collect(program: Program, t: HardwareThread): void {
    if (this.#sent[t.number] === 0) return
    this.shootdowns++
    this.targets += this.#sent[t.number]
    for (let target = 0; target < this.#threads; target++) {
      if (this.#isTarget(t.number, target))
        program.spin(this.#call[t.number * this.#threads + target], 0, Cause.revocationWait)
    }
    program.mark(KernelMark.end)
  }

  /** The CPU mask of a process doesn't change while its threads are pinned. */
  #isTarget(initiator: number, target: number): boolean {
    return target !== initiator && ((this.#words.values[this.#mask + (target >>> 5)] >>> (target & 31)) & 1) === 1
  }

  #handleQueue(program: Program, t: HardwareThread, argument: number): void {
    if (argument < 0) {
      for (let word = 0; word < this.#maskWords; word++) {
        program
          .swapWord(this.#queue[t.number] + word, 0, this.#numbers.core.locked)
          .run(KernelRoutine.handleQueue, word)
      }
      return
    }
    for (let bits = t.value; bits !== 0; bits &= bits - 1) {
      const initiator = argument * 32 + 31 - Math.clz32(bits & -bits)
      const info = this.#info[initiator]
      program
        .loadWord(info)
        .run(KernelRoutine.takeStart)
        .loadWord(info + 1)
        .run(KernelRoutine.flush, initiator)
    }
  }

  #flush(program: Program, t: HardwareThread, initiator: number): void {
    if (t.value === 0) this.serve?.(program, t)
    else this.#invalidate(program, this.#start[t.number], t.value)
    program
      .as(Cause.kernel)
      .storeWord(this.#call[initiator * this.#threads + t.number], 0)
      .mark(KernelMark.acknowledged, initiator)
  }

  #report(t: HardwareThread, tick: number): void {
    if (!this.#trace.on) return
    const me = t.number
    const info = this.#info[me]
    for (let target = 0; target < this.#threads; target++) {
      if (!this.#isTarget(me, target)) continue
      const seen = this.#acknowledged[me * this.#threads + target]
      this.#trace.emit(
        tick,
        t.owner,
        me,
        target,
        this.#sent[me],
        this.#words.values[info + 1],
        this.#begin[me],
        seen,
        tick
      )
    }
  }
}
