/**
 * Execution of programs: the machine actions of gates, exchanges, kernel routines and handlers, one row at a
 * time. An action takes its slot once; what it then waits for resumes it where it was.
 */

import { Message, pack, Source } from "../coherence/message.ts"
import type { PrivateCaches } from "../coherence/private-caches.ts"
import type { Interconnect } from "../interconnect/interconnect.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import { Current, Invalidation } from "../translation/contexts.ts"
import type { Translation } from "../translation/translation.ts"
import { BlockOperations } from "./block-operations.ts"
import { Cause } from "./cause.ts"
import { FrontEnd } from "./front-end.ts"
import { Block, type HardwareThread } from "./hardware-thread.ts"
import { Operation, ROW, Serialise } from "./operation.ts"
import { type Pipeline, Stopped } from "./pipeline.ts"
import { type Program, SITES } from "./program.ts"
import type { ProgramServices } from "./program-services.ts"
import type { RemoteInvalidations } from "./remote-invalidations.ts"
import type { ValueOperations } from "./value-operations.ts"
import { Unresolved } from "./window.ts"
import type { WordOperations } from "./word-operations.ts"

/** Register of the load from whose data the chain goes on, until the chain has them. */
const CHAIN_REGISTER = 62

export class ProgramExecution {
  readonly #pipeline: Pipeline
  readonly #caches: PrivateCaches
  readonly #translation: Translation
  readonly #interconnect: Interconnect
  readonly #blocks: BlockOperations
  readonly #words: WordOperations
  readonly #remote: RemoteInvalidations
  readonly #values: ValueOperations
  readonly #services: ProgramServices
  readonly #frontEnd: FrontEnd
  readonly #owner: number
  readonly #tileOwner: Int32Array
  readonly #threadsPerTile: number

  constructor(
    pipeline: Pipeline,
    caches: PrivateCaches,
    translation: Translation,
    interconnect: Interconnect,
    words: WordOperations,
    remote: RemoteInvalidations,
    values: ValueOperations,
    services: ProgramServices,
    owner: number,
    tileOwner: Int32Array,
    numbers: MachineNumbers
  ) {
    this.#pipeline = pipeline
    this.#caches = caches
    this.#translation = translation
    this.#interconnect = interconnect
    this.#frontEnd = new FrontEnd(numbers)
    this.#blocks = new BlockOperations(pipeline, this.#frontEnd)
    this.#words = words
    this.#remote = remote
    this.#values = values
    this.#services = services
    this.#owner = owner
    this.#tileOwner = tileOwner
    this.#threadsPerTile = numbers.threadsPerTile
  }

  /** Execute the row at hand; false when stopped by the limit or blocked. Advances when the row is done. */
  step(t: HardwareThread, program: Program): boolean {
    const { at, rows } = program
    const slotClass = rows[at + 1] as Cause
    t.trusted = slotClass !== Cause.application
    switch (rows[at]) {
      case Operation.compute:
      case Operation.chain:
        return this.#compute(t, program, slotClass)
      case Operation.branch:
        return this.#branch(t, program, slotClass)
      case Operation.landing:
        this.#frontEnd.taken(t, rows[at + 6] === 1, t.position > 0 ? t.tick : t.tick - 1)
        return this.#next(program)
      case Operation.load: {
        const from = this.#pipeline.loadSlot(t)
        if (from === Unresolved) return false
        const tick = this.#pipeline.dispatchAdded(t, from, slotClass)
        if (tick === Stopped) return false
        this.#pipeline.port.site = SITES + at
        t.through(rows[at + 6], rows[at + 7], rows[at + 2])
        this.#pipeline.load(t, rows[at + 3], rows[at + 4], rows[at + 5], tick, 0)
        t.throughNone()
        return this.#next(program)
      }
      case Operation.store:
      case Operation.clearCapability:
        return this.#store(t, program, slotClass)
      case Operation.loadChain:
        return this.#loadChain(t, program, slotClass)
      case Operation.copy:
      case Operation.tagStore:
      case Operation.lines:
        return this.#blocks.step(t, program, slotClass) && this.#next(program)
      case Operation.serialise:
      case Operation.invalidate:
      case Operation.switchSpace:
      case Operation.interrupt:
      case Operation.broadcast:
        return this.#serialise(t, program, slotClass)
      case Operation.awaitBroadcasts:
        return this.#remote.step(t, program, slotClass)
      case Operation.act:
        this.#services.act(t, rows[at + 6], rows[at + 7], rows[at + 3], doneBy(t))
        return this.#next(program)
      case Operation.run:
        this.#next(program)
        this.#services.routine(t, rows[at + 6], rows[at + 7], slotClass)
        return true
      case Operation.mark:
        t.mark(rows[at + 6], rows[at + 7])
        return this.#next(program)
      case Operation.mask:
        t.masked = rows[at + 6] === 1
        if (t.unreported > 0 && t.masked) this.#services.reported(t, doneBy(t))
        return this.#next(program)
      case Operation.mode:
        t.inKernel += rows[at + 6]
        if (t.unreported > 0 && rows[at + 6] > 0) this.#services.reported(t, doneBy(t))
        return this.#next(program)
      case Operation.loadValue:
        return this.#values.load(t, program, slotClass)
      case Operation.storeValue:
        return this.#values.store(t, program, slotClass)
      case Operation.storeFence:
        t.stores.fence()
        return this.#next(program)
      default:
        return this.#words.step(t, program, slotClass)
    }
  }

