/**
 * Where the checks that read tables find their entries: the lists' byte for each eight bytes of memory, and the bounds
 * of pointers that were not in a register. Law: an entry's place follows from the address alone.
 */
import { PAGE_BYTES, type Pages } from "@isolde/core/memory/pages"
import type { SfiConfig } from "./config.ts"
import { SLOT } from "./sandbox.ts"

/** Bytes of an entry of the bounds table: lower, upper, the pointer's value, reserved (SDM vol. 1, 17.4.3). */
const BOUNDS = 32

export class CheckEntries {
  /** Place of the entry found last. */
  offset = 0
  readonly #first: number
  readonly #percent: number // of words that have bounds in the table; 0 for lists
  readonly #covered: number

  /** `covered`: pages of memory that have entries. */
  constructor({ boundsLoads, variant }: SfiConfig, pages: Pages) {
    this.#covered = pages.count
    this.#percent = variant === "bounds" ? boundsLoads : 0
    const bytes = (this.#covered * PAGE_BYTES) / SLOT
    this.#first = pages.reserve(
      Math.ceil((variant === "bounds" ? (bytes * BOUNDS * boundsLoads) / 100 : bytes) / PAGE_BYTES)
    )
  }

  /** Page of the list's entry for a store to (page, offset), or -1. */
  list(page: number, offset: number): number {
    return this.#at((page * PAGE_BYTES + offset) / SLOT, page)
  }

  /** Page of the bounds of an access to (page, offset), or -1 where they are in a register. */
  bounds(page: number, offset: number): number {
    const word = (page * (PAGE_BYTES / SLOT) + offset / SLOT) | 0
    if ((Math.imul(word, 0x9e3779b1) >>> 16) * 100 >= this.#percent << 16) return -1
    return this.#at(Math.floor((word * this.#percent) / 100) * BOUNDS, page)
  }

  #at(place: number, page: number): number {
    if (page >= this.#covered) return -1
    this.offset = Math.floor(place) % PAGE_BYTES
    return this.#first + Math.floor(place / PAGE_BYTES)
  }
}
