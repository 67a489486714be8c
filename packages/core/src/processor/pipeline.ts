/**
 * The interval core: dispatch slots, operands, completion. An instruction dispatches in order as soon as a
 * slot, a window entry and the front end allow it, executes when its operands are ready, and commits in
 * order. What depends on an answer under way stays unresolved until `settle` is told of the answer.
 *
 *   PI1  dispatch ticks of a thread never decrease
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import * as fromCause from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromHardwareThread from "./hardware-thread.ts"
import type { MemoryPort } from "./memory-port.ts"
import type { StoreBuffer } from "./store-buffer.ts"
import { Watch } from "./store-watch.ts"
import { WakeUp } from "./wake-up.ts"
import type { Window } from "./window.ts"
import * as fromWindow from "./window.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Cause } = fromCause
const { Block } = fromHardwareThread
const { placeOf, Unresolved } = fromWindow
type Cause = fromCause.Cause

/** Where a mark is reported: kind, argument, and the tick of the dispatch that follows it. */
export type MarkListener = (thread: HardwareThread, kind: number, argument: number, tick: number) => void

/** No dispatch: the limit is reached, or the thread is blocked. */
export const Stopped = -1

export class Pipeline {
  readonly port: MemoryPort
  readonly wakeUp: WakeUp
  readonly #caches: PrivateCaches
  readonly #width: number
  readonly #window: number
  /** Ticks from a store's data to a load that takes it from the store buffer. */
  readonly forward: number
  readonly #mispredictPenalty: number
  readonly #marked: MarkListener

  constructor(port: MemoryPort, caches: PrivateCaches, numbers: MachineNumbers, marked: MarkListener) {
    this.port = port
    this.wakeUp = new WakeUp(port)
    this.#caches = caches
    this.#width = numbers.core.width
    this.#window = numbers.core.window
    this.forward = numbers.core.forward
    this.#mispredictPenalty = numbers.core.mispredictPenalty
    this.#marked = marked
  }

  /** Take the next dispatch slot no earlier than `from`, for an instruction of `slotClass`; its tick, or Stopped. */
  dispatch(t: HardwareThread, from: number, slotClass: Cause): number {
    const window = t.window
    if (t.serialiser >= 0 || t.mispredicted >= 0) {
      t.block = Block.drain
      return Stopped
    }
    let tick = from > t.barrier ? from : t.barrier
    const leaving = window.next - this.#window
    if (leaving >= 0) {
      if (leaving >= window.firstUnresolved) {
        waitForOldest(t)
        return Stopped
      }
      const free = window.commit[leaving & window.mask]
      if (free > tick) tick = free
    }
    if (t.front > tick) tick = t.front
    if (tick < t.tick) tick = t.tick
    if (tick >= t.limit || tick >= this.#caches.limit) {
      t.due = tick
      return Stopped
    }
    if (tick > t.tick) {
      const width = this.#width
      // A dispatch that waits for `from` waits for the store buffer, once nothing older is unfinished.
      const otherwise = tick === t.front ? t.frontCause : tick === from ? t.stores.cause : Cause.execute
      window.leaveEmpty(t.tick * width + t.position, tick * width, otherwise)
      t.tick = tick
      t.position = 0
    }
    t.slots[slotClass]++
    if (++t.position === this.#width) {
      t.position = 0
      t.tick = tick + 1
    }
    if (t.markCount > 0) this.report(t, tick)
    return tick
  }

  /** The same for an instruction that is not the workload's. */
  dispatchAdded(t: HardwareThread, from: number, slotClass: Cause): number {
    const tick = this.dispatch(t, from, slotClass)
    if (tick !== Stopped) t.added++
    return tick
  }

  /** Dispatch what a mechanism adds before the next instruction, `count` in all; false if stopped before the last. */
  added(t: HardwareThread, count: number): boolean {
    while (t.addedAt < count) {
      if (this.dispatch(t, 0, Cause.instrumentation) === Stopped) return false
      t.addedAt++
      t.added++
    }
    return true
  }

  /** Tick from which a store may dispatch, or Unresolved (the thread is blocked then). */
  storeSlot(t: HardwareThread): number {
    const free = t.stores.freeAt()
    if (free === Unresolved) t.block = Block.storeBuffer
    return free
  }

  /** LQ1: tick from which a load may dispatch, or Unresolved (the thread is blocked then). */
  loadSlot(t: HardwareThread): number {
    const free = t.loads.freeAt()
    if (free === Unresolved) waitForOldest(t)
    return free
  }

  /** Tick from which nothing older is unfinished (nor buffered, if `stores`), or Unresolved (blocked then). */
  drained(t: HardwareThread, stores: boolean): number {
    const commit = t.window.lastCommit
    const empty = stores ? t.stores.writtenAt(t.tick > commit ? t.tick : commit) : 0
    if (!t.window.settled || empty === Unresolved) {
      t.block = Block.drain
      return Unresolved
    }
    return empty > commit ? empty : commit
  }

  /** Tick of the data of the program's last load without a register, or Unresolved (blocked then). */
  loaded(t: HardwareThread): number {
    const ready = t.ready[0]
    const done = ready < 0 ? t.window.doneAt(-1 - ready) : ready
    if (done >= 0) return done
    t.block = Block.drain
    return Unresolved
  }

