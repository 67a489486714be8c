/**
 * The way of one access into memory: translation, rights, then the caches. Permission is checked here, when
 * the access executes; a store performs later, when it drains. Enforcement reads hardware state only: the
 * entry that the TLB holds, the thread's registers, and what the mechanism's own check says (law L4).
 *
 *   MP1  an access goes by the thread's registers as of its dispatch, however late its address or its
 *        translation is known
 *   MP4  an access that straddles two lines needs both, and one that crosses a page both translations
 *   MP2  a load that has to be made again is judged again, and its fault reported once
 *   MP3  an access that traps touches no line; it is made again behind the handler
 *   MP5  where TLBs are coherent, a load that was translated and allowed keeps its lines until it has a buffer for
 *        each, and a fetch its line until that comes: what holds the translation may be taken away for the line itself
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import * as fromRetry from "../coherence/retry.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import type { Translation } from "../translation/translation.ts"
import { AccessObserver } from "./access-observer.ts"
import type { Cause } from "./cause.ts"
import { type CheckTable, TableReads } from "./check-table.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import { LoadLines } from "./load-lines.ts"
import type { OpenPages } from "./open-pages.ts"
import { Ports } from "./ports.ts"
import { StoreWays } from "./store-ways.ts"
import type { TileContext } from "./tile-context.ts"
import * as fromWaiters from "./waiters.ts"
import * as fromWindow from "./window.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Retry } = fromRetry
const { Entry, LINE_BYTES, LINES_PER_PAGE, PAGE_BYTES } = fromPages
const { AGAIN } = fromWaiters
const { placeOf } = fromWindow

/** Bits of a verdict that are the fault. */
export const VERDICT_BITS = 8
/** The mechanism's own check of an access. */
export interface AccessCheck {
  /** 0 allows, any other number below 256 is a fault; the bits from 8 on are ticks by which a load's data are delayed. */
  checkAccess(thread: number, page: number, offset: number, bytes: number, store: boolean, tick: number): number
  /** Tables that it reads first. */
  readonly tables?: ReadonlyArray<CheckTable> | undefined
  /** Pages about which it need not be asked. */
  readonly openPages?: OpenPages | undefined
  /** Ticks for which a checked store to `page` keeps the next from draining (SB5); at most 127. */
  storeHolds?(thread: number, page: number): number
}

/** Faults of translation and key registers, then a mechanism's own; from `detected` on the access takes effect first. */
export const Fault = {
  none: 0,
  notPresent: 1,
  readOnly: 2,
  key: 3,
  mechanism: 8,
  detected: 16
} as const

export type FaultListener = (
  t: HardwareThread,
  fault: number,
  page: number,
  offset: number,
  store: boolean,
  tick: number
) => void

/** True if the kernel's handler runs when an access of `thread` to `page` finds it absent or read-only. */
export type TrapFilter = (thread: HardwareThread, page: number) => boolean

export class MemoryPort {
  /** Tick from which the last access was translated: before that its latency is the walk's. */
  translated = 0
  /** Instruction of the accesses that follow, above 0: what stride prefetchers tell apart. */
  site = 1
  readonly #pages: Pages
  readonly #caches: PrivateCaches
  readonly translation: Translation
  readonly check: AccessCheck | undefined
  readonly #table: TableReads | undefined
  readonly #holds: boolean
  /** The mechanism's check needs more of an access than an entry and its answer: none goes the straight way. */
  readonly careful: boolean
  /** The table that an access on the straight way reads an entry of, if there is one. */
  readonly table: CheckTable | undefined
  readonly #fault: FaultListener
  readonly #traps: TrapFilter
  /** The L1D's ports for loads, and the bytes that one of them moves. */
  readonly loads: Ports
  readonly loadBytes: number
  readonly #lines: LoadLines
  readonly observer: AccessObserver
  /** How stores get their lines. */
  readonly ways: StoreWays
  /** MP5: lines of the last load if it found no buffer, the second -1 if it needs one; -1 if it keeps none. */
  keptLine = -1
  keptRest = -1
  #secondOf = 0

