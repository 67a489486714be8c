/**
 * What a tile's walkers remember of tables: where the next table is, per level and dimension (paging-structure
 * caches), and second-level translations (nested TLB). Under nesting an entry of the first dimension holds the
 * host's address of the guest's next table (combined mappings, Intel SDM vol. 3C, "Information That May Be Cached").
 *
 *   WC1  the deepest entry that is held decides where a walk begins
 *   WC2  INVLPG forgets the whole first dimension of its space, INVPCID of an address the entries on its way alone
 *   WC3  the second dimension is forgotten by second-level context only
 */
import type { Columns } from "../kernel/columns.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import type { Contexts } from "./contexts.ts"
import { FrameCache } from "./frame-cache.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { LEVELS, LINES_PER_PAGE } = fromPages

/** Frame of the table that `line` is part of. */
export const tableOf = (line: number): number => (line / LINES_PER_PAGE) | 0

export class WalkCaches {
  readonly first: ReadonlyArray<FrameCache> // [level] by context, and frame of the next level's table
  readonly second: ReadonlyArray<FrameCache> // [level] by second-level context, and frame of the next level's table
  readonly nested: FrameCache // by second-level context and guest frame: rights
  readonly #pages: Pages

  constructor(pages: Pages, { nestedTlb, walkCache }: MachineNumbers["tlb"], columns: Columns) {
    this.#pages = pages
    const levels = () => [walkCache.top, walkCache.middle, walkCache.last].map((size) => new FrameCache(size, columns))
    this.first = levels()
    this.second = levels()
    this.nested = new FrameCache(nestedTlb, columns)
  }

  /** WC1: level at which a walk for `page` in `context`, whose address space is `space`, begins. */
  begin(page: number, context: number, space: number): number {
    const { walk } = this.#pages.tableOf(space)
    for (let level = LEVELS - 1 - this.#pages.size[page]; level > 0; level--)
      if (this.first[level - 1].look(context, tableOf(walk[page * LEVELS + level]))) return level
    return 0
  }

  /** Forget the first dimension of `contexts`: all of it, or (WC2) what is on the way to `page` if that is not negative. */
  forget(contexts: Contexts, page: number): void {
    if (page < 0) for (const cache of this.first) cache.drop(-1, contexts, false)
    else
      for (const { walk } of this.#pages.tables)
        for (let level = 1; level < LEVELS; level++)
          this.first[level - 1].drop(tableOf(walk[page * LEVELS + level]), contexts, false)
  }

  /** WC3: forget the second dimension, or how one block of frames is translated if that is not negative. */
  forgetSecondLevel(contexts: Contexts, block: number): void {
    this.nested.drop(block, contexts, true)
    if (block < 0) for (const cache of this.second) cache.drop(-1, contexts, true)
  }
}