  #next(program: Program): boolean {
    program.at += ROW
    program.repeat = 0
    return true
  }

  #compute(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    const { at, rows } = program
    const chained = rows[at] === Operation.chain
    if (chained && !this.#chainKnown(t)) return false
    while (program.repeat < rows[at + 6]) {
      const tick = this.#pipeline.dispatchAdded(t, 0, slotClass)
      if (tick === Stopped) return false
      const start = chained && t.chain > tick ? t.chain : tick
      const complete = start + rows[at + 2]
      if (chained) t.chain = complete
      t.window.append(complete, Cause.execute)
      program.repeat++
    }
    return this.#next(program)
  }

  #branch(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    const tick = this.#pipeline.dispatchAdded(t, 0, slotClass)
    if (tick === Stopped) return false
    t.window.append(tick + 1, Cause.execute)
    this.#frontEnd.taken(t, program.rows[program.at + 6] === 1, tick)
    return this.#next(program)
  }

  #loadChain(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    const { at, rows } = program
    const from = this.#pipeline.loadSlot(t)
    if (from === Unresolved) return false
    const tick = this.#pipeline.dispatchAdded(t, from, slotClass)
    if (tick === Stopped) return false
    this.#pipeline.port.site = SITES + at
    this.#pipeline.load(t, rows[at + 3], rows[at + 4], rows[at + 5], tick, CHAIN_REGISTER)
    t.chain = t.ready[CHAIN_REGISTER]
    return this.#next(program)
  }

  /** False while the load that the chain goes on from has no answer: the thread is blocked. */
  #chainKnown(t: HardwareThread): boolean {
    if (t.chain >= 0) return true
    const known = t.window.doneAt(-1 - t.chain)
    if (known < 0) t.block = Block.drain
    else t.chain = known
    return known >= 0
  }

  #store(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    const { at, rows } = program
    const from = this.#pipeline.storeSlot(t)
    if (from === Unresolved) return false
    const tick = this.#pipeline.dispatchAdded(t, from, slotClass)
    if (tick === Stopped) return false
    if (rows[at] === Operation.store) t.through(rows[at + 6], rows[at + 7], rows[at + 2])
    this.#pipeline.store(t, rows[at + 3], rows[at + 4], rows[at + 5], tick, tick)
    t.throughNone()
    if (rows[at] === Operation.clearCapability) this.#services.cleared(t, rows[at + 6], tick)
    return this.#next(program)
  }

  #serialise(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    const { at, rows } = program
    const operation = rows[at]
    const kind = operation === Operation.serialise ? rows[at + 6] : Serialise.drain
    const chained = operation === Operation.serialise && rows[at + 7] === 1
    if (chained && !this.#chainKnown(t)) return false
    let from = 0
    if (kind === Serialise.operand) {
      from = this.#pipeline.loaded(t)
      if (from === Unresolved) return false
    } else if (kind !== Serialise.hold) {
      from = this.#pipeline.drained(t, kind === Serialise.drainStores)
      if (from === Unresolved) return false
    }
    const tick = this.#pipeline.dispatchAdded(t, from, slotClass)
    if (tick === Stopped) return false
    const complete = (chained && t.chain > tick ? t.chain : tick) + rows[at + 2]
    t.window.append(complete, slotClass === Cause.interrupt || slotClass === Cause.fault ? slotClass : Cause.serialise)
    t.barrier = complete
    this.#translation.clock = tick
    if (operation === Operation.invalidate) this.#invalidate(t, rows[at + 6], rows[at + 3], rows[at + 7])
    else if (operation === Operation.switchSpace) this.#switchSpace(t, rows[at + 6], rows[at + 5], rows[at + 7])
    else if (operation === Operation.broadcast) this.#remote.send(t, rows[at + 3], rows[at + 5], complete)
    else if (operation === Operation.interrupt) this.#interrupt(rows[at + 6], rows[at + 3], rows[at + 7], complete)
    return this.#next(program)
  }

  #invalidate(t: HardwareThread, kind: number, page: number, argument: number): void {
    this.#translation.invalidate(kind as Invalidation, page, argument === Current ? t.identifier : argument)
  }

  #switchSpace(t: HardwareThread, space: number, identifier: number, keep: number): void {
    t.enterSpace(space, identifier)
    if (keep === 0) this.#translation.invalidate(Invalidation.space, 0, identifier)
  }

  #interrupt(first: number, targets: number, vector: number, tick: number): void {
    for (let bits = targets; bits !== 0; bits &= bits - 1) {
      const thread = first + 31 - Math.clz32(bits & -bits)
      const tile = (thread / this.#threadsPerTile) | 0
      const message = pack(Message.Interrupt, thread % this.#threadsPerTile, 0, Source.llc)
      this.#interconnect.sendAt(tick, this.#owner, this.#tileOwner[tile], message, vector)
    }
    this.#caches.bound(tick)
  }
}

/** Tick by which what serialises has completed. */
const doneBy = (t: HardwareThread): number => (t.barrier > t.tick ? t.barrier : t.tick)
