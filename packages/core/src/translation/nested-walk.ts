/**
 * Walks of two dimensions: every guest table is itself behind a walk of the second-level tables. Those map
 * each guest frame to itself, one set of tables per context (EPTP index), with the rights that the context has.
 * A second-level entry is memory with an address like any other.
 *
 *   NW1  a cold walk of 4 KB pages reads 24 lines; a warm one reads the guest's entry, and what the nested TLB lacks
 *   NW2  what one walk reads helps the next one, not itself
 *   NW3  the guest's tables are readable and writable in every context; rights restrict mapped pages alone
 */
import { invariant } from "../kernel/model-defect.ts"
import * as fromPageSize from "../memory/page-size.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import { MAX_CONTEXTS } from "./contexts.ts"
import { tableOf, type WalkCaches } from "./walk-caches.ts"
import type { WalkPath } from "./walk-path.ts"
import { SECOND, type WalkPlans } from "./walk-plans.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { PageSize } = fromPageSize
const { Entry, LEVELS, LINES_PER_PAGE } = fromPages
type PageSize = fromPageSize.PageSize

/** Rights in second-level tables (the present bit of `Entry` says readable). */
export const Nested = { none: 0, read: Entry.present, write: Entry.present | Entry.writable } as const

export class NestedWalk implements WalkPath {
  readonly contexts: number
  readonly largest: PageSize
  /** Called when a right in the tables has changed. */
  onChanged: (context: number, page: number) => void = () => undefined
  readonly #pages: Pages
  readonly #shift: number
  readonly #leaf: number
  readonly #initial: (context: number, page: number) => number
  readonly #tables = new Map<number, number>() // context, level and prefix of the guest frame -> frame
  #blocks = 0
  #rights = new Uint8Array(0) // [context][block] Nested

  /**
   * `initial` gives the rights (Nested) of a context to a page before the run; `largest` is the size of the host's
   * pages. A block of a large host page has the rights that all of its pages have.
   */
  constructor(
    pages: Pages,
    contexts: number,
    initial: (context: number, page: number) => number,
    largest: PageSize = PageSize.small
  ) {
    invariant(contexts <= MAX_CONTEXTS, "TR2", `${contexts} contexts; a TLB tag tells ${MAX_CONTEXTS} apart`)
    this.#pages = pages
    this.contexts = contexts
    this.largest = largest
    this.#shift = 9 * largest
    this.#leaf = LEVELS - 1 - largest
    this.#initial = initial
  }

  /** Map every guest page in every context; call when all pages are known. */
  seal(): void {
    const { count, frame, lines } = this.#pages
    const frames = lines / LINES_PER_PAGE
    this.#blocks = (frames >>> this.#shift) + 1
    this.#rights = new Uint8Array(this.contexts * this.#blocks).fill(Nested.write)
    for (let context = 0; context < this.contexts; context++) {
      for (let page = 0; page < count; page++)
        this.#rights[context * this.#blocks + (frame[page] >>> this.#shift)] &= this.#initial(context, page)
      for (let at = 0; at < frames; at += 512)
        for (let level = 0; level <= this.#leaf; level++) this.#table(context, level, at)
    }
  }

  rights(context: number, frame: number): number {
    return this.#rights[context * this.#blocks + (frame >>> this.#shift)]
  }

  /** Rights of `context` to `page`. */
  rightsTo(context: number, page: number): number {
    return this.rights(context, this.#pages.frame[page])
  }

  setRights(context: number, page: number, rights: number): void {
    this.#rights[context * this.#blocks + (this.#pages.frame[page] >>> this.#shift)] = rights
    this.onChanged(context, page)
  }

  /** Line of the second-level leaf entry of `page`. */
  entryLine(context: number, page: number): number {
    return this.#line(context, this.#leaf, this.#pages.frame[page])
  }

  plan(plans: WalkPlans, walker: number, page: number, context: number, space: number, caches: WalkCaches): void {
    const { frame, walk } = this.#pages.tableOf(space)
    const second = context % this.contexts
    const begin = caches.begin(page, context, space)
    for (let level = begin; level <= LEVELS - 1 - this.#pages.size[page]; level++) {
      const line = walk[page * LEVELS + level]
      // The entry from which the walk begins has said where this table is.
      if (level > begin || begin === 0) this.#nested(plans, walker, second, tableOf(line), caches)
      plans.add(walker, level, line, 0)
    }
    if (this.#nested(plans, walker, second, frame[page], caches)) plans.allowed[walker] = caches.nested.value
  }

  readsLeaf(page: number, context: number, space: number, line: number): boolean {
    return this.#pages.entryLine(page, space) === line || this.entryLine(context % this.contexts, page) === line
  }

  secondLeaf(context: number, block: number): number {
    return this.#line(context, this.#leaf, block << this.#shift)
  }

  /** Plan how `frame` is translated; true if the nested TLB knows it. */
  #nested(plans: WalkPlans, walker: number, context: number, frame: number, caches: WalkCaches): boolean {
    if (caches.nested.look(context, frame >>> this.#shift)) return true
    let level = this.#leaf
    while (level > 0 && !caches.second[level - 1].look(context, this.#table(context, level, frame))) level--
    for (; level <= this.#leaf; level++) plans.add(walker, SECOND + level, this.#line(context, level, frame), frame)
    return false
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
      table = this.#pages.allocateTable()
      this.#tables.set(key, table)
    }
    return table
  }
}
