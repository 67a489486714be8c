/**
 * The end of a domain: every hardware thread is interrupted and told, and whoever is inside is unwound to its caller,
 * whose call returns as faulted. What cores share about it are words in memory; what a thread has been told is its own.
 *
 *   TE1  once the operation has completed, no instruction of the domain executes any more
 *   TE2  an activation that is given up goes back through the mechanism's gate, one after the other
 *   TE3  a thread in a gate or in the kernel is unwound when it comes out; a software thread that waits, at its turn
 *   TE4  a change of rights that a thread has under way when it is told, running or waiting for its turn, ends before
 *        what the domain owns is read
 *   TE5  who ends a domain lets those that share its hardware thread end theirs first: it takes turns until then
 */
import type { MachineNumbers } from "../machines/machine.ts"
import type { Words } from "../memory/words.ts"
import type { KernelRoutines } from "../os/kernel-routines.ts"
import { Cause } from "../processor/cause.ts"
import { type HardwareThread, UNWIND } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import { Activations, type Position, skipBehind, skipToOperation } from "./activations.ts"
import { type OperationScript, Verb } from "./operation-script.ts"

/**
 * Routines: a thread may be told of an end; it has looked whether another one is under way; it has read which domain is
 * no more; it comes to a place where it can be unwound; nobody is inside any more.
 */
export const TerminationRoutine = { announce: -2, tried: -3, reclaim: -4, told: -5, safe: -6 } as const

/** What a thread executes in its own domain: it can be given up between any two instructions. */
const given: ReadonlyArray<number> = [
  Verb.copy,
  Verb.compute,
  Verb.load,
  Verb.store,
  Verb.touch,
  Verb.wait,
  Verb.signal,
  Verb.keep,
  Verb.recall,
  Verb.drop,
  Verb.derive,
  Verb.instruction
]
const isGiven = (program: Program): boolean => given.includes(program.verb)

/** What changes who has which rights, and waits for no end of a domain. */
const changes: ReadonlyArray<number> = [Verb.move, Verb.grant, Verb.revoke, Verb.share, Verb.allocate, Verb.free]

/** What runs or waits for its turn, at the operation that the first of its programs does. */
type Underway = Pick<HardwareThread, "depth" | "programs" | "software">

/** Whether a change of rights is under way there. */
function isChanging({ depth, programs: [program] }: Underway): boolean {
  return depth >= 0 && changes.includes(program.verb) && program.at < program.length
}

export interface TerminationParts {
  readonly kernel: KernelRoutines
  readonly words: Words
  readonly numbers: MachineNumbers
  readonly domains: number
  /** Hardware threads of the machine, and software threads. */
  readonly threads: number
  readonly software: number
  /** Append the gate of leave `operation`, measured like any other. */
  leave(program: Program, t: HardwareThread, operation: number): void
  /** Repeats between two operations of a software thread begin anew. */
  forget(software: number, first: number, last: number): void
}

export class Termination {
  /** Calls that have returned as faulted. */
  readonly unwound: Float64Array // [hardware thread]
  readonly #parts: TerminationParts
  readonly #activations: Activations
  readonly #scripts: Array<OperationScript | undefined> // [software thread]
  readonly #dead: ReadonlyArray<Uint8Array> // [hardware thread][domain] 1 once it has been told
  readonly #lock: number
  readonly #dying: number
  readonly #left: number
  readonly #told: Array<number> = [] // hardware threads that run something
  readonly #owes: Uint8Array // [software thread] 1 while an answer waits for its change of rights
  readonly #owed: Int32Array // [hardware thread] changes of rights that its answer waits for

  constructor(parts: TerminationParts) {
    const { domains, software, threads, words } = parts
    this.#parts = parts
    this.#activations = new Activations(software)
    this.#scripts = Array<OperationScript | undefined>(software).fill(undefined)
    this.#dead = Array.from({ length: threads }, () => new Uint8Array(domains))
    this.unwound = new Float64Array(threads)
    this.#owes = new Uint8Array(software)
    this.#owed = new Int32Array(threads)
    this.#lock = words.allocate(1)
    this.#dying = words.allocate(1)
    this.#left = words.allocate(1)
  }

