/**
 * The table that a mechanism's check reads: a load of its own, through the TLB and the caches, on the way of each
 * access that is checked. Law: the access waits for its entry.
 *
 *   CT1  an access is made when the entry has come; until then it is made again whenever something arrives
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import { Retry } from "../coherence/retry.ts"
import { LINES_PER_PAGE } from "../memory/pages.ts"
import type { Translation } from "../translation/translation.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import type { Ports } from "./ports.ts"

/** Entries of a mechanism's table. */
export interface CheckTable {
  /** Page of the entry for an access, or -1 for none. */
  tablePage(thread: number, page: number, offset: number, store: boolean): number
  /** Offset of the entry that was asked for last. */
  readonly tableOffset: number
}

/** Loads of entries are told apart from all others: a number that no instruction has. */
export const SITE = 0x2fff_ffff

export class TableReads {
  readonly #tables: ReadonlyArray<CheckTable>
  readonly #caches: PrivateCaches
  readonly #translation: Translation
  readonly #loads: Ports

  constructor(tables: ReadonlyArray<CheckTable>, caches: PrivateCaches, translation: Translation, loads: Ports) {
    this.#tables = tables
    this.#caches = caches
    this.#translation = translation
    this.#loads = loads
  }

  /** Tick at which the entries of an access are there, Retry, or -1 - the walk that it waits for. */
  read(t: HardwareThread, page: number, offset: number, store: boolean, tick: number): number {
    const tables = this.#tables
    let last = tick
    for (let i = 0; i < tables.length; i++) {
      const entry = tables[i].tablePage(t.number, page, offset, store)
      if (entry < 0) continue
      const ready = this.#entry(t, entry, tables[i].tableOffset, tick)
      if (ready < 0) return ready
      if (ready > last) last = ready
    }
    return last
  }

  #entry(t: HardwareThread, page: number, offset: number, tick: number): number {
    const known = this.#translation.data(page, t.context, tick)
    if (known < 0) return known
    const line = this.#translation.frame * LINES_PER_PAGE + (offset >>> 6)
    const from = this.#loads.claim(known)
    const ready = this.#caches.load(line, from, SITE)
    if (ready === Retry) this.#loads.release(from)
    return ready < 0 ? Retry : ready
  }
}
