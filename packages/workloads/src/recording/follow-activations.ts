/**
 * Finds the activations of a recording: the state of each thread, moved by what each block did last.
 * Law: the rules A1 to A6 of activations.ts, each where its number stands.
 */
import { type Activations, neverLeft, SwitchKind } from "./activations.ts"
import { blockEnds } from "./block-ends.ts"
import { blockDomains } from "./crossings.ts"
import { GrowingColumn } from "./growing-column.ts"
import { applicationDomain, type ResolvedPolicy, sharedDomain } from "./policy.ts"
import { InstructionClass, pageBytes, type Recording } from "./recording.ts"
import { none, ShadowStack } from "./shadow-stack.ts"

const rtSigreturn = 15

interface Thread {
  readonly number: number
  readonly stack: ShadowStack
  /** [frame] Executed access that pushed its return address, or -1. */
  readonly pushedBy: Array<number>
  /** [domain] Open activations, plus one of the application for the thread itself. */
  readonly open: Array<number>
  domain: number
  depth: number
  /** The block that ran last, or -1, and the executed accesses in front of it. */
  block: number
  accesses: number
  returnsFromSignal: boolean
}

/** Follow the call stacks of all threads through the whole recording. */
export function followActivations(recording: Recording, policy: ResolvedPolicy): Activations {
  return new Follower(recording, policy).follow()
}

class Follower {
  readonly #recording: Recording
  readonly #domainOf: Int8Array
  readonly #ends: ReturnType<typeof blockEnds>
  readonly #threads = new Map<number, Thread>()
  readonly #domains: number
  readonly #at = new GrowingColumn(Uint32Array)
  readonly #thread = new GrowingColumn(Uint16Array)
  readonly #kind = new GrowingColumn(Uint8Array)
  readonly #from = new GrowingColumn(Int16Array)
  readonly #to = new GrowingColumn(Int16Array)
  readonly #depth = new GrowingColumn(Uint32Array)
  readonly #activation = new GrowingColumn(Uint32Array)
  readonly #entered = new GrowingColumn(Uint32Array)
  readonly #left = new GrowingColumn(Uint32Array)
  readonly #stackPage = new GrowingColumn(Int32Array)
  readonly #stackOffset = new GrowingColumn(Uint16Array)
  /** Stream position of the block that is being reached. */
  #position = 0

  constructor(recording: Recording, policy: ResolvedPolicy) {
    this.#recording = recording
    this.#domainOf = blockDomains(recording, policy)
    this.#ends = blockEnds(recording)
    this.#domains = policy.domainNames.length
  }

  follow(): Activations {
    const { segmentStart, segmentThread, stream } = this.#recording
    const accessesOf = this.#ends.accesses
    let accesses = 0
    let segment = 0
    let thread = this.#threadOf(segmentThread[0] ?? 1)
    let gap = 0
    let call = 0
    for (let at = 0; at < stream.length; at++) {
      call = this.#systemCallsUpTo(at, call, thread)
      if (segmentStart[segment + 1] === at) thread = this.#threadOf(segmentThread[++segment]!)
      if (this.#recording.gapAt[gap] === at) {
        gap++
        for (const each of this.#threads.values()) each.block = -1
      }
      const block = stream[at]!
      this.#position = at
      this.#reach(thread, block)
      thread.block = block
      thread.accesses = accesses
      accesses += accessesOf[block]!
    }
    return this.#finish()
  }

  /** Calls in front of position `at` were made by the thread that ran until there. */
  #systemCallsUpTo(at: number, call: number, thread: Thread): number {
    const { systemCallAt, systemCallNumber } = this.#recording
    while (systemCallAt[call] === at) {
      if (systemCallNumber[call] === rtSigreturn) thread.returnsFromSignal = true
      call++
    }
    return call
  }

