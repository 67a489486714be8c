/**
 * Shootdown by Intel's remote action request: the initiator writes an entry of a payload table and a pending entry in
 * each target's action vector, and signals them; microcode of the target reads both, invalidates, and stores success,
 * without entering the kernel.
 *
 *   RA1  an entry of the payload table belongs to one initiator from its choice under the lock until all succeeded
 *   RA2  a target stores success after the invalidation (OS2)
 *   RA3  microcode takes a request between two instructions, interrupts enabled (assumed: nothing published says more)
 */
import { Cause } from "../../processor/cause.ts"
import { type HardwareThread, REMOTE_ACTION } from "../../processor/hardware-thread.ts"
import { Serialise } from "../../processor/operation.ts"
import type { Program } from "../../processor/program.ts"
import { InterruptClusters } from "./interrupt-clusters.ts"
import { INTERRUPT_ROUTINES, InterruptShootdown } from "./interrupt-shootdown.ts"
import { ShootdownMark } from "./shootdown-log.ts"
import { NO_PAGES, type ShootdownContext, type ShootdownPolicy, WHOLE_CONTEXT } from "./shootdown-policy.ts"
import type { SpaceGenerations } from "./space-generations.ts"

const Routine = {
  first: INTERRUPT_ROUTINES,
  count: INTERRUPT_ROUTINES + 1,
  choose: INTERRUPT_ROUTINES + 2,
  targets: INTERRUPT_ROUTINES + 3,
  signal: INTERRUPT_ROUTINES + 4,
  found: INTERRUPT_ROUTINES + 5,
  apply: INTERRUPT_ROUTINES + 6,
  acquire: INTERRUPT_ROUTINES + 7
} as const

/** Words of a payload: pages to invalidate, and whose they are, for the trace. */
const FIRST = 0
const COUNT = 1
const INITIATOR = 2
/** States of an entry of an action vector. */
const DONE = 0
const PENDING = 1

export class ActionShootdown implements ShootdownPolicy {
  readonly defers = false
  readonly #context: ShootdownContext
  readonly #clusters: InterruptClusters
  readonly #calls: InterruptShootdown
  readonly #entries: number
  readonly #lock: number // word
  readonly #free: number // word per entry of the table, on the line of the lock: 1 when taken
  readonly #payload: Int32Array // [entry] words
  readonly #vector: Int32Array // [CPU] word per entry, on one line
  readonly #first: Int32Array // [initiator]
  readonly #count: Int32Array // [initiator]
  readonly #entry: Int32Array // [initiator] entry of the table that it has

  constructor(context: ShootdownContext) {
    const { numbers, threads, words } = context
    this.#context = context
    this.#clusters = new InterruptClusters(context.numbers)
    this.#calls = new InterruptShootdown(context)
    this.#entries = numbers.remoteInvalidation.actions
    this.#lock = words.allocate(1 + this.#entries)
    this.#free = this.#lock + 1
    this.#payload = Int32Array.from({ length: this.#entries }, () => words.allocate(3))
    this.#vector = Int32Array.from({ length: threads }, () => words.allocate(this.#entries))
    this.#first = new Int32Array(threads)
    this.#count = new Int32Array(threads)
    this.#entry = new Int32Array(threads)
  }

  get generations(): SpaceGenerations {
    return this.#calls.generations
  }

  flush(program: Program, thread: HardwareThread, space: number, first: number, count: number, reclaim: boolean): void {
    if (count === NO_PAGES || count === WHOLE_CONTEXT)
      return this.#calls.flush(program, thread, space, first, count, reclaim)
    const { generations } = this.#calls
    const { callPath } = this.#context.numbers.kernel
    program.as(Cause.kernel).mark(ShootdownMark.begin).run(Routine.first, first).run(Routine.count, count)
    program.chain(callPath)
    generations.advance(program, space)
    if (thread.space === space) generations.invalidation.append(program, first, count)
    program.run(Routine.acquire)
    for (let word = 0; word < generations.maskWords; word++)
      program.loadWord(generations.mask[space] + word).run(Routine.targets, word)
    program.run(Routine.signal)
    if (reclaim) this.#context.reclaim(program, thread, space, first, count, false)
  }

