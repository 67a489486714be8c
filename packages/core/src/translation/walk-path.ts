/**
 * What a page walk reads: the lines of the table entries on its way, in order, from where the walk caches let
 * it begin. One dimension here; two in nested-walk.ts.
 *
 *   WP1  a walk of one dimension reads 4, 3 or 2 lines for a page of 4 KB, 2 MB or 1 GB, and one with a warm cache
 */
import * as fromPageSize from "../memory/page-size.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import type { WalkCaches } from "./walk-caches.ts"
import type { WalkPlans } from "./walk-plans.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { PageSize } = fromPageSize
const { LEVELS } = fromPages
type PageSize = fromPageSize.PageSize

export interface WalkPath {
  /** Second-level contexts: the stride of a translation context; 1 without a second level. */
  readonly contexts: number
  /** Page size of the second level, which no TLB entry exceeds. */
  readonly largest: PageSize
  /** Plan the walk of `walker` for `page` in `context`, whose address space is `space`. */
  plan(plans: WalkPlans, walker: number, page: number, context: number, space: number, caches: WalkCaches): void
  /** Second-level rights (Nested) of `context` to `frame`, as they stand in memory. */
  rights(context: number, frame: number): number
  /** True if the translation of `page` in `context` of `space` is read from `line`, in either dimension. */
  readsLeaf(page: number, context: number, space: number, line: number): boolean
  /** Line of the second-level entry for `block`, in units of `largest`; -1 without a second level. */
  secondLeaf(context: number, block: number): number
}

/** Walks that end with an entry of a further table, one for each page, which the machine stores like other entries. */
export interface CheckedWalk extends WalkPath {
  /** Line of the entry that is for `page` in `context`. */
  entryLine(context: number, page: number): number
  /** It has been stored: `rights` are Nested. */
  setRights(context: number, page: number, rights: number): void
  /** All pages are known. */
  seal(): void
}

/** One level of tables. */
export class FlatWalk implements WalkPath {
  readonly contexts = 1
  readonly largest = PageSize.huge
  readonly #pages: Pages

  constructor(pages: Pages) {
    this.#pages = pages
  }

  plan(plans: WalkPlans, walker: number, page: number, context: number, space: number, caches: WalkCaches): void {
    const { walk } = this.#pages.tableOf(space)
    const leaf = LEVELS - 1 - this.#pages.size[page]
    for (let level = caches.begin(page, context, space); level <= leaf; level++)
      plans.add(walker, level, walk[page * LEVELS + level], 0)
  }

  rights(): number {
    return -1
  }

  readsLeaf(page: number, _context: number, space: number, line: number): boolean {
    return this.#pages.entryLine(page, space) === line
  }

  secondLeaf(): number {
    return -1
  }
}
