/**
 * What a page walk reads: the lines of the table entries on its way, and the rights it brings back. Under
 * nesting every guest table is itself behind a walk of the second-level tables: 24 references when cold.
 */
import { invariant } from "../kernel/model-defect.ts"
import { Entry, LEVELS, LINES_PER_PAGE, type Pages } from "../memory/pages.ts"

/** Contexts (EPTP index, address space) that a TLB tag can tell apart. */
export const MAX_CONTEXTS = 512

/** Most references of one walk: (4 + 1) x (4 + 1) - 1. */
export const MAX_REFERENCES = 24

export interface WalkPath {
  /** Write the lines read by a walk for `page` in `context` to `lines` from `at` on; how many. */
  references(page: number, context: number, lines: Int32Array, at: number): number
  /** The entry a TLB keeps: the page-table entry, less what the context's own tables forbid. */
  entry(page: number, context: number): number
}

/** One level of tables: four references, and the entry as it stands in memory. */
export class FlatWalk implements WalkPath {
  readonly #pages: Pages

  constructor(pages: Pages) {
    this.#pages = pages
  }

  references(page: number, _context: number, lines: Int32Array, at: number): number {
    const walk = this.#pages.walk
    for (let level = 0; level < LEVELS; level++) lines[at + level] = walk[page * LEVELS + level]
    return LEVELS
  }

  entry(page: number): number {
    return this.#pages.entry[page]
  }
}

/** Rights in second-level tables (the present bit of `Entry` says readable). */
export const Nested = { none: 0, read: Entry.present, write: Entry.present | Entry.writable } as const

/**
 * Second-level tables, one set per context (EPTP index): every guest frame is mapped to itself, with the
 * rights that this context has to it. A second-level entry is memory with an address like any other.
 */
export class NestedWalk implements WalkPath {
  readonly contexts: number
  /** Called when a right in the tables has changed. */
  onChanged: (context: number, page: number) => void = () => undefined
  readonly #pages: Pages
  readonly #initial: (context: number, page: number) => number
  readonly #tables = new Map<number, number>() // context, level and prefix of the guest frame -> frame
  #rights = new Uint8Array(0) // [context][page] Nested

  /** `initial` gives the rights (Nested) of a context to a page before the run. */
  constructor(pages: Pages, contexts: number, initial: (context: number, page: number) => number) {
    invariant(contexts <= MAX_CONTEXTS, "TR2", `${contexts} contexts; a TLB tag tells ${MAX_CONTEXTS} apart`)
    this.#pages = pages
    this.contexts = contexts
    this.#initial = initial
  }

  /** Map every guest page in every context; call when all pages are known. */
  seal(): void {
    const { count, lines } = this.#pages
    const frames = lines / LINES_PER_PAGE
    this.#rights = new Uint8Array(this.contexts * count)
    for (let context = 0; context < this.contexts; context++) {
      for (let page = 0; page < count; page++) this.#rights[context * count + page] = this.#initial(context, page)
      for (let frame = 0; frame < frames; frame += 512)
        for (let level = 0; level < LEVELS; level++) this.#table(context, level, frame)
    }
  }

  rights(context: number, page: number): number {
    return this.#rights[context * this.#pages.count + page]
  }

  setRights(context: number, page: number, rights: number): void {
    this.#rights[context * this.#pages.count + page] = rights
    this.onChanged(context, page)
  }

  /** Line of the second-level leaf entry of `page`. */
  entryLine(context: number, page: number): number {
    return this.#line(context, LEVELS - 1, this.#pages.frame[page])
  }

  references(page: number, context: number, lines: Int32Array, at: number): number {
    const { frame, walk } = this.#pages
    let next = at
    for (let level = 0; level < LEVELS; level++) {
      const line = walk[page * LEVELS + level]
      next = this.#nested(context, (line / LINES_PER_PAGE) | 0, lines, next)
      lines[next++] = line
    }
    return this.#nested(context, frame[page], lines, next) - at
  }

  entry(page: number, context: number): number {
    const rights = this.#rights[context * this.#pages.count + page]
    const entry = this.#pages.entry[page]
    return (entry & ~(Entry.present | Entry.writable)) | (entry & rights)
  }

  #nested(context: number, frame: number, lines: Int32Array, at: number): number {
    for (let level = 0; level < LEVELS; level++) lines[at + level] = this.#line(context, level, frame)
    return at + LEVELS
  }

  #line(context: number, level: number, frame: number): number {
    const index = (frame >>> (9 * (LEVELS - 1 - level))) & 511
    return this.#table(context, level, frame) * LINES_PER_PAGE + (index >>> 3)
  }

  /** Frame of the table of `level` that covers `frame`. Tables appear while the machine is built. */
  #table(context: number, level: number, frame: number): number {
    const prefix = level === 0 ? 0 : frame >>> (9 * (LEVELS - level))
    const key = (context * LEVELS + level) * 2 ** 22 + prefix
    let table = this.#tables.get(key)
    if (table === undefined) {
      table = this.#pages.allocateFrame()
      this.#tables.set(key, table)
    }
    return table
  }
}
