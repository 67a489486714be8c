/**
 * The table of entries in memory: which entry belongs to what, and the stores that change one. Law: it knows where
 * entries lie, never what is in them.
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import type { Program } from "@isolde/core/processor/program"
import type { ProposalsConfig } from "./config.ts"

/** Entries that there are places for; beyond that several share a place, and the rights do not. */
const ENTRIES = 1 << 16

export class EntryTable {
  /** Place of the entry found last. */
  page = 0
  offset = 0
  readonly #first: number
  readonly #count: number
  readonly #domains: number
  readonly #entryBytes: number
  readonly #objectBytes: number

  constructor({ base, entryBytes, objectBytes }: ProposalsConfig, { domains, pages, regions }: MachineParts) {
    this.#domains = domains
    this.#entryBytes = entryBytes
    this.#objectBytes = objectBytes
    const entries = base === "proxy" ? ENTRIES : Math.min(ENTRIES, regions.count * domains)
    this.#count = base === "ideal" ? 0 : Math.ceil((entries * entryBytes) / PAGE_BYTES)
    this.#first = pages.reserve(this.#count)
  }

  /** The entry of `region` for `domain`; of the private object at (page, offset) where `region` is -1. */
  find(domain: number, region: number, page: number, offset: number): void {
    const object = ((page * PAGE_BYTES + offset) / this.#objectBytes) | 0
    const index = region >= 0 ? region * this.#domains + domain : Math.imul(object, 0x9e3779b1) >>> 16
    const at = ((index & (ENTRIES - 1)) * this.#entryBytes) % (this.#count * PAGE_BYTES)
    this.page = this.#first + Math.floor(at / PAGE_BYTES)
    this.offset = at % PAGE_BYTES
  }

  covers(page: number): boolean {
    return page >= this.#first && page < this.#first + this.#count
  }

  /** A store whose performing is reported with `change`. */
  store(program: Program, domain: number, region: number, change: number): void {
    this.find(domain, region, 0, 0)
    program.tagStore(this.page, this.offset, this.#entryBytes, change, this.#entryBytes)
  }
}