  handle(program: Program, thread: HardwareThread): void {
    this.#calls.handle(program, thread)
  }

  /** RA3: microcode takes a request: pending entries of the thread's action vector. */
  act(program: Program, thread: HardwareThread): void {
    const { service } = this.#context.numbers.remoteInvalidation
    program.as(Cause.interrupt).maskInterrupts(true).serialise(Serialise.drain, service)
    program.loadWord(this.#vector[thread.number]).run(Routine.found).maskInterrupts(false)
  }

  tick(): void {}

  switchFrom(): void {}

  routine(program: Program, t: HardwareThread, routine: number, argument: number): void {
    program.as(Cause.kernel)
    const me = t.number
    switch (routine) {
      case Routine.first:
        this.#first[me] = argument
        return
      case Routine.count:
        this.#count[me] = argument
        return this.#context.log.opened(me, argument)
      case Routine.acquire:
        program.lock(this.#lock, this.#context.numbers.core.locked).run(Routine.choose)
        return
      case Routine.choose:
        return this.#choose(program, t)
      case Routine.targets:
        return this.#targets(program, t, argument)
      case Routine.signal:
        return this.#signal(program, t)
      case Routine.found:
        return this.#found(program, t)
      case Routine.apply:
        return this.#apply(program, t, argument)
      default:
        this.#calls.routine(program, t, routine, argument)
    }
  }

  /** RA1: the lock is held. A table without a free entry is asked again. */
  #choose(program: Program, t: HardwareThread): void {
    const { values } = this.#context.words
    let entry = 0
    while (entry < this.#entries && values[this.#free + entry] === 1) entry++
    if (entry === this.#entries) {
      program.storeWord(this.#lock, 0).run(Routine.acquire)
      return
    }
    this.#entry[t.number] = entry
    program.storeWord(this.#free + entry, 1).storeWord(this.#lock, 0)
    const payload = this.#payload[entry]
    program.storeWord(payload + FIRST, this.#first[t.number]).storeWord(payload + COUNT, this.#count[t.number])
    program.storeWord(payload + INITIATOR, t.number)
  }

  #targets(program: Program, t: HardwareThread, word: number): void {
    for (let bits = t.value; bits !== 0; bits &= bits - 1) {
      const target = word * 32 + 31 - Math.clz32(bits & -bits)
      if (target === t.number) continue
      this.#context.log.told(t.number, target)
      program.chain(this.#context.numbers.kernel.callTarget)
      program.storeWord(this.#vector[target] + this.#entry[t.number], PENDING)
    }
  }

  #signal(program: Program, t: HardwareThread): void {
    const { log, threads } = this.#context
    const me = t.number
    log.signals += this.#clusters.send(program, REMOTE_ACTION, log.called, me * threads)
    for (let target = 0; target < threads; target++)
      if (log.isTarget(me, target)) program.spin(this.#vector[target] + this.#entry[me], DONE, Cause.revocationWait)
    program.storeWord(this.#free + this.#entry[me], 0)
    log.closed(me)
    if (log.sent(me) > 0) program.mark(ShootdownMark.end)
  }

  /** The line of the action vector has been read: read the payload of what is pending. */
  #found(program: Program, t: HardwareThread): void {
    const { values } = this.#context.words
    program.as(Cause.interrupt)
    for (let entry = 0; entry < this.#entries; entry++)
      if (values[this.#vector[t.number] + entry] === PENDING)
        program.loadWord(this.#payload[entry]).run(Routine.apply, entry)
  }

  /** RA2: what the payload says. */
  #apply(program: Program, t: HardwareThread, entry: number): void {
    const { values } = this.#context.words
    const payload = this.#payload[entry]
    program.as(Cause.interrupt)
    this.#calls.generations.invalidation.append(program, values[payload + FIRST], values[payload + COUNT])
    program
      .storeWord(this.#vector[t.number] + entry, DONE)
      .mark(ShootdownMark.acknowledged, values[payload + INITIATOR])
  }
}
