/**
 * The operations of programs in code: the instructions between isolation operations, system calls, measured
 * regions, repeats, and words by which threads wait for each other. Law: a thread's repeats nest; each counts its
 * own rounds and begins again from none.
 */

import { InvalidInput } from "../invalid-input.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { KernelPages, KernelRequest } from "../os/address-space.ts"
import type { KernelRoutines } from "../os/kernel-routines.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { Serialise } from "../processor/operation.ts"
import type { Program } from "../processor/program.ts"
import { type OperationScript, usesThreads, Verb } from "./operation-script.ts"
import { Clock, type Requests } from "./requests.ts"
import type { ProtectionUnit } from "./unit.ts"

/** Routine of an operation that goes on until it succeeds; those of the kernel have numbers from 0 on. */
export const RETRY = -1

export class CodedOperations {
  readonly #unit: ProtectionUnit
  readonly #kernel: KernelRoutines
  readonly #requests: Requests
  readonly #words: number
  readonly #core: MachineNumbers["core"]
  readonly #rounds: Array<Int32Array> // [thread][operation] times that a repeat has sent the thread back
  readonly #deadline: Float64Array // [thread] tick until which it pads
  readonly #requestMark: number

  /**
   * `words` is the first of the words that `signal`, `wait` and `compareSwap` name; a mark `requestMark` with an
   * operation is reported back to `requested`.
   */
  constructor(
    threads: number,
    unit: ProtectionUnit,
    kernel: KernelRoutines,
    requests: Requests,
    words: number,
    core: MachineNumbers["core"],
    requestMark: number
  ) {
    this.#unit = unit
    this.#kernel = kernel
    this.#requests = requests
    this.#words = words
    this.#core = core
    this.#requestMark = requestMark
    this.#deadline = new Float64Array(threads)
    this.#rounds = Array.from({ length: threads }, () => new Int32Array(0))
  }

  /** `thread` executes `script`. */
  assign(thread: number, script: OperationScript): void {
    this.#rounds[thread] = new Int32Array(script.verb.length)
  }

