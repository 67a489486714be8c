/**
 * The allocation tags of memory, with time. A tag store changes a tag when it performs, its line writable (MTE4);
 * whoever executes somewhere else can know of it one message later, and until then checks against the tag before
 * (MTE5). Which pages are tagged is fixed when the machine is built.
 */
import { Tags } from "@isolde/core/isolation/tags"
import { Entry, LINE_BYTES, LINES_PER_PAGE, PAGE_BYTES, type Pages } from "@isolde/core/memory/pages"
import { GRANULE } from "./tag-check.ts"

const GRANULES_PER_LINE = LINE_BYTES / GRANULE

export class AllocationTags {
  readonly #pages: Pages
  readonly #tagged: Uint8Array // [page] 1 for a tagged page
  readonly #tags: Tags
  readonly #before: Tags
  readonly #known: Int32Array // [line][granule] tick from which everybody sees the tag
  readonly #travel: number

  /** Pages mapped later are not tagged. `travel`: ticks after which a store that has performed is seen by everybody. */
  constructor(pages: Pages, travel: number) {
    this.#pages = pages
    this.#travel = travel
    this.#tagged = new Uint8Array(pages.count)
    this.#tags = new Tags(pages.lines)
    this.#before = new Tags(pages.lines)
    this.#known = new Int32Array(pages.lines * GRANULES_PER_LINE)
  }

  /** Make `page` a tagged page: part of the state in which the machine starts. */
  tagPage(page: number): void {
    this.#tagged[page] = 1
    this.#pages.entry[page] |= Entry.tagged
  }

  /** [frame] 1 for frames of tagged pages. */
  frames(): Uint8Array {
    const frames = new Uint8Array(this.#pages.lines / LINES_PER_PAGE)
    for (let page = 0; page < this.#tagged.length; page++)
      if (this.#tagged[page] === 1) frames[this.#pages.frame[page]] = 1
    return frames
  }

  /** Give granules of a page the tag with which they start. */
  initialise(page: number, offset: number, bytes: number, tag: number): void {
    for (let at = offset - (offset % GRANULE); at < offset + bytes; at += GRANULE) {
      const line = this.#pages.line(page, at)
      this.#tags.set(line, at, GRANULE, tag)
      this.#before.set(line, at, GRANULE, tag)
    }
  }

  isTagged(page: number): boolean {
    return page < this.#tagged.length && this.#tagged[page] === 1
  }

  /** Tag that an access to (page, offset) at `tick` is checked against. */
  at(page: number, offset: number, tick: number): number {
    const line = this.#pages.line(page, offset)
    const known = this.#known[line * GRANULES_PER_LINE + ((offset / GRANULE) & (GRANULES_PER_LINE - 1))]
    return tick >= known ? this.#tags.of(line, offset) : this.#before.of(line, offset)
  }

  /** A tag store performs at `tick`. On a page that isn't tagged it changes nothing. */
  store(page: number, offset: number, bytes: number, tag: number, tick: number): void {
    if (!this.isTagged(page)) return
    const end = Math.min(PAGE_BYTES, offset + bytes)
    for (let at = offset; at < end; at += GRANULE) {
      const line = this.#pages.line(page, at)
      this.#before.set(line, at, GRANULE, this.#tags.of(line, at))
      this.#tags.set(line, at, GRANULE, tag)
      this.#known[line * GRANULES_PER_LINE + ((at / GRANULE) & (GRANULES_PER_LINE - 1))] = tick + this.#travel
    }
  }
}
