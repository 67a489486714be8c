/**
 * A tile: hardware threads, L1s, L2, TLBs and interrupt controller behind one owner (law L3). Its events are
 * steps, in which its threads execute until the horizon, and deliveries. Threads take ticks by turns.
 *
 *   TI1  no instruction dispatches at or after the tick of a delivery that has not been handled
 *   TI2  a thread that is blocked has something under way that will wake it
 */

import { LineHold } from "../coherence/line-hold.ts"
import type { LineKeeper } from "../coherence/line-listener.ts"
import { Message, tileOf, typeOf } from "../coherence/message.ts"
import { PrivateCaches } from "../coherence/private-caches.ts"
import { Retry } from "../coherence/retry.ts"
import { callback } from "../kernel/callback.ts"
import { Never, Phase } from "../kernel/event-queue.ts"
import type { Kernel } from "../kernel/kernel.ts"
import { Translation } from "../translation/translation.ts"
import { Cause } from "./cause.ts"
import { Block, HardwareThread } from "./hardware-thread.ts"
import { InterruptController } from "./interrupt-controller.ts"
import { MemoryPort } from "./memory-port.ts"
import { Pipeline } from "./pipeline.ts"
import { ProgramExecution } from "./program-execution.ts"
import { RemoteInvalidations } from "./remote-invalidations.ts"
import { StreamExecution } from "./stream-execution.ts"
import { ThreadTurns } from "./thread-turns.ts"
import type { TileContext, TileServices } from "./tile-context.ts"
import { ValueOperations } from "./value-operations.ts"
import { FIRST_WALK } from "./waiters.ts"
import { wake } from "./wake.ts"
import { Unresolved } from "./window.ts"
import { WordOperations } from "./word-operations.ts"
import { WriteCombining } from "./write-combining.ts"

/** A tile looks at the events again after this many ticks, whatever the horizon: slices stay short. */
const STRIDE = 4096

export class Tile implements LineKeeper {
  readonly threads: Array<HardwareThread>
  readonly caches: PrivateCaches
  readonly hold: LineHold
  readonly translation: Translation
  readonly port: MemoryPort
  readonly #pipeline: Pipeline
  readonly #streams: StreamExecution
  readonly #words: WordOperations
  readonly #values: ValueOperations
  readonly #programs: ProgramExecution
  readonly #kernel: Kernel
  readonly #services: TileServices
  readonly #owner: number
  readonly #turns: ThreadTurns
  readonly #width: number
  readonly #stepKind: number
  readonly #interrupts: InterruptController
  readonly #remote: RemoteInvalidations
  #stepAt = Never

  constructor(tile: number, context: TileContext) {
    const { interconnect, kernel, levels, numbers, pages, services, slots, tileOwner } = context
    this.#kernel = kernel
    this.#services = services
    this.#owner = tileOwner[tile]
    this.#width = numbers.core.width
    this.#stepKind = context.stepKind
    this.#interrupts = new InterruptController(tile, context)
    const first = tile * numbers.threadsPerTile
    this.hold = new LineHold(kernel, this.#owner, context.receiveKind)
    this.caches = new PrivateCaches(tile, tileOwner, interconnect, context.homes, numbers, this, levels)
    const thread = (_: unknown, i: number) => new HardwareThread(first + i, numbers, levels, slots.of(first + i))
    this.threads = Array.from({ length: numbers.threadsPerTile }, thread)
    this.translation = new Translation(pages, context.walkPath, this.caches, numbers, FIRST_WALK)
    for (const t of this.threads) {
      t.connect(this.#owner, this.translation.roots, context.walkPath.contexts)
      t.stores.combining = new WriteCombining(this.caches, numbers, kernel)
    }
    this.#turns = new ThreadTurns(this.threads, numbers.core.width)
    this.port = new MemoryPort(this.#owner, first, this.caches, this.translation, context)
    this.#pipeline = new Pipeline(this.port, this.caches, numbers, services.marked)
    this.#streams = new StreamExecution(this.#pipeline, this.caches, this.translation, context, first)
    this.#words = new WordOperations(this.#pipeline, this.caches, this.hold, context)
    this.#words.onStored = callback((line, now) => this.#stored(line, now))
    this.#remote = new RemoteInvalidations(tile, this, this.#pipeline, context)
    this.#values = new ValueOperations(this.#pipeline, this.caches, pages, context.words, this.threads, numbers)
    this.#values.onPerformed = callback((t, line, tick) => {
      this.#stored(line, tick)
      if (t.block === Block.storeBuffer || t.block === Block.drain) wake(t, tick)
    })
    this.#programs = new ProgramExecution(
      this.#pipeline,
      this.caches,
      this.translation,
      interconnect,
      this.#words,
      this.#remote,
      this.#values,
      services,
      this.#owner,
      tileOwner,
      numbers
    )
  }

