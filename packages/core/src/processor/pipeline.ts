/**
 * The interval core: dispatch slots, operands, completion. An instruction dispatches in order as soon as a
 * slot, a window entry and the front end allow it, executes when its operands are ready, and commits in
 * order. What depends on an answer under way stays unresolved until `settle` is told of the answer.
 *
 *   PI1  dispatch ticks of a thread never decrease
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import { Retry } from "../coherence/retry.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import { Cause } from "./cause.ts"
import { Block, type HardwareThread } from "./hardware-thread.ts"
import type { MemoryPort } from "./memory-port.ts"
import { NotAsked, type StoreBuffer } from "./store-buffer.ts"
import { ACCESSES, OPERANDS, placeOf, Unresolved, type Window } from "./window.ts"

/** Where a mark is reported: kind, argument, and the tick of the dispatch that follows it. */
export type MarkListener = (thread: HardwareThread, kind: number, argument: number, tick: number) => void

/** No dispatch: the limit is reached, or the thread is blocked. */
export const Stopped = -1

export class Pipeline {
  readonly port: MemoryPort
  readonly #caches: PrivateCaches
  readonly #width: number
  readonly #window: number
  /** Ticks from a store's data to a load that takes it from the store buffer. */
  readonly forward: number
  readonly #mispredictPenalty: number
  readonly #firstWalk: number
  readonly #marked: MarkListener

