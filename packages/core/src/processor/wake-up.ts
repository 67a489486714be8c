/**
 * Wake-up: what arrives, a line or a translation, goes on with those who waited for it and with nobody else. An
 * unresolved instruction counts what it waits for, operands and accesses; at zero it completes, and tells those whose
 * operand it is.
 *
 *   WU1  an instruction completes when its last operand and its last access are known, whatever came first
 *   WU2  those who found nothing free ask again in the order in which they came, until the first finds nothing
 *   WU3  one that found every walker busy asks again when a walk is over
 */

import * as retry from "../coherence/retry.ts"
import * as pages from "../memory/pages.ts"
import * as causes from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import * as threads from "./hardware-thread.ts"
import type { MemoryPort } from "./memory-port.ts"
import * as buffer from "./store-rows.ts"
import * as waiting from "./waiters.ts"
import * as windows from "./window.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { ACCESSES, OPERANDS } = windows
const { PAGE_BYTES } = pages
const { Retry } = retry
const { NotAsked } = buffer
const { AGAIN, FIRST_WALK, listOf, None } = waiting
const { pageWalk } = causes.Cause
const { Dispatching } = threads

/** Whether the access at `place` needs one translation alone. */
const isOnOnePage = (place: number): boolean => (place & 0xfff) + ((place >>> 12) & 0xffff) <= PAGE_BYTES

export class WakeUp {
  readonly #port: MemoryPort

  constructor(port: MemoryPort) {
    this.#port = port
  }

  /** Entry `entry` waits for the result of instruction `producer`, which is not known yet. */
  operand(window: windows.Window, entry: number, producer: number): void {
    const edge = entry * OPERANDS + window.operandCount[entry]++
    const last = window.lastDependent[producer & window.mask]
    window.nextDependent[edge] = -1
    if (last < 0) window.firstDependent[producer & window.mask] = edge
    else window.nextDependent[last] = edge
    window.lastDependent[producer & window.mask] = edge
    window.operandsLeft[entry]++
    window.pending[entry]++
  }

  /** Entry `entry` waits for one more access, which was told `ready`: Retry, or -1 - what it waits for. */
  access(t: HardwareThread, entry: number, page: number, place: number, row: number, ready: number): void {
    const window = t.window
    window.keyRights[entry] = t.keyRights
    window.authority[entry] = t.authority
    window.handle[entry] = t.handle
    window.secondAuthority[entry] = t.secondAuthority
    window.secondHandle[entry] = t.secondHandle
    const at = entry * ACCESSES + window.accesses[entry]++
    window.accessPage[at] = page
    window.accessPlace[at] = place
    window.accessStore[at] = row
    window.accessSite[at] = this.#port.site
    window.accessLine[at] = -1
    if (ready === Retry && row < 0) this.#keep(window, at)
    window.pending[entry]++
    window.subject[entry] = t.trusted ? -1 : t.domain
    if (this.#port.observer.judges) this.#follow(window, at, row, ready)
    // An access without its address is made when the entry's operands are known.
    if (window.addressWaits[entry] === 0) t.accessWaits.append(ready === Retry ? AGAIN : listOf(-1 - ready), at)
  }

  /** `wait`, a miss or a walker, is over at `now`; a miss brought its line from where `cause` says. */
  arrived(t: HardwareThread, wait: number, now: number, cause: causes.Cause): void {
    const list = wait < 0 ? AGAIN : listOf(wait)
    if (list !== AGAIN) {
      const { storeWaits, stores } = t
      let row = storeWaits.take(list)
      while (row >= 0) {
        const following = storeWaits.next[row]
        stores.writable[row] = now
        if (stores.second[row] >= 0) this.#port.ways.own(t, row, now)
        row = following
      }
    }
    this.#storesAgain(t, now)
    if (list !== AGAIN) this.#accesses(t, list, wait, now, cause)
    this.#accessesAgain(t, now)
  }

  /** WU2 for stores that wait for a buffer. */
  #storesAgain(t: HardwareThread, now: number): void {
    const { storeWaits, stores } = t
    for (let row = storeWaits.first(AGAIN); row >= 0; row = storeWaits.first(AGAIN)) {
      this.#port.ways.ask(t, row, now)
      const writable = stores.writable[row]
      if (writable === NotAsked) return
      storeWaits.drop(AGAIN)
      if (writable < 0) storeWaits.append(listOf(-1 - writable), row)
    }
  }