  /** `thread` goes on at `block`: by which way, and into which domain. */
  #reach(thread: Thread, block: number): void {
    const way = this.#way(thread, this.#ends.first[block]!)
    const domain = this.#domainOf[block]!
    if (domain === sharedDomain || domain === thread.domain) return
    if (thread.stack.activation !== none) {
      // A3
      this.#leave(thread, SwitchKind.tail)
      if (domain === thread.domain) return
    }
    const again = (thread.open[domain] ?? 0) > 0
    this.#enter(thread, domain, way === "interrupt" ? way : again ? "callback" : "call")
  }

  /** Move the frames as the block that ran last says; whether the kernel interrupted the thread (A5). */
  #way(thread: Thread, target: number): "interrupt" | "other" {
    const { end, last, lastClass } = this.#ends
    const from = thread.block
    if (thread.returnsFromSignal) {
      thread.returnsFromSignal = false
      const frame = thread.stack.interruption()
      if (frame > 0) this.#unwindTo(thread, frame, SwitchKind.return)
      return "other"
    }
    if (from < 0) return "other"
    const kind = lastClass[from]!
    if (kind === InstructionClass.call || kind === InstructionClass.indirectCall) this.#called(thread, from, target)
    else if (kind === InstructionClass.return) this.#returned(thread, from, target)
    else if (
      (kind < InstructionClass.branch || kind > InstructionClass.return) &&
      target !== end[from] &&
      target !== last[from]
    ) {
      thread.stack.pushInterruption(thread.domain)
      thread.pushedBy[thread.stack.depth] = -1
      return "interrupt"
    }
    return "other"
  }

  /** A1, A4. */
  #called(thread: Thread, from: number, target: number): void {
    const store = this.#ends.lastStore[from]!
    // A call to the next instruction only asks where it is.
    if (store < 0 || target === this.#ends.end[from]) return
    const access = thread.accesses + store
    const slot = this.#addressOf(access)
    while (thread.stack.isBelow(slot)) this.#end(thread, SwitchKind.unwind)
    thread.stack.pushCall(this.#ends.end[from]!, slot, thread.domain)
    thread.pushedBy[thread.stack.depth] = access
  }

  /** A2, A4, A6. */
  #returned(thread: Thread, from: number, target: number): void {
    const load = this.#ends.lastLoad[from]!
    const frame = load < 0 ? 0 : thread.stack.frameAt(this.#addressOf(thread.accesses + load))
    if (frame === 0) return
    const matches = thread.stack.returnAddressOf(frame) === target
    this.#unwindTo(thread, frame, matches ? SwitchKind.return : SwitchKind.unwind)
  }

  /** End the frames above `frame`, and `frame` itself by `kind`. */
  #unwindTo(thread: Thread, frame: number, kind: SwitchKind): void {
    while (thread.stack.depth > frame) this.#end(thread, SwitchKind.unwind)
    this.#end(thread, kind)
  }

  /** The newest frame ends, and its activation with it. */
  #end(thread: Thread, kind: SwitchKind): void {
    if (thread.stack.activation !== none) this.#leave(thread, kind)
    thread.stack.pop()
  }

  #enter(thread: Thread, to: number, kind: "call" | "callback" | "interrupt"): void {
    const pushedBy = thread.pushedBy[thread.stack.depth] ?? -1
    const activation = this.#entered.length
    thread.stack.activation = activation
    thread.open[to] = (thread.open[to] ?? 0) + 1
    thread.depth++
    this.#entered.push(this.#at.length)
    this.#left.push(neverLeft)
    this.#stackPage.push(pushedBy < 0 ? -1 : this.#recording.accessPage[pushedBy]!)
    this.#stackOffset.push(pushedBy < 0 ? 0 : this.#recording.accessOffset[pushedBy]!)
    this.#switch(thread, SwitchKind[kind], to, activation)
  }

  #leave(thread: Thread, kind: SwitchKind): void {
    const { activation, interruptedDomain } = thread.stack
    thread.stack.activation = none
    thread.open[thread.domain]!--
    this.#left.data[activation] = this.#at.length
    this.#switch(thread, kind, interruptedDomain, activation)
    thread.depth--
  }

  #switch(thread: Thread, kind: SwitchKind, to: number, activation: number): void {
    this.#at.push(this.#position)
    this.#thread.push(thread.number)
    this.#kind.push(kind)
    this.#from.push(thread.domain)
    this.#to.push(to)
    this.#depth.push(thread.depth)
    this.#activation.push(activation)
    thread.domain = to
  }

  #addressOf(access: number): number {
    const { accessOffset, accessPage, pages } = this.#recording
    return pages[accessPage[access]!]! * pageBytes + accessOffset[access]!
  }

  #threadOf(number: number): Thread {
    const known = this.#threads.get(number)
    if (known !== undefined) return known
    const thread: Thread = {
      number,
      stack: new ShadowStack(),
      pushedBy: [-1],
      open: Array.from({ length: this.#domains }, (_, domain) => (domain === applicationDomain ? 1 : 0)),
      domain: applicationDomain,
      depth: 0,
      block: -1,
      accesses: 0,
      returnsFromSignal: false
    }
    this.#threads.set(number, thread)
    return thread
  }

  #finish(): Activations {
    const left = this.#left.rows()
    return {
      switchAt: this.#at.rows(),
      switchThread: this.#thread.rows(),
      switchKind: this.#kind.rows(),
      switchFrom: Int8Array.from(this.#from.rows()),
      switchTo: Int8Array.from(this.#to.rows()),
      switchDepth: this.#depth.rows(),
      switchActivation: this.#activation.rows(),
      entered: this.#entered.rows(),
      left,
      stackPage: this.#stackPage.rows(),
      stackOffset: this.#stackOffset.rows(),
      invocations: left.length,
      unfinished: left.reduce((count, at) => count + (at === neverLeft ? 1 : 0), 0)
    }
  }
}
