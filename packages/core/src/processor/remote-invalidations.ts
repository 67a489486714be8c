/**
 * Invalidations that hardware carries to every other tile: TLBI ... IS and INVLPGB, and the DSB or TLBSYNC that
 * waits for them. No thread of a receiving tile executes anything for them.
 *
 *   RI1  a tile acknowledges after it has forgotten: what it translates later walks the table
 *   RI2  a thread passes its DSB or TLBSYNC when every tile has acknowledged every invalidation that it sent before
 */
import { acksOf, Message, pack, type Source, sourceOf, tileOf, typeOf } from "../coherence/message.ts"
import type { PrivateCaches } from "../coherence/private-caches.ts"
import type { Interconnect } from "../interconnect/interconnect.ts"
import { Invalidation } from "../translation/contexts.ts"
import type { Translation } from "../translation/translation.ts"
import { Cause } from "./cause.ts"
import { Block, type HardwareThread } from "./hardware-thread.ts"
import { Operation, ROW } from "./operation.ts"
import { type Pipeline, Stopped } from "./pipeline.ts"
import type { Program } from "./program.ts"
import type { TileContext } from "./tile-context.ts"
import { Unresolved } from "./window.ts"

/** In place of a number of pages: the second-level context named as the first page. */
export const ONE_CONTEXT = 0x1ff
/** In place of a number of pages: what the address-space identifier in place of the first page names, or Any. */
export const ALL_PAGES = 0
/** Pages that one message can name. */
export const MOST_PAGES = 0x1fe

/** Parts of the tile. */
interface Parts {
  readonly threads: ReadonlyArray<HardwareThread>
  readonly caches: PrivateCaches
  readonly translation: Translation
}

export class RemoteInvalidations {
  readonly #threads: ReadonlyArray<HardwareThread>
  readonly #pipeline: Pipeline
  readonly #caches: PrivateCaches
  readonly #translation: Translation
  readonly #interconnect: Interconnect
  readonly #tile: number
  readonly #tileOwner: Int32Array
  readonly #apply: number
  readonly #outstanding: Int32Array // [thread of the tile] acknowledgements still to come
  readonly #last: Int32Array // [thread of the tile] tick of the last one

  constructor(tile: number, parts: Parts, pipeline: Pipeline, context: TileContext) {
    this.#tile = tile
    this.#threads = parts.threads
    this.#pipeline = pipeline
    this.#caches = parts.caches
    this.#translation = parts.translation
    this.#interconnect = context.interconnect
    this.#tileOwner = context.tileOwner
    this.#apply = context.numbers.remoteInvalidation.apply
    this.#outstanding = new Int32Array(parts.threads.length)
    this.#last = new Int32Array(parts.threads.length)
  }

  /** `t` forgets `count` pages from `page` on and tells every other tile at `tick`. */
  send(t: HardwareThread, page: number, count: number, tick: number): void {
    this.#translation.clock = tick
    this.#forget(page, count)
    const thread = t.number % this.#threads.length
    const message = pack(Message.Invalidate, this.#tile, count, thread as Source)
    for (let tile = 0; tile < this.#tileOwner.length; tile++) {
      if (tile === this.#tile) continue
      this.#outstanding[thread]++
      this.#interconnect.sendAt(tick, this.#tileOwner[this.#tile], this.#tileOwner[tile], message, page)
    }
    this.#caches.bound(tick)
  }

  /** RI2: execute the wait at hand; false when stopped by the limit or blocked. */
  step(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    if (program.repeat === 0) {
      const from = this.#pipeline.drained(t, true)
      if (from === Unresolved) return false
      const tick = this.#pipeline.dispatch(t, from, slotClass)
      if (tick === Stopped) return false
      t.added++
      t.wordEntry = t.window.appendUnresolved(tick, -1, Cause.revocationWait)
      this.#last[t.number % this.#threads.length] = tick
      program.repeat = 1
    }
    if (this.#outstanding[t.number % this.#threads.length] === 0) this.#finish(t, program)
    else t.block = Block.remote
    return t.block === Block.none
  }

  /** True while the thread's wait has its slot and not all its acknowledgements. */
  underWay(t: HardwareThread): boolean {
    if (t.depth < 0) return false
    const program = t.programs[t.depth]
    return program.repeat > 0 && program.at < program.length && program.rows[program.at] === Operation.awaitBroadcasts
  }

  /** An invalidation, or the acknowledgement of one. */
  receive(a: number, first: number, now: number): void {
    const thread = sourceOf(a)
    if (typeOf(a) === Message.Invalidate) {
      this.#translation.clock = now
      this.#forget(first, acksOf(a))
      const answer = pack(Message.InvalidateAck, this.#tile, 0, thread as Source)
      const mine = this.#tileOwner[this.#tile]
      this.#interconnect.sendAt(now + this.#apply, mine, this.#tileOwner[tileOf(a)], answer, first)
      return
    }
    this.#last[thread] = now
    const t = this.#threads[thread]
    if (--this.#outstanding[thread] === 0 && t.block === Block.remote) this.#finish(t, t.programs[t.depth])
  }

  #finish(t: HardwareThread, program: Program): void {
    const complete = this.#last[t.number % this.#threads.length] + program.rows[program.at + 2]
    t.window.complete[t.wordEntry] = complete
    t.window.settle()
    t.block = Block.none
    t.barrier = complete
    t.due = complete
    program.at += ROW
    program.repeat = 0
  }

  #forget(first: number, count: number): void {
    const translation = this.#translation
    if (count === ALL_PAGES) translation.invalidate(Invalidation.space, 0, first)
    else if (count === ONE_CONTEXT) translation.invalidate(Invalidation.secondLevel, 0, first)
    else for (let i = 0; i < count; i++) translation.invalidate(Invalidation.addressEverywhere, first + i, 0)
  }
}
