/**
 * The rule that translation follows, without time and without bounds: what may be held after any sequence of
 * accesses and invalidations, and how many table lines an access reads. It knows addresses, entries and tags, and
 * nothing of sets, ways or ticks. After Intel SDM vol. 3A 4.10.4 and vol. 3C, "Operations that Invalidate Cached
 * Mappings", and of F5-42.
 */
import { Invalidation } from "@isolde/core/translation/contexts"

/** A mapping of the rule's world: a page number, and how many pages one entry covers, as levels left out. */
export interface RulePage {
  readonly page: number
  /** Levels that the guest's mapping leaves out. */
  readonly size: number
  readonly global: boolean
  /** Frames of the tables on the way, from the root to the leaf's. */
  readonly tables: ReadonlyArray<number>
  readonly frame: number
}

interface Held {
  readonly page: RulePage
  readonly space: number
  readonly second: number
  readonly entry: number
}

export class TranslationRule {
  /** Table entry of each page as it stands in memory. */
  readonly memory = new Map<number, number>()
  #held: Array<Held> = []
  #first: Array<{ readonly table: number; readonly space: number; readonly second: number }> = []
  #second = new Set<string>() // second-level context, level and prefix of a frame; level 4 is the frame itself
  readonly #nested: boolean

  constructor(nested: boolean) {
    this.#nested = nested
  }

  /** The copy that an access by (space, second) would use, or -1. */
  cached({ page }: RulePage, space: number, second: number): number {
    return this.#find(page, space, second)?.entry ?? -1
  }

  /** Table lines that an access reads. It holds its translation afterwards. */
  access(page: RulePage, space: number, second: number): number {
    if (this.#find(page.page, space, second) !== undefined) return 0
    const { tables } = page
    let begin = tables.length - 1
    while (begin > 0 && !this.#knows(tables[begin] as number, space, second)) begin--
    // All of the way is looked up before any of it is read.
    let lines = 0
    const frames: Array<number> = []
    for (let level = begin; level < tables.length; level++) {
      if (level > begin || begin === 0) frames.push(tables[level] as number)
      lines++
    }
    if (this.#nested) {
      frames.push(page.frame)
      for (const frame of frames) lines += this.#secondLines(second, frame)
      for (const frame of frames) for (let level = 1; level <= 4; level++) this.#second.add(keyOf(second, level, frame))
    }
    for (let level = Math.max(begin, 1); level < tables.length; level++)
      this.#first.push({ table: tables[level] as number, space, second })
    this.#held.push({ page, space, second, entry: this.memory.get(page.page) as number })
    return lines
  }

  invalidate(kind: Invalidation, page: RulePage, argument: number): void {
    const keep = (match: (held: Held) => boolean) => {
      this.#held = this.#held.filter((held) => !match(held))
    }
    const space = (held: { readonly space: number }) => held.space === argument
    const forget = (match: (entry: { table: number; space: number; second: number }) => boolean) => {
      this.#first = this.#first.filter((entry) => !match(entry))
    }
    const here = ({ page: { page: at } }: Held) => at === page.page
    switch (kind) {
      case Invalidation.page:
        keep((held) => here(held) && (held.page.global || space(held)))
        return forget(space)
      case Invalidation.address:
        keep((held) => here(held) && !held.page.global && space(held))
        return forget((entry) => space(entry) && page.tables.includes(entry.table))
      case Invalidation.addressEverywhere:
        keep(here)
        return forget((entry) => page.tables.includes(entry.table))
      case Invalidation.space:
        keep((held) => !held.page.global && space(held))
        return forget(space)
      case Invalidation.all:
        keep(() => true)
        return forget(() => true)
      case Invalidation.allButGlobal:
        keep((held) => !held.page.global)
        return forget(() => true)
      case Invalidation.secondLevel:
        keep(({ second }) => second === argument)
        forget(({ second }) => second === argument)
        for (const key of this.#second) if (key.startsWith(`${argument}:`)) this.#second.delete(key)
        return
      case Invalidation.allSecondLevels:
        keep(() => true)
        forget(() => true)
        this.#second.clear()
    }
  }

  /** From behind the deepest entry that is known: four lines, or fewer, or none. */
  #secondLines(second: number, frame: number): number {
    let level = 4
    while (level > 0 && !this.#second.has(keyOf(second, level, frame))) level--
    return 4 - level
  }

  #knows(table: number, space: number, second: number): boolean {
    return this.#first.some((entry) => entry.table === table && entry.space === space && entry.second === second)
  }

  #find(page: number, space: number, second: number): Held | undefined {
    return this.#held.find(
      (held) => held.page.page === page && held.second === second && (held.page.global || held.space === space)
    )
  }
}

/** The entry of a second-level table of level `level` - 1 that covers `frame`. */
const keyOf = (second: number, level: number, frame: number): string =>
  `${second}:${level}:${Math.floor(frame / 512 ** (4 - level))}`