  /** A load of a program: dispatched at `tick`, result in `register` (0: nobody waits for it). Page -1 - line: untranslated. */
  load(t: HardwareThread, page: number, offset: number, bytes: number, tick: number, register: number): void {
    const window = t.window
    const place = placeOf(offset, bytes, false)
    t.loads.take()
    const ready = this.port.again(t, page, place, -1, tick)
    if (ready >= 0) {
      this.appendLoad(window, ready, tick)
      t.ready[register] = ready
      return
    }
    t.ready[register] = -1 - window.next
    const entry = window.appendUnresolved(tick, 0, Cause.l1)
    this.wakeUp.access(t, entry, page, place, -1, ready)
  }

  /** Append a load, made at `tick`, whose data are there at `complete`. */
  appendLoad(window: Window, complete: number, tick: number): void {
    const translated = this.port.translated
    window.append(complete, this.port.cause)
    if (translated > tick) {
      const entry = (window.next - 1) & window.mask
      window.waits(entry, Cause.pageWalk, translated)
    }
  }

  /** A store of a program: dispatched at `tick`, its data ready at `data` (or -1 - the number of the producer). */
  store(t: HardwareThread, page: number, offset: number, bytes: number, tick: number, data: number): void {
    this.#append(t, t.stores.append(t.window.next), page, offset, bytes, false, tick, data)
  }

  /** The youngest store of the buffer, made at `tick`, goes to `line`, which needs no translation. */
  storeLine(t: HardwareThread, line: number, tick: number): void {
    const row = (t.stores.next - 1) & t.stores.mask
    t.stores.line[row] = line
    this.port.ways.own(t, row, tick)
    t.window.append(tick + 1, Cause.execute)
    this.commitStores(t.stores, t.window)
  }

  /** A store of `tag` to the granules of these bytes: unchecked, and performed when it drains. */
  storeTag(
    t: HardwareThread,
    page: number,
    offset: number,
    bytes: number,
    tag: number,
    tick: number,
    holds: number
  ): void {
    const row = t.stores.append(t.window.next)
    t.stores.watch[row] = Watch.tag
    t.stores.holds[row] = holds
    t.stores.tagPage[row] = page
    t.stores.tagPlace[row] = offset | (bytes << 12) | (tag << 24)
    this.#append(t, row, page, offset, bytes, true, tick, tick)
  }

  #append(
    t: HardwareThread,
    row: number,
    page: number,
    offset: number,
    bytes: number,
    exempt: boolean,
    tick: number,
    data: number
  ): void {
    const { stores, window } = t
    const place = placeOf(offset, bytes, exempt)
    const ready = this.port.again(t, page, place, row, tick)
    const known = data < 0 ? window.doneAt(-1 - data) : data
    if (ready >= 0 && known >= 0) {
      window.append(Math.max(ready, known, tick + 1), Cause.execute)
      this.commitStores(stores, window)
      return
    }
    const entry = window.appendUnresolved(Math.max(ready, known, tick + 1), 0, Cause.execute)
    if (known < 0) this.wakeUp.operand(window, entry, -1 - data)
    if (ready < 0) this.wakeUp.access(t, entry, page, place, row, ready)
  }

  /** Give commit ticks to stores whose instructions have committed, then drain what can drain. */
  commitStores(stores: StoreBuffer, window: Window): void {
    while (stores.firstUncommitted < stores.next) {
      const row = stores.firstUncommitted & stores.mask
      const instruction = stores.instruction[row]
      if (instruction >= window.firstUnresolved) break
      stores.commit[row] = window.commit[instruction & window.mask]
      if (stores.delay !== undefined) stores.commit[row] += stores.delay(row)
      stores.firstUncommitted++
    }
    stores.settle()
  }

  /** `wait` (a miss or a walker) is over: settle what depends on it. */
  settle(t: HardwareThread, wait: number, now: number, cause: Cause): void {
    const { stores, window } = t
    this.wakeUp.arrived(t, wait, now, cause)
    window.settle()
    this.commitStores(stores, window)
    if (t.mispredicted >= 0 && window.complete[t.mispredicted] >= 0) {
      this.redirect(t, window.complete[t.mispredicted])
      t.mispredicted = -1
    }
    if (t.serialiser >= 0 && window.complete[t.serialiser] >= 0) {
      t.barrier = window.complete[t.serialiser]
      t.serialiser = -1
    }
  }

  /** A mispredicted branch resolved at `tick`: the front end starts again from there. */
  redirect(t: HardwareThread, tick: number): void {
    t.front = tick + this.#mispredictPenalty
    t.frontCause = Cause.mispredict
  }

  /** Report the marks that wait: what they wait for happens at `tick`. */
  report(t: HardwareThread, tick: number): void {
    const count = t.markCount
    t.markCount = 0
    for (let i = 0; i < count; i++) this.#marked(t, t.marks[2 * i], t.marks[2 * i + 1], tick)
  }
}

/** Nothing dispatches before the oldest unresolved instruction has its answer. */
function waitForOldest(t: HardwareThread): void {
  t.block = Block.window
  t.blockedOn = t.window.firstUnresolved
}