  /** Execute from `tick` on. */
  start(tick: number): void {
    for (const t of this.threads) {
      t.block = t.stream === undefined && t.depth < 0 ? Block.ended : Block.none
      if (t.block === Block.ended) t.end(0, this.#width)
      this.#interrupts.start(t, tick)
    }
    this.#wakeAt(tick)
  }

  /** A step event. One that was overtaken by an earlier wake-up does nothing. */
  step(): void {
    const now = this.#kernel.now
    if (now !== this.#stepAt) return
    this.#stepAt = Never
    this.caches.limit = Math.min(this.#kernel.horizon(this.#owner), now + STRIDE)
    for (;;) {
      const due = this.#values.due()
      if (due !== Never && due <= this.#turns.firstDue()) {
        if (due >= this.caches.limit) return this.#wakeAt(due)
        this.#values.perform(due)
        continue
      }
      const t = this.#turns.next()
      if (t === undefined) return
      if (t.due >= this.caches.limit) return this.#wakeAt(t.due)
      if (due < t.limit) t.limit = due
      this.#advance(t)
    }
  }

  /** A message for this tile. */
  receive(a: number, line: number): void {
    const now = this.#kernel.now
    if (typeOf(a) === Message.PutAck && this.caches.departures.hasLeft(line)) return
    if (typeOf(a) === Message.Interrupt) return this.#interrupts.send(tileOf(a), line)
    if (typeOf(a) >= Message.Invalidate) this.#remote.receive(a, line, now)
    else this.caches.receive(a, line, now)
    this.#kick(now)
  }

  /** The interrupt controller raises an interrupt on one of the tile's threads. */
  interrupt(thread: number, vector: number): void {
    const t = this.threads[thread]
    const now = this.#kernel.now
    if (!this.#interrupts.raise(t, vector)) return
    if (t.block === Block.spin || t.block === Block.ended) wake(t, now)
    this.#kick(now)
  }

  arrived(miss: number, line: number, now: number, cause: Cause): void {
    const walks = this.translation.resume(miss, now)
    for (const t of this.threads) {
      if (t.stores.combining !== undefined && t.stores.combining.busy > 0) t.stores.combining.arrived(miss, now)
      if (t.reads.first < t.reads.next) this.#values.read(t, now)
      this.#pipeline.settle(t, miss, now, cause)
      this.#walked(t, walks)
    }
    // Walks that found no miss buffer come after those who have their translation, or nobody might get on.
    const late = this.translation.resume(Retry, now)
    for (const t of this.threads) {
      this.#walked(t, late)
      if (t.block === Block.word && t.waits >= 0) {
        if (t.waits === miss) this.#words.resume(t, now, cause)
      } else if (t.block !== Block.none && t.block !== Block.spin && t.block !== Block.ended && !this.#stays(t, miss)) {
        if (t.block === Block.fetch && t.waits === miss) t.fetchLine = line // It has the bytes, even if the line goes.
        wake(t, now)
      }
      this.#letInterruptIn(t, now)
    }
    this.#values.perform(now)
  }

  /** Walks are over, a bit for each: what waited for them goes on. */
  #walked(t: HardwareThread, walks: number): void {
    for (let w = 0; walks >>> w !== 0; w++) {
      if (((walks >>> w) & 1) === 0) continue
      this.#pipeline.settle(t, FIRST_WALK + w, this.translation.done[w], Cause.pageWalk)
      if (t.block !== Block.fetch || t.waits !== FIRST_WALK + w) continue
      wake(t, this.translation.done[w])
      if (this.translation.coherent) this.#streams.fetchOn(t)
    }
  }

  left(line: number, now: number): void {
    if (this.translation.coherent && !this.caches.holds(line)) this.translation.lineLeft(line, now)
    for (const t of this.threads) if (t.block === Block.spin && t.waitLine === line) wake(t, now)
  }

  /** A word changes at `tick`: a sibling may have waited for that, and the thread that ran alone stops to let it in. */
  #stored(line: number, tick: number): void {
    if (this.translation.coherent) this.translation.lineLeft(line, tick)
    for (const t of this.threads) {
      if (t.block !== Block.spin || t.waitLine !== line) continue
      wake(t, tick)
      for (const each of this.threads) each.limit = 0
    }
  }

  /** What each thread that has not ended is waiting for: a watchdog's report. */
  describe(): Array<string> {
    const lines = this.caches.misses.pending()
    return this.threads.filter((t) => t.block !== Block.ended).map((t) => t.describe(lines))
  }

  /** Let `t` execute until its limit, the horizon, or something that blocks it. */
  #advance(t: HardwareThread): void {
    for (;;) {
      if (t.trapCount > 0 && !t.masked && !this.#words.underWay(t)) this.#services.trapped(t)
      if (t.pendingInterrupts > 0 && !t.masked && !this.#words.underWay(t) && !this.#remote.underWay(t)) {
        t.pendingInterrupts--
        t.interrupts++
        this.#services.handle(t)
      }
      if (t.depth >= 0) {
        const program = t.programs[t.depth]
        if (program.at === program.length) t.popProgram()
        else if (!this.#programs.step(t, program) && this.#stopped(t)) return
        continue
      }
      const stream = t.stream
      if (stream === undefined) return void this.#finish(t)
      if (t.blockAt === t.blockEnd) {
        if (t.operation < stream.operationAt.length && stream.operationAt[t.operation] === t.streamAt) {
          this.#services.operate(t, t.operation++)
          continue
        }
        if (t.streamAt === stream.last) {
          if (this.#finish(t)) return
          continue
        }
        const block = stream.blocks[t.streamAt++] | 0
        t.blockAt = stream.blockStart[block] | 0
        t.blockEnd = stream.blockStart[block + 1] | 0
      }
      if (!this.#streams.runBlock(t) && this.#stopped(t)) return
    }
  }

  /** True if `t` waits for its oldest instruction and that still waits (siblings take turns, whatever comes of them), or MP5. */
  #stays(t: HardwareThread, miss: number): boolean {
    if (t.block === Block.fetch && this.translation.coherent && t.waits >= 0) return t.waits !== miss
    if (t.block !== Block.window || this.threads.length > 1 || t.trapCount + t.pendingInterrupts > 0) return false
    return t.window.firstUnresolved === t.blockedOn
  }

  /** False if a page-fault handler is to go on. */
  #stopped(t: HardwareThread): boolean {
    if (t.trapCount > 0 && t.block === Block.drain && !t.masked) {
      t.block = Block.none
      return false
    }
    this.#letInterruptIn(t, t.tick)
    if (t.block === Block.none && t.due < t.tick) t.due = t.tick
    return true
  }

  /** A thread that waits for a word with interrupts enabled serves them. */
  #letInterruptIn(t: HardwareThread, now: number): void {
    if (t.block === Block.spin && t.pendingInterrupts > 0 && !t.masked) wake(t, now)
  }

  /** Nothing left to execute: the thread has ended once everything it did has performed. */
  #finish(t: HardwareThread): boolean {
    const empty = this.#pipeline.drained(t, true)
    if (empty === Unresolved) return true
    const tick = empty > t.barrier ? empty : t.barrier
    if (this.#services.contended(t)) {
      this.#pipeline.report(t, tick)
      this.#services.next(t, tick)
      this.#interrupts.resume(t, this.#kernel.now)
      return false
    }
    t.end(tick, this.#width)
    // What has no instruction behind it ends with the thread.
    this.#pipeline.report(t, t.endedAt)
    this.#services.ended(t, t.endedAt)
    return true
  }

  /** Something has come at `now`: the tile goes on, in this event if nothing else comes to it in this tick. */
  #kick(now: number): void {
    let due = this.#values.due()
    for (const t of this.threads) if (t.block === Block.none && t.due < due) due = t.due
    if (due === Never) return
    if (due > now || !this.#kernel.isLast(this.#owner)) return this.#wakeAt(due > now ? due : now)
    this.#stepAt = now
    this.step()
  }

  /** TI2: have a step at `tick`, unless an earlier one is due. */
  #wakeAt(tick: number): void {
    if (tick >= this.#stepAt) return
    this.#stepAt = tick
    this.#kernel.schedule(tick, Phase.Execute, this.#owner, this.#owner, this.#stepKind)
  }
}
