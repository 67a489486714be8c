/**
 * Calls of one CPU by another: a queue for each target, into which initiators push with a compare-and-swap, and a
 * line of call data for each pair, as llist and call_single_data of Linux.
 *
 *   CQ1  a target whose queue was not empty has an interrupt on its way, and gets no other
 *   CQ2  a target serves its calls in the order in which they were pushed
 */
import { Cause } from "../../processor/cause.ts"
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"
import { InterruptClusters } from "./interrupt-clusters.ts"
import { ShootdownMark } from "./shootdown-log.ts"
import type { ShootdownContext } from "./shootdown-policy.ts"
import { GENERATION_ROUTINES } from "./space-generations.ts"

/** Vector of the call-function interrupt. */
export const CALL_FUNCTION = 0xfb

const Routine = {
  link: GENERATION_ROUTINES,
  linked: GENERATION_ROUTINES + 1,
  follow: GENERATION_ROUTINES + 2,
  serve: GENERATION_ROUTINES + 3
} as const
/** Routines of the queues end here. */
export const QUEUE_ROUTINES = GENERATION_ROUTINES + 8

/** Words of one call's data. */
const NEXT = 0
const PENDING = 1

export class CallQueues {
  /** [CPU] word on the line of its queue's head, free for whoever consolidates lines. */
  readonly beside: Int32Array
  readonly #threads: number
  readonly #context: ShootdownContext
  readonly #clusters: InterruptClusters
  readonly #head: Int32Array // [target] word: 1 + the initiator that pushed last, or 0
  readonly #data: Int32Array // [initiator][target] words of the call
  readonly #expected: Int32Array // [initiator] head as it was read
  readonly #ring: Uint8Array // [initiator][target] 1: to be interrupted
  readonly #order: Int32Array // [target][place] initiators found in the queue, last pushed first
  readonly #found: Int32Array // [target] how many
  readonly #execute: (program: Program, t: HardwareThread, initiator: number) => void

  /**
   * `extra` words follow each call's own on its line. `execute` appends what a call asks for, and its
   * acknowledgement.
   */
  constructor(
    context: ShootdownContext,
    extra: number,
    execute: (program: Program, t: HardwareThread, initiator: number) => void
  ) {
    const { threads, words } = context
    this.#context = context
    this.#clusters = new InterruptClusters(context.numbers)
    this.#threads = threads
    this.#execute = execute
    this.#head = Int32Array.from({ length: threads }, () => words.allocate(2))
    this.beside = this.#head.map((word) => word + 1)
    this.#data = Int32Array.from({ length: threads * threads }, () => words.allocate(2 + extra))
    this.#expected = new Int32Array(threads)
    this.#ring = new Uint8Array(threads * threads)
    this.#order = new Int32Array(threads * threads)
    this.#found = new Int32Array(threads)
  }

  /** First of the extra words of the call from `initiator` to `target`. */
  extra(initiator: number, target: number): number {
    return this.#data[initiator * this.#threads + target] + 2
  }

  /** The stores into the call's data wait in the store buffer: its line is asked for while what follows is read. */
  prepare(program: Program, t: HardwareThread, target: number): void {
    program.writeLines(this.#context.words.line(this.#data[t.number * this.#threads + target]), 1)
  }

  /** Queue the call to `target`; its interrupt is sent by `ring`. */
  push(program: Program, t: HardwareThread, target: number): void {
    program.storeWord(this.#data[t.number * this.#threads + target] + PENDING, 1)
    this.#try(program, target)
  }

  #try(program: Program, target: number): void {
    program.loadWord(this.#head[target]).run(Routine.link, target)
  }

  /** Interrupt the targets whose queues were empty: one write for each cluster of them. */
  ring(program: Program, t: HardwareThread): void {
    const row = t.number * this.#threads
    this.#context.log.signals += this.#clusters.send(program, CALL_FUNCTION, this.#ring, row)
    this.#ring.fill(0, row, row + this.#threads)
  }

  /** Wait until `target` has acknowledged. */
  wait(program: Program, t: HardwareThread, target: number): void {
    program.spin(this.#data[t.number * this.#threads + target] + PENDING, 0, Cause.revocationWait)
  }

  /** What the handler does with its queue. */
  serve(program: Program, t: HardwareThread): void {
    this.#found[t.number] = 0
    program.swapWord(this.#head[t.number], 0, this.#context.numbers.core.locked).run(Routine.follow)
  }

  acknowledge(program: Program, t: HardwareThread, initiator: number): void {
    program
      .storeWord(this.#data[initiator * this.#threads + t.number] + PENDING, 0)
      .mark(ShootdownMark.acknowledged, initiator)
  }

  /** True if the routine was one of the queues'. */
  routine(program: Program, t: HardwareThread, routine: number, argument: number): boolean {
    const me = t.number
    switch (routine) {
      case Routine.link:
        this.#expected[me] = t.value
        program.storeWord(this.#data[me * this.#threads + argument] + NEXT, t.value)
        program.compareSwap(this.#head[argument], t.value, me + 1, this.#context.numbers.core.locked)
        program.run(Routine.linked, argument)
        return true
      case Routine.linked:
        if (t.value !== this.#expected[me]) this.#try(program, argument)
        else if (t.value === 0) this.#ring[me * this.#threads + argument] = 1
        return true
      case Routine.follow:
        this.#follow(program, t)
        return true
      case Routine.serve:
        this.#execute(program, t, argument)
        return true
      default:
        return false
    }
  }

  /** The queue is a list, last pushed first: note who is in it, then serve them the other way round. */
  #follow(program: Program, t: HardwareThread): void {
    const me = t.number
    const row = me * this.#threads
    if (t.value !== 0) {
      const initiator = t.value - 1
      this.#order[row + this.#found[me]++] = initiator
      program.loadWord(this.#data[initiator * this.#threads + me] + NEXT).run(Routine.follow)
      return
    }
    for (let place = this.#found[me] - 1; place >= 0; place--) program.run(Routine.serve, this.#order[row + place])
  }
}