  constructor(
    owner: number,
    firstThread: number,
    caches: PrivateCaches,
    translation: Translation,
    context: TileContext
  ) {
    const { accesses, check, judge, numbers, pages, services } = context
    this.loads = new Ports(numbers.core.loads, caches.levels.cells)
    this.loadBytes = numbers.core.loadBytes
    this.#lines = new LoadLines(caches, this.loads, this.loadBytes)
    this.#table = check?.tables && new TableReads(check.tables, caches, translation, this.loads)
    this.#pages = pages
    this.#caches = caches
    this.translation = translation
    this.check = check
    this.#holds = check?.storeHolds !== undefined
    const tables = check?.tables ?? []
    this.careful = this.#holds || tables.length > 1
    this.table = tables.length > 0 ? tables[0] : undefined
    this.#fault = services.fault
    this.#traps = services.traps
    this.observer = new AccessObserver(owner, accesses, judge)
    this.ways = new StoreWays(caches, numbers, firstThread)
  }

  /** Where the line of the last access that succeeded was found. */
  get cause(): Cause {
    return this.#caches.cause
  }

  /** Tick of a load's data, Retry, or -1 - what it waits for. The mechanism doesn't check an `exempt` one. */
  load(t: HardwareThread, page: number, offset: number, bytes: number, exempt: boolean, tick: number): number {
    this.keptLine = -1
    let known = this.#table === undefined || exempt ? tick : this.#table.read(t, page, offset, false, tick)
    if (known < 0) return known
    known = this.translation.data(page, t.context, known)
    if (known < 0) return known
    this.translated = known
    const fault = this.#judge(t, page, offset, bytes, false, exempt)
    if (fault !== Fault.none && this.#trapped(t, fault, page, placeOf(offset, bytes, exempt), false)) return known
    const line = this.translation.frame * LINES_PER_PAGE + (offset >>> 6)
    if (offset + bytes > PAGE_BYTES) {
      const other = this.#otherPage(t, page, offset + bytes - PAGE_BYTES, exempt, false, known)
      if (other < 0) return other
    }
    const straddles = (offset & 63) + bytes > LINE_BYTES
    const rest = straddles ? (offset + bytes > PAGE_BYTES ? this.#secondOf : line + 1) : -1
    const ready = this.#lines.ask(line, rest, bytes, this.translated, this.site)
    if (ready === Retry && this.translation.coherent && fault === Fault.none) {
      this.keptLine = line
      this.keptRest = rest
    }
    if (fault !== Fault.none && ready !== Retry) this.raise(t, fault, page, offset, false, known)
    if (this.observer.on) {
      const allowed = fault === Fault.none
      this.observer.load(t, page, offset, bytes, exempt, allowed, tick, known, ready, this.#caches.cause)
    }
    return ready
  }

  /** MP5: make access `at` of the window again, a load that keeps its lines. */
  kept(t: HardwareThread, at: number, tick: number): number {
    const { accessLine, accessPage, accessPlace, accessRest } = t.window
    const place = accessPlace[at]
    const bytes = (place >>> 12) & 0xffff
    this.translated = tick
    const ready = this.#lines.ask(accessLine[at], accessRest[at], bytes, tick, this.site)
    if (this.observer.on) {
      const exempt = place >>> 28 === 1
      this.observer.load(t, accessPage[at], place & 0xfff, bytes, exempt, true, tick, tick, ready, this.#caches.cause)
    }
    return ready
  }

  /** Tick from which a store's address is translated and allowed, Retry, or -1 - what it waits for. */
  store(
    t: HardwareThread,
    row: number,
    page: number,
    offset: number,
    bytes: number,
    exempt: boolean,
    tick: number
  ): number {
    let known = this.#table === undefined || exempt ? tick : this.#table.read(t, page, offset, true, tick)
    if (known < 0) return known
    known = this.translation.data(page, t.context, known)
    if (known < 0) return known
    this.translated = known
    const fault = this.#judge(t, page, offset, bytes, true, exempt)
    if (fault !== Fault.none && this.#trapped(t, fault, page, placeOf(offset, bytes, exempt), true)) {
      t.stores.writable[row] = known
      return known
    }
    if (fault !== Fault.none) this.raise(t, fault, page, offset, true, known)
    const line = this.translation.frame * LINES_PER_PAGE + (offset >>> 6)
    if ((offset & 63) + bytes > LINE_BYTES) {
      if (offset + bytes > PAGE_BYTES) {
        const other = this.#otherPage(t, page, offset + bytes - PAGE_BYTES, exempt, true, known)
        if (other < 0) return other
        t.stores.second[row] = this.#secondOf === line ? -1 : this.#secondOf
      } else t.stores.second[row] = line + 1
    }
    t.stores.line[row] = line
    t.stores.bytes[row] = bytes
    if (this.#holds && !exempt) t.stores.holds[row] = this.check?.storeHolds?.(t.number, page) ?? 0
    if (this.ways.streams) this.ways.choose(t, row, page, offset, bytes)
    this.ways.own(t, row, known)
    if (this.observer.on) {
      const allowed = fault === Fault.none
      this.observer.store(t, row, page, offset, bytes, exempt, allowed, tick, known, this.#caches.cause)
    }
    return known
  }

  /** Make an access of the window: a load if `row` is negative. A page below 0 is physical line -1 - page, untranslated. */
  again(t: HardwareThread, page: number, place: number, row: number, tick: number): number {
    const bytes = (place >>> 12) & 0xffff
    const exempt = place >>> 28 === 1
    if (page < 0) return this.#physical(t, -1 - page, row, tick)
    return row < 0
      ? this.load(t, page, place & 0xfff, bytes, exempt, tick)
      : this.store(t, row, page, place & 0xfff, bytes, exempt, tick)
  }

  #physical(t: HardwareThread, line: number, row: number, tick: number): number {
    this.translated = tick
    if (row < 0) return this.#caches.load(line, tick)
    t.stores.line[row] = line
    this.ways.own(t, row, tick)
    return tick
  }

  /** Give store `row` its line without asking for it yet: it does when something arrives. */
  place(t: HardwareThread, row: number, page: number, offset: number): void {
    t.stores.line[row] = this.#pages.line(page, offset)
    t.storeWaits.append(AGAIN, row)
  }

  /**
   * MP4: the rest of an access that goes on into the next page: translated and judged like the first part. Its line is
   * in #secondOf. Where that page isn't known to be the next one, the rest is taken to be in the first part's line.
   */
  #otherPage(t: HardwareThread, page: number, bytes: number, exempt: boolean, store: boolean, tick: number): number {
    const { low } = this.#pages
    const next = page + 1
    const line = this.translation.frame * LINES_PER_PAGE + LINES_PER_PAGE - 1
    this.#secondOf = line
    if (next >= this.#pages.count || low[next] !== low[page] + 1) return tick
    const known = this.translation.data(next, t.context, tick)
    if (known < 0) return known
    this.translated = known
    const fault = this.#judge(t, next, 0, bytes, store, exempt)
    if (fault !== Fault.none) this.raise(t, fault, next, 0, store, known)
    else if (this.observer.judges) this.observer.rest(t, next, bytes, exempt, store, known)
    this.#secondOf = this.translation.frame * LINES_PER_PAGE
    return known
  }

  #judge(t: HardwareThread, page: number, offset: number, bytes: number, store: boolean, exempt: boolean): number {
    const entry = this.translation.entry
    if ((entry & Entry.present) === 0) return Fault.notPresent
    if (store && (entry & Entry.writable) === 0) return Fault.readOnly
    if (t.keyRights !== 0) {
      const bits = (t.keyRights >>> (2 * ((entry >>> Entry.keyShift) & Entry.keyMask))) & 3
      if ((bits & 1) !== 0 || (store && bits !== 0)) return Fault.key
    }
    if (this.check === undefined || exempt) return Fault.none
    const verdict = this.check.checkAccess(t.number, page, offset, bytes, store, this.translated)
    return verdict >>> VERDICT_BITS === 0 ? verdict : this.#delayed(verdict)
  }

  #delayed(verdict: number): number {
    this.translated += verdict >>> VERDICT_BITS
    return verdict & ((1 << VERDICT_BITS) - 1)
  }

  /** MP3: an access that traps touches no line; it is made again behind the handler. */
  #trapped(t: HardwareThread, fault: number, page: number, place: number, store: boolean): boolean {
    if (fault > Fault.readOnly || !this.#traps(t, page)) return false
    this.translation.forget(page, t.context, this.translated)
    t.trap(page, place, store)
    return true
  }

  /** A fault of the tables forgets the translation that raised it (Intel SDM vol. 3A, 4.10.4.1; vol. 3C, 28.3.3.1). */
  raise(t: HardwareThread, fault: number, page: number, offset: number, store: boolean, tick: number): void {
    if (fault <= Fault.readOnly) this.translation.forget(page, t.context, tick)
    this.#fault(t, fault, page, offset, store, tick)
  }
}
