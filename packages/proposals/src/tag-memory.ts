/**
 * Tags with time. A granule has as many bytes as its page says; up to a line its tag travels with the line, beyond that
 * it is a byte of a table, read through the caches beside the access. Law: it knows tags and where they lie, never
 * whose they are.
 *
 *   PRO10  a tag changes when its store performs; who executes elsewhere finds it one message later
 */
import type { Regions } from "@isolde/core/isolation/regions"
import { Entry, LINE_BYTES, LINES_PER_PAGE, PAGE_BYTES, type Pages } from "@isolde/core/memory/pages"
import type { Program } from "@isolde/core/processor/program"
import { granuleOf } from "./may-access.ts"

/** Bytes of the smallest granule. */
export const GRANULE = 16
const PER_PAGE = PAGE_BYTES / GRANULE
const Untagged = -1

export class TagMemory {
  /** Place of the table's entry found last. */
  tableOffset = 0
  // What the last store changed, and the tag of the last granule of it before.
  page = -1
  offset = 0
  bytes = 0
  earlier = 0
  readonly #slot: Int32Array // [page] tagged page, or Untagged
  readonly #shift: Uint8Array // [tagged page] log2 of its granule
  readonly #pageOf: Int32Array // [tagged page] page
  readonly #tag: Uint8Array // [tagged page][granule]
  readonly #before: Uint8Array // [tagged page][granule]
  readonly #known: Int32Array // [tagged page][granule] tick from which everybody finds `tag`
  readonly #first: Int32Array // [tagged page] its first byte in the table, or -1
  readonly #inTable: ReadonlyArray<number> // [byte of the table] tagged page x PER_PAGE + granule
  readonly #table: number // first page of the table
  readonly #tablePages: number
  readonly #chunk: number
  readonly #travel: number

  /** `tagged`: pages that have tags; `regionAt`: what 16 bytes of a page are part of; `tagOf`: a region's tag at the start. */
  constructor(
    pages: Pages,
    tagged: ReadonlyArray<number>,
    regionAt: (page: number, offset: number) => number,
    tagOf: (region: number) => number,
    variable: boolean,
    chunk: number,
    travel: number
  ) {
    this.#slot = new Int32Array(pages.count).fill(Untagged)
    this.#shift = new Uint8Array(tagged.length)
    this.#pageOf = Int32Array.from(tagged)
    this.#tag = new Uint8Array(tagged.length * PER_PAGE)
    this.#before = new Uint8Array(tagged.length * PER_PAGE)
    this.#known = new Int32Array(tagged.length * PER_PAGE)
    this.#first = new Int32Array(tagged.length).fill(-1)
    this.#chunk = chunk
    this.#travel = travel
    const inTable: Array<number> = []
    tagged.forEach((page, slot) => {
      this.#slot[page] = slot
      pages.entry[page] |= Entry.tagged
      const regions = Array.from({ length: PER_PAGE }, (_, granule) => regionAt(page, granule * GRANULE))
      const granule = variable ? granuleOf(regions) : GRANULE
      this.#shift[slot] = 31 - Math.clz32(granule)
      if (granule > LINE_BYTES) this.#first[slot] = inTable.length
      for (let n = 0; n < PAGE_BYTES / granule; n++) {
        const at = slot * PER_PAGE + n
        this.#tag[at] = this.#before[at] = tagOf(regions[(n * granule) / GRANULE])
        if (granule > LINE_BYTES) inTable.push(at)
      }
    })
    this.#inTable = inTable
    this.#tablePages = Math.ceil(inTable.length / PAGE_BYTES)
    this.#table = pages.reserve(this.#tablePages)
  }

  /** [frame] 1 where tags come with the line, from memory beside it. */
  frames(pages: Pages): Uint8Array {
    const frames = new Uint8Array(pages.lines / LINES_PER_PAGE)
    for (let slot = 0; slot < this.#pageOf.length; slot++)
      if (this.#first[slot] < 0) frames[pages.frame[this.#pageOf[slot]]] = 1
    return frames
  }

  isTagged(page: number): boolean {
    return page < this.#slot.length && this.#slot[page] !== Untagged
  }

  /** log2 of the bytes of a granule of tagged `page`. */
  shiftOf(page: number): number {
    return this.#shift[this.#slot[page]]
  }

  /** Tag of (page, offset) of a tagged page as an access at `tick` finds it. */
  at(page: number, offset: number, tick: number): number {
    const slot = this.#slot[page]
    const at = slot * PER_PAGE + (offset >>> this.#shift[slot])
    return tick >= this.#known[at] ? this.#tag[at] : this.#before[at]
  }

  /** Page of the table's byte for an access, whose place there is `tableOffset`; -1 where the tag is in the line. */
  tablePage(page: number, offset: number): number {
    if (!this.isTagged(page)) return -1
    const slot = this.#slot[page]
    if (this.#first[slot] < 0) return -1
    const byte = this.#first[slot] + (offset >>> this.#shift[slot])
    this.tableOffset = byte % PAGE_BYTES
    return this.#table + Math.floor(byte / PAGE_BYTES)
  }

  /** Append the stores that give `tag` to `bytes` from `offset` of `page` on: the fewest that are aligned. */
  append(program: Program, page: number, offset: number, bytes: number, tag: number): void {
    const shift = this.shiftOf(page)
    const granule = 1 << shift
    const start = (offset >>> shift) << shift
    const end = Math.ceil((offset + bytes) / granule) * granule
    const inTable = this.tablePage(page, start)
    if (inTable >= 0) return void program.tagStore(inTable, this.tableOffset, (end - start) >>> shift, tag, 1)
    const chunk = Math.max(granule, this.#chunk)
    const whole = Math.min(end, Math.ceil(start / chunk) * chunk)
    const last = Math.max(whole, Math.floor(end / chunk) * chunk)
    if (whole > start) program.tagStore(page, start, whole - start, tag, granule)
    if (last > whole) program.tagStore(page, whole, last - whole, tag, chunk)
    if (end > last) program.tagStore(page, last, end - last, tag, granule)
  }

  /** A tag store performs: false if it changes no tag. What it changed stands in `page`, `offset`, `bytes`, `earlier`. */
  store(page: number, offset: number, bytes: number, tag: number, tick: number): boolean {
    if (page >= this.#table && page < this.#table + this.#tablePages) {
      const at = this.#inTable[(page - this.#table) * PAGE_BYTES + offset]
      const slot = Math.floor(at / PER_PAGE)
      this.page = this.#pageOf[slot]
      this.offset = (at % PER_PAGE) << this.#shift[slot]
      this.bytes = 1 << this.#shift[slot]
    } else if (this.isTagged(page)) {
      this.page = page
      this.offset = offset
      this.bytes = bytes
    } else return false
    const slot = this.#slot[this.page]
    const shift = this.#shift[slot]
    for (let at = this.offset >>> shift; at << shift < this.offset + this.bytes; at++) {
      const granule = slot * PER_PAGE + at
      this.earlier = this.#before[granule] = this.#tag[granule]
      this.#tag[granule] = tag
      this.#known[granule] = tick + this.#travel
    }
    return this.earlier !== tag
  }
}

/** Pages of the regions that are somebody's or nobody's, not everybody's. */
export function taggedPages(regions: Regions, isTagged: (region: number) => boolean): Array<number> {
  const pages = new Set<number>()
  for (let region = 0; region < regions.count; region++)
    if (isTagged(region)) for (const page of regions.pagesOf(region)) pages.add(page)
  return [...pages]
}