  /** Waits from `firstWalk` on are walkers, those below are misses. */
  constructor(
    port: MemoryPort,
    caches: PrivateCaches,
    numbers: MachineNumbers,
    firstWalk: number,
    marked: MarkListener
  ) {
    this.port = port
    this.#caches = caches
    this.#width = numbers.core.width
    this.#window = numbers.core.window
    this.forward = numbers.core.forward
    this.#mispredictPenalty = numbers.core.mispredictPenalty
    this.#firstWalk = firstWalk
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
        t.block = Block.window
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
      const otherwise = tick === t.front ? t.frontCause : tick === from ? Cause.storeBuffer : Cause.execute
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

  /** Tick from which a store may dispatch, or Unresolved (the thread is blocked then). */
  storeSlot(t: HardwareThread): number {
    const free = t.stores.freeAt()
    if (free === Unresolved) t.block = Block.storeBuffer
    return free
  }

  /** LQ1: tick from which a load may dispatch, or Unresolved (the thread is blocked then). */
  loadSlot(t: HardwareThread): number {
    const free = t.loads.freeAt()
    if (free === Unresolved) t.block = Block.window
    return free
  }

  /** Tick from which nothing older is unfinished (nor buffered, if `stores`), or Unresolved (blocked then). */
  drained(t: HardwareThread, stores: boolean): number {
    if (!t.window.settled || (stores && t.stores.emptyAt() === Unresolved)) {
      t.block = Block.drain
      return Unresolved
    }
    const commit = t.window.lastCommit
    const empty = stores ? t.stores.emptyAt() : 0
    return empty > commit ? empty : commit
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
    const entry = window.appendUnresolved(tick, 0, Cause.l1)
    this.wait(t, entry, page, place, -1, ready)
    t.ready[register] = -1 - entry
  }

  /** Append a load, made at `tick`, whose data are there at `complete`. */
  appendLoad(window: Window, complete: number, tick: number): void {
    const translated = this.port.translated
    window.append(complete, this.port.cause)
    if (translated > tick) {
      const entry = (window.next - 1) & window.mask
      window.earlyCause[entry] = Cause.pageWalk
      window.split[entry] = translated
    }
  }

  /** A store of a program: dispatched at `tick`, its data ready at `data` (or -1 - entry of the producer). */
  store(t: HardwareThread, page: number, offset: number, bytes: number, tick: number, data: number): void {
    this.#append(t, t.stores.append(t.window.next), page, offset, bytes, false, tick, data)
  }

  /** A store of `tag` to the granules of these bytes: unchecked, and performed when it drains. */
  storeTag(t: HardwareThread, page: number, offset: number, bytes: number, tag: number, tick: number): void {
    const row = t.stores.append(t.window.next)
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
    if (ready >= 0 && data >= 0) {
      window.append(Math.max(ready, data, tick + 1), Cause.execute)
      this.commitStores(stores, window)
      return
    }
    const entry = window.appendUnresolved(tick + 1, 0, Cause.execute)
    if (data < 0) window.operands[entry * OPERANDS + window.operandCount[entry]++] = -1 - data
    this.wait(t, entry, page, place, row, ready)
  }

  /** Entry `entry` waits for one more access. */
  wait(t: HardwareThread, entry: number, page: number, place: number, storeRow: number, ready: number): void {
    const window = t.window
    window.keyRights[entry] = t.keyRights
    window.authority[entry] = t.authority
    const at = entry * ACCESSES + window.accesses[entry]++
    window.accessPage[at] = page
    window.accessPlace[at] = place
    window.accessStore[at] = storeRow
    window.accessReady[at] = ready
    window.accessSite[at] = this.port.site
  }

  /** Give commit ticks to stores whose instructions have committed, then drain what can drain. */
  commitStores(stores: StoreBuffer, window: Window): void {
    for (let n = stores.firstUnresolved; n < stores.next; n++) {
      const row = n & stores.mask
      if (stores.commit[row] >= 0) continue
      if (stores.instruction[row] >= window.firstUnresolved) break
      stores.commit[row] = window.commit[stores.instruction[row] & window.mask]
    }
    stores.settle()
  }

  /** `wait` (a miss or a walker) is over: settle what depends on it, oldest first. */
  settle(t: HardwareThread, wait: number, now: number, cause: Cause): void {
    const { stores, window } = t
    // Stores first: an access that is made again below may be given the very miss buffer that is free now.
    for (let n = stores.firstUnresolved; n < stores.next; n++) {
      const row = n & stores.mask
      if (wait >= 0 && stores.writable[row] === -1 - wait) stores.writable[row] = now
      else if (stores.writable[row] === NotAsked && stores.line[row] >= 0) this.port.own(t, row, now)
    }
    for (let n = window.firstUnresolved; n < window.next; n++) {
      const entry = n & window.mask
      if (window.complete[entry] === Unresolved) this.#settleEntry(t, window, entry, wait, now, cause)
    }
    window.settle()
    this.commitStores(stores, window)
    window.resolve(t.ready)
    window.resolve(t.forwardReady)
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

  #settleEntry(t: HardwareThread, window: Window, entry: number, wait: number, now: number, cause: Cause): void {
    let base = window.base[entry]
    let left = 0
    for (let k = 0; k < window.operandCount[entry]; k++) {
      const producer = window.operands[entry * OPERANDS + k]
      const done = window.complete[producer]
      if (done === Unresolved) window.operands[entry * OPERANDS + left++] = producer
      else if (done > base) base = done
    }
    window.operandCount[entry] = left
    window.base[entry] = base
    if (left > 0 && window.addressWaits[entry] === 1) return
    let complete = base
    let waiting = left > 0
    for (let k = 0; k < window.accesses[entry]; k++) {
      const at = entry * ACCESSES + k
      let ready = window.accessReady[at]
      if (ready < 0) {
        if (ready === -1 - wait && wait < this.#firstWalk) {
          ready = now
          window.cause[entry] = cause
        } else if (ready === -1 - wait || ready === Retry) {
          if (ready !== Retry) {
            window.earlyCause[entry] = Cause.pageWalk
            window.split[entry] = now
          }
          ready = this.#again(t, window, entry, at, base > now ? base : now)
          if (ready > complete && window.accessStore[at] < 0) window.cause[entry] = this.port.cause
        }
        window.accessReady[at] = ready
        if (ready < 0) waiting = true
      }
      if (ready > complete) complete = ready
    }
    if (window.accesses[entry] > 0 || left === 0) window.addressWaits[entry] = 0
    // An instruction that is no access of its own waits here for the one who appended it.
    if (waiting || window.latency[entry] < 0) return
    window.complete[entry] = complete + window.latency[entry]
  }

  /** MP1: make an access again, by the registers as of its dispatch. */
  #again(t: HardwareThread, window: Window, entry: number, at: number, tick: number): number {
    const { authority, keyRights } = t
    t.authority = window.authority[entry]
    t.keyRights = window.keyRights[entry]
    this.port.site = window.accessSite[at]
    const ready = this.port.again(t, window.accessPage[at], window.accessPlace[at], window.accessStore[at], tick)
    t.authority = authority
    t.keyRights = keyRights
    return ready
  }

  /** Report the marks that wait: what they wait for happens at `tick`. */
  report(t: HardwareThread, tick: number): void {
    const count = t.markCount
    t.markCount = 0
    for (let i = 0; i < count; i++) this.#marked(t, t.marks[2 * i], t.marks[2 * i + 1], tick)
  }
}