  /** Append what operation `operation` of `script` does. */
  operate(program: Program, t: HardwareThread, script: OperationScript, operation: number): void {
    program.as(Cause.application)
    const page = script.page[operation]
    const bytes = script.bytes[operation]
    const region = script.region[operation]
    switch (script.verb[operation]) {
      case Verb.compute:
        program.compute(bytes)
        return
      case Verb.load:
        program.load(page, script.offset[operation], bytes, script.handle[operation])
        return
      case Verb.store:
        program.store(page, script.offset[operation], bytes, script.handle[operation])
        return
      case Verb.keep:
        return this.#unit.keep?.(program, t, region, script.toOffset[operation], script.handle[operation])
      case Verb.recall:
        return this.#unit.recall?.(program, t, script.toOffset[operation], script.handle[operation])
      case Verb.drop:
        return this.#unit.drop?.(program, t, region, script.handle[operation])
      case Verb.derive:
        return this.#unit.derive?.(
          program,
          t,
          region,
          script.handle[operation],
          script.toHandle[operation],
          script.rights[operation],
          script.offset[operation],
          bytes
        )
      case Verb.instruction:
        if (this.#unit.instruction === undefined) return noInstruction(script.rights[operation])
        return this.#unit.instruction(program, t, script.rights[operation], page, script.offset[operation])
      case Verb.protect:
        return this.#kernel.protect(program, t, page, bytes, script.rights[operation])
      case Verb.map:
        return this.#kernel.calls.map(program, t, page, bytes, script.rights[operation], -1)
      case Verb.mapCopy:
        return this.#kernel.calls.map(program, t, page, bytes, script.rights[operation], script.toPage[operation])
      case Verb.unmap:
        return this.#kernel.calls.unmap(program, t, page, bytes)
      case Verb.discard:
        return this.#kernel.calls.discard(program, t, page, bytes)
      case Verb.flush:
        return this.#kernel.flushRange(program, t, page, bytes)
      case Verb.touch:
        return touch(program, script, operation)
      case Verb.yield:
        return this.#kernel.scheduler.yield(program)
      case Verb.sleep:
        return this.#kernel.futexes.wait(program, t, this.#words + region, bytes)
      case Verb.wake:
        return this.#kernel.futexes.wake(program, t, this.#words + region, bytes)
      case Verb.migrate:
        return this.#kernel.scheduler.migrate(program, bytes)
      case Verb.raise:
        return this.#kernel.signals.raise(program, this.#kernel.scheduler.softwareOf(bytes))
      case Verb.handler:
        t.operation = operation + 1 + bytes
        return this.#kernel.signals.handle(program, t, operation + 1)
      case Verb.sigreturn:
        return this.#kernel.signals.return(program, t)
      case Verb.begin:
      case Verb.end:
        return this.#clock(program, script.rights[operation], operation)
      case Verb.repeat:
        return this.#repeat(t, script, operation)
      case Verb.signal:
        program.storeWord(this.#words + region, bytes)
        return
      case Verb.wait:
        program.spin(this.#words + region, bytes, Cause.lockWait)
        return
      case Verb.compareSwap:
        program
          .compareSwap(this.#words + region, script.offset[operation], bytes, this.#core.locked)
          .run(RETRY, operation)
        return
      case Verb.pad:
        this.#deadline[t.software] = Math.ceil(t.tick / bytes) * bytes
        program.as(Cause.idle).serialise(Serialise.drain, script.rights[operation]).run(RETRY, operation)
    }
  }

  /** Repeats from operation `first` to `last` begin anew. */
  forget(thread: number, first: number, last: number): void {
    this.#rounds[thread].fill(0, first, last)
  }

  /** The compare-and-swap of `operation` has found another value, or the clock hasn't come there: once more. */
  retry(t: HardwareThread, script: OperationScript, operation: number): void {
    const isOver =
      script.verb[operation] === Verb.pad ? t.tick >= this.#deadline[t.software] : t.value === script.offset[operation]
    if (!isOver) t.programs[t.depth].at = 0
  }

  /** The thread has read the clock at `tick`, for operation `operation`. */
  requested(t: HardwareThread, script: OperationScript, operation: number, tick: number): void {
    const name = script.region[operation]
    if (script.verb[operation] === Verb.begin) this.#requests.begin(t.software, name, tick)
    else this.#requests.end(t, name, tick)
  }

  /** The mark has the tick of what dispatches next: a fence of the kind that the clock asks for, or what follows. */
  #clock(program: Program, clock: number, operation: number): void {
    program.mark(this.#requestMark, operation)
    if (clock === Clock.completed) program.serialise(Serialise.drain, 0)
    else if (clock === Clock.performed) program.serialise(Serialise.drainStores, 0)
  }

  /** Back to where the repeated way begins, unless it has been gone often enough. */
  #repeat(t: HardwareThread, script: OperationScript, operation: number): void {
    const rounds = this.#rounds[t.software]
    if (++rounds[operation] >= script.bytes[operation]) {
      rounds[operation] = 0
      return
    }
    t.streamAt = script.page[operation]
    t.access = script.offset[operation]
    t.operation = script.toPage[operation]
  }
}

function touch(program: Program, { bytes, handle, offset, page, rights }: OperationScript, operation: number): void {
  const first = page[operation]
  for (let each = first; each < first + bytes[operation]; each++) {
    if (rights[operation] !== 0) program.store(each, offset[operation], 8, handle[operation])
    else program.load(each, offset[operation], 8, handle[operation])
  }
}

function noInstruction(code: number): never {
  throw new InvalidInput([
    {
      path: "script.rights",
      expected: "the code of an instruction that the mechanism has",
      actual: String(code),
      remedy: "Leave it out, or choose a mechanism whose traits list the instruction."
    }
  ])
}

/** Tell the kernel what the scripts of `plans` will ask it for: all pages are known but those of its own. */
export function announce(kernel: KernelRoutines, plans: ReadonlyArray<{ readonly script: OperationScript }>): void {
  const scripts = plans.map((plan) => plan.script)
  if (scripts.some(({ verb }) => verb.some(usesThreads))) kernel.openThreads()
  kernel.seal(kernelPages(scripts))
}

/** Pages that the scripts ask the kernel about. */
function kernelPages(scripts: ReadonlyArray<OperationScript>): Array<KernelPages> {
  const asked: Array<KernelPages> = []
  for (const { bytes, page, toPage, verb } of scripts) {
    for (let at = 0; at < verb.length; at++) {
      const request = requests[verb[at]]
      if (request !== undefined) asked.push({ first: page[at], count: bytes[at], request })
      if (request === "share") asked.push({ first: toPage[at], count: bytes[at], request: "lend" })
    }
  }
  return asked
}

const requests: Readonly<Record<number, KernelRequest>> = {
  [Verb.protect]: "protect",
  [Verb.map]: "zap",
  [Verb.unmap]: "zap",
  [Verb.discard]: "zap",
  [Verb.mapCopy]: "share"
}
