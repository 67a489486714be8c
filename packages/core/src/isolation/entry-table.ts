/**
 * A table of entries in memory, one for each domain's pointer to an object: which entry belongs to what, and its loads
 * and stores. Law: it knows where entries lie, never what is in them.
 */
import { PAGE_BYTES } from "../memory/pages.ts"
import type { Program } from "../processor/program.ts"
import type { MachineParts } from "./unit.ts"

export interface EntryTableShape {
  /** Entries that there are places for, at most 65,536; beyond that several share a place, and their rights do not. */
  readonly entries: number
  /** Bytes of one. */
  readonly entryBytes: number
  /** Bytes of the objects that private memory is taken to consist of, each with an entry. */
  readonly objectBytes: number
}

/** Most entries of a table. */
export const MOST_ENTRIES = 1 << 16

export class EntryTable {
  /** Place of the entry found last. */
  page = 0
  offset = 0
  readonly #first: number
  readonly #count: number
  readonly #domains: number
  readonly #shape: EntryTableShape

  constructor(shape: EntryTableShape, { domains, pages }: Pick<MachineParts, "domains" | "pages">) {
    this.#domains = domains
    this.#shape = shape
    this.#count = Math.ceil((shape.entries * shape.entryBytes) / PAGE_BYTES)
    this.#first = pages.reserve(this.#count)
  }

  /** The entry of `region` for `domain`; of the private object at (page, offset) where `region` is -1. */
  find(domain: number, region: number, page: number, offset: number): void {
    const { entryBytes, objectBytes } = this.#shape
    const object = ((page * PAGE_BYTES + offset) / objectBytes) | 0
    const index = region >= 0 ? region * this.#domains + domain : Math.imul(object, 0x9e3779b1) >>> 16
    const at = ((index & (MOST_ENTRIES - 1)) * entryBytes) % (this.#count * PAGE_BYTES)
    this.page = this.#first + Math.floor(at / PAGE_BYTES)
    this.offset = at % PAGE_BYTES
  }

  covers(page: number): boolean {
    return page >= this.#first && page < this.#first + this.#count
  }

  load(program: Program, domain: number, region: number): void {
    this.find(domain, region, 0, 0)
    program.load(this.page, this.offset, this.#shape.entryBytes)
  }

  /** A store whose performing is reported with `change`. */
  store(program: Program, domain: number, region: number, change: number): void {
    const { entryBytes } = this.#shape
    this.find(domain, region, 0, 0)
    program.tagStore(this.page, this.offset, entryBytes, change, entryBytes)
  }
}