  /** Software thread `software` runs `script` on hardware thread `thread`, from `domain` on. */
  assign(software: number, thread: number, script: OperationScript, domain: number): void {
    this.#activations.assign(software, script, domain)
    this.#scripts[software] = script
    this.#tells(thread)
    for (let at = 0; at < script.verb.length; at++) if (script.verb[at] === Verb.migrate) this.#tells(script.bytes[at])
  }

  #tells(thread: number): void {
    if (!this.#told.includes(thread)) this.#told.push(thread)
  }

  /** Whether `t` has been told that `domain` is no more. */
  isGone(t: HardwareThread, domain: number): boolean {
    return this.#dead[t.number][domain] === 1
  }

  /** Append: tell every other thread, and wait until all know. */
  announce(program: Program, t: HardwareThread, domain: number): void {
    const { core } = this.#parts.numbers
    if (this.#parts.kernel.scheduler.saved(t.number).length > 0)
      return void program.run(TerminationRoutine.announce, domain)
    this.#tellAll(this.#parts.kernel.entry.call(program).lock(this.#lock, core.locked), t, domain)
  }

  /** A step of an operation that ends a domain, or of a thread that is told. */
  routine(t: HardwareThread, routine: number, argument: number): void {
    if (routine === TerminationRoutine.told) this.#hear(t, argument === 1)
    else if (routine === TerminationRoutine.safe) this.#comeOut(t, argument === 1)
    else if (routine === TerminationRoutine.announce) this.#tryToAnnounce(t, argument)
    else if (t.value === 0) this.#tellAll(t.pushProgram(), t, argument)
    else {
      const program = t.pushProgram()
      this.#parts.kernel.entry.return(program)
      this.#takeTurns(program, argument)
    }
  }

  /** TE5: no change of rights waits for its turn here, or the others go on first. */
  #tryToAnnounce(t: HardwareThread, domain: number): void {
    const { kernel, numbers } = this.#parts
    const program = t.pushProgram()
    if (kernel.scheduler.saved(t.number).some((context) => this.#hasUnderWay(context)))
      return this.#takeTurns(program, domain)
    kernel.entry.call(program).swapWord(this.#lock, 1, numbers.core.locked).run(TerminationRoutine.tried, domain)
  }

  #takeTurns(program: Program, domain: number): void {
    this.#parts.kernel.scheduler.yield(program)
    program.run(TerminationRoutine.announce, domain)
  }

  /** In the kernel, with the lock: out of it again once all know. */
  #tellAll(program: Program, t: HardwareThread, domain: number): void {
    const { kernel, numbers } = this.#parts
    const others = this.#told.filter((thread) => thread !== t.number)
    program.storeWord(this.#left, others.length).storeWord(this.#dying, domain)
    for (const thread of others) program.interrupt(thread, UNWIND, numbers.interrupt.send)
    program.spin(this.#left, 0, Cause.revocationWait).loadWord(this.#dying).run(TerminationRoutine.told)
    program.storeWord(this.#lock, 0)
    kernel.entry.return(program)
  }

  /** The handler of a thread that is told. */
  handle(program: Program, t: HardwareThread): void {
    t.pendingUnwinds--
    this.#parts.kernel.entry.interrupt(program, t)
    program.as(Cause.kernel).loadWord(this.#dying).run(TerminationRoutine.told, 1)
    this.#parts.kernel.entry.interruptReturn(program, t, TerminationRoutine.safe)
  }

  /**
   * The thread has read which domain is no more: nothing of its own or of those that wait for it goes on there. If it
   * `answers`, it does so at once, or behind the changes of rights that are under way there (TE4).
   */
  #hear(t: HardwareThread, answers: boolean): void {
    this.#dead[t.number][t.value] = 1
    const waiting = this.#parts.kernel.scheduler.saved(t.number)
    if (answers) {
      const owing = [t, ...waiting].filter((each) => this.#hasUnderWay(each))
      for (const { software } of owing) this.#owes[software] = 1
      this.#owed[t.number] = owing.length
      if (owing.length === 0) this.#answer(t.pushProgram())
    }
    this.#cut(t, t.number)
    for (const context of waiting) this.#cut(context, t.number)
  }

  /** Whether a change of rights is under way there, or in what a signal has taken it away from. */
  #hasUnderWay(thread: Underway): boolean {
    const interrupted = this.#parts.kernel.signals.interrupted(thread.software)
    return isChanging(thread) || (interrupted !== undefined && isChanging(interrupted))
  }

  /** TE4: what the thread had under way is over; whether its hardware thread answers now. */
  #settles(t: HardwareThread): boolean {
    if (this.#owes[t.software] === 0) return false
    this.#owes[t.software] = 0
    return --this.#owed[t.number] === 0
  }

  /** The script of a software thread that is inside a domain which is no more, by what hardware thread `thread` knows. */
  #lost({ software }: { readonly software: number }, thread: number): OperationScript | undefined {
    const script = this.#scripts[software]
    return script !== undefined && this.#activations.isInside(software, script, this.#dead[thread]) ? script : undefined
  }

  /** TE3: what a thread that is inside does next in its own domain is its next operation, and none. */
  #cut(t: Position & Pick<HardwareThread, "depth" | "programs" | "software">, thread: number): void {
    if (this.#lost(t, thread) === undefined) return
    const [program] = t.programs
    if (t.depth >= 0 && isGiven(program)) program.at = program.length
    skipToOperation(t)
  }

  entered(t: HardwareThread, operation: number): void {
    this.#activations.entered(t.software, operation)
  }

  left(t: HardwareThread): void {
    this.#activations.left(t.software)
  }

  /** `program` does operation `verb`. */
  begins(program: Program, verb: number): void {
    program.verb = verb
  }

  #answer(program: Program): void {
    program.as(Cause.kernel).addWord(this.#left, -1, this.#parts.numbers.core.locked)
  }

  /** `between`: an operation of the thread is over, or its way out of the kernel leads back to where it was. */
  #comeOut(t: HardwareThread, between: boolean): void {
    if (this.unwind(t, between) || !between || this.#hasUnderWay(t)) return
    if (this.#settles(t)) this.#answer(t.pushProgram())
  }

  /** Whether the thread is in a domain that is no more and can leave it here; then it does. */
  unwind(t: HardwareThread, between: boolean): boolean {
    if (t.inKernel > 0) return false
    const script = this.#lost(t, t.number)
    if (script === undefined) return false
    if (!between && t.depth > 0 && !isGiven(t.programs[0])) return false
    t.depth = -1
    this.#faulted(t)
    const entered = this.#activations.giveUp(t.software)
    const left = entered < 0 ? entered : this.#activations.leaveOf(t.software, entered)
    this.#skip(t, script, entered, left)
    const program = t.pushProgram()
    if (this.#settles(t)) this.#answer(program)
    if (left >= 0) this.#parts.leave(program.as(Cause.gate), t, left)
    return true
  }

  /** The call of a domain that is no more returns as faulted at once: a compare and a branch. */
  refuses(program: Program, t: HardwareThread, script: OperationScript, operation: number): boolean {
    if (this.#dead[t.number][script.to[operation]] === 0) return false
    program.as(Cause.gate).compute(2)
    this.#faulted(t)
    this.#skip(t, script, operation, this.#activations.leaveOf(t.software, operation))
    return true
  }

  #faulted(t: HardwareThread): void {
    this.unwound[t.number]++
    t.faults++
  }

  #skip(t: HardwareThread, script: OperationScript, entered: number, left: number): void {
    skipBehind(t, script, left)
    if (entered >= 0 && left >= 0) this.#parts.forget(t.software, entered, left)
  }
}
