/**
 * What a tile could still translate without asking the tables: TLB entries, second-level translations of its walkers,
 * and walks that have read their last entry. It tells whoever asked when any of it comes or goes.
 *
 *   HT1  a right is held while a look-up in the TLB would find it, a walk under way brings it, or the next walk would
 *        take it from the nested TLB
 *
 * Law: looking changes no order of replacement.
 */
import { callback } from "../kernel/callback.ts"
import { Entry, MAX_PAGES, type Pages } from "../memory/pages.ts"
import type { Translation } from "./translation.ts"
import type { WalkPath } from "./walk-path.ts"

/** Page `page` in `context` may be held with other rights than before, at `tick`. */
export type HeldListener = (page: number, context: number, tick: number) => void

export class HeldTranslations {
  readonly #translation: Translation
  readonly #pages: Pages
  readonly #path: WalkPath
  readonly #listener: HeldListener
  readonly #ofBlock = new Map<number, Array<number>>() // second-level block -> pages watched in it

  /** Watch `pages` of `translation`. */
  constructor(
    translation: Translation,
    pages: Pages,
    path: WalkPath,
    watched: ReadonlyArray<number>,
    listener: HeldListener
  ) {
    this.#translation = translation
    this.#pages = pages
    this.#path = path
    this.#listener = listener
    for (const page of watched) {
      const block = this.#blockOf(page)
      const others = this.#ofBlock.get(block)
      if (others === undefined) this.#ofBlock.set(block, [page])
      else others.push(page)
    }
    const { caches, dtlb, stlb, walkers } = translation
    const changed = (page: number, context: number) => listener(page, context, translation.clock)
    dtlb.onChanged = stlb.onChanged = walkers.onChanged = changed
    caches.nested.onChanged = callback((secondLevel, block) => this.#nested(secondLevel, block))
  }

  /** HT1: entry bits (present, writable) with which `page` could be reached in `context`, or 0. */
  rights(page: number, context: number): number {
    const { caches, walkers } = this.#translation
    const cached = this.#translation.cached(page, context)
    const table = this.#pages.entry[this.#pages.headOf(page)]
    const second = caches.nested.peek(context % this.#path.contexts, this.#blockOf(page))
    const walk = walkers.brings(context * MAX_PAGES + page)
    const held = (cached < 0 ? 0 : cached) | (second < 0 ? 0 : second & table) | walk
    return held & (Entry.present | Entry.writable)
  }

  /** The same where one dimension is walked: the entry itself, with its key, or 0. */
  entry(page: number, context: number): number {
    const cached = this.#translation.cached(page, context)
    return cached < 0 ? this.#translation.walkers.brings(context * MAX_PAGES + page) : cached
  }

  #blockOf(page: number): number {
    return this.#pages.frame[page] >>> (9 * this.#path.largest)
  }

  #nested(secondLevel: number, block: number): void {
    for (const page of this.#ofBlock.get(block) ?? []) {
      // One address space: what is held in others of its contexts is said when it is translated there.
      this.#listener(page, secondLevel, this.#translation.clock)
    }
  }
}