  #accesses(t: HardwareThread, list: number, wait: number, now: number, cause: causes.Cause): void {
    const { accessWaits, window } = t
    let at = accessWaits.take(list)
    while (at >= 0) {
      const following = accessWaits.next[at]
      const entry = (at / ACCESSES) | 0
      if (wait < FIRST_WALK) {
        if (window.accessFollowed[at] === 1) this.#arrived(t, entry, at, now)
        window.cause[entry] = cause
        this.#known(t, entry, now)
      } else {
        window.waits(entry, pageWalk, now)
        this.#make(t, entry, at, now)
      }
      at = following
    }
  }

  /** WU2 for accesses that wait for a buffer or a walker. */
  #accessesAgain(t: HardwareThread, now: number): void {
    const { accessWaits, window } = t
    const { walkers } = this.#port.translation
    for (let at = accessWaits.first(AGAIN); at >= 0; at = accessWaits.first(AGAIN)) {
      // WU3: it would find them as it left them.
      if (at === accessWaits.stuck && walkers.finished === accessWaits.stuckAt) {
        this.#port.site = window.accessSite[at]
        return
      }
      const { refused } = walkers
      const ready = this.#again(t, at, now)
      if (ready === Retry) {
        accessWaits.stuck = walkers.refused > refused && isOnOnePage(window.accessPlace[at]) ? at : None
        accessWaits.stuckAt = walkers.finished
        return
      }
      accessWaits.stuck = None
      accessWaits.drop(AGAIN)
      this.#told(t, (at / ACCESSES) | 0, at, ready)
    }
  }

  /** Make access `at` of `entry`, whose address is known by now. */
  #make(t: HardwareThread, entry: number, at: number, now: number): void {
    this.#told(t, entry, at, this.#again(t, at, now))
  }

  #told(t: HardwareThread, entry: number, at: number, ready: number): void {
    if (this.#port.observer.judges) this.#follow(t.window, at, t.window.accessStore[at], ready)
    if (ready < 0) return t.accessWaits.append(ready === Retry ? AGAIN : listOf(-1 - ready), at)
    const window = t.window
    if (window.accessStore[at] < 0 && ready > window.ready[entry] && ready > window.base[entry])
      window.cause[entry] = this.#port.cause
    this.#known(t, entry, ready)
  }

  /** A load that was allowed and waits for its line, not for a buffer or a walk, has yet to perform. */
  #follow(window: windows.Window, at: number, row: number, ready: number): void {
    const waits = row < 0 && ready < 0 && ready !== Retry && -1 - ready < FIRST_WALK
    window.accessFollowed[at] = waits && this.#port.observer.followed ? 1 : 0
  }

  #arrived(t: HardwareThread, entry: number, at: number, now: number): void {
    const { accessFollowed, accessPage, accessPlace, subject } = t.window
    accessFollowed[at] = 0
    this.#port.observer.arrived(t, subject[entry], accessPage[at], accessPlace[at], now)
  }

  /** One access of `entry` is over at `ready`. */
  #known(t: HardwareThread, entry: number, ready: number): void {
    const window = t.window
    if (ready > window.ready[entry]) window.ready[entry] = ready
    if (--window.pending[entry] === 0) this.#complete(t, entry, ready)
  }

  /** WU1. An instruction that is no access of its own (a latency below 0) waits here for the one who appended it. */
  #complete(t: HardwareThread, entry: number, now: number): void {
    const window = t.window
    const latency = window.latency[entry]
    if (latency < 0) return
    const base = window.base[entry]
    const ready = window.ready[entry]
    const complete = (base > ready ? base : ready) + latency
    window.complete[entry] = complete
    for (let edge = window.firstDependent[entry]; edge >= 0; ) {
      const following = window.nextDependent[edge]
      this.#supplied(t, (edge / OPERANDS) | 0, complete, now)
      edge = following
    }
  }

  /** An operand of `entry` is there at `tick`. */
  #supplied(t: HardwareThread, entry: number, tick: number, now: number): void {
    const window = t.window
    if (tick > window.base[entry]) window.base[entry] = tick
    if (--window.operandsLeft[entry] === 0 && window.addressWaits[entry] === 1) {
      window.addressWaits[entry] = 0
      const first = entry * ACCESSES
      for (let k = 0; k < window.accesses[entry]; k++) this.#make(t, entry, first + k, now)
    }
    if (--window.pending[entry] === 0) this.#complete(t, entry, now)
  }

  /** MP5: the lines of access `at`, if it keeps them. */
  #keep(window: windows.Window, at: number): void {
    if (this.#port.keptLine < 0) return
    window.accessLine[at] = this.#port.keptLine
    window.accessRest[at] = this.#port.keptRest
  }

  /** MP1: make an access again, by the registers as of its dispatch, not before its operands are there. */
  #again(t: HardwareThread, at: number, now: number): number {
    const { window } = t
    const entry = (at / ACCESSES) | 0
    const { authority, handle, keyRights, secondAuthority, secondHandle } = t
    const base = window.base[entry]
    t.authority = window.authority[entry]
    t.handle = window.handle[entry]
    t.secondAuthority = window.secondAuthority[entry]
    t.secondHandle = window.secondHandle[entry]
    t.keyRights = window.keyRights[entry]
    t.subject = window.subject[entry]
    this.#port.site = window.accessSite[at]
    const row = window.accessStore[at]
    const tick = base > now ? base : now
    const ready =
      window.accessLine[at] < 0
        ? this.#port.again(t, window.accessPage[at], window.accessPlace[at], row, tick)
        : this.#port.kept(t, at, tick)
    if (ready === Retry && row < 0) this.#keep(window, at)
    t.authority = authority
    t.handle = handle
    t.secondAuthority = secondAuthority
    t.secondHandle = secondHandle
    t.keyRights = keyRights
    t.subject = Dispatching
    return ready
  }
}
