/**
 * The second-level tables of every context, and the hypervisor's record of who holds which region.
 * Context d is the view of domain d; one more, the monitor's, maps everything.
 *
 *   EPT5  a context maps a page with the union of its domain's rights to the regions on that page
 *   EPT6  a region is reachable in a context with the rights that all of its pages have in the tables
 */

import { RegionKind, type Regions } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { callback } from "@isolde/core/kernel/callback"
import { invariant } from "@isolde/core/kernel/model-defect"
import { Nested, type NestedWalk } from "@isolde/core/translation/nested-walk"

export class SecondLevel {
  /** Context that maps everything. */
  readonly monitor: number
  readonly #nested: NestedWalk
  readonly #perContext: number
  readonly #domains: number
  readonly #regions: number
  readonly #kind: Uint8Array // [region] RegionKind
  readonly #gone: Uint8Array // [domain] 1 once it is no more
  readonly #held: Uint8Array // [domain][region] Rights: the hypervisor's record
  readonly #allowed: Uint8Array // [context][region] Rights: what the tables say
  readonly #firstPage: Int32Array // [region + 1] place in #pages
  readonly #pages: Int32Array // [region][page of it] page
  readonly #row: Int32Array // [page] row, or -1 where no region is
  readonly #firstRegion: Int32Array // [row + 1] place in #onRow
  readonly #onRow: Int32Array // [row][region on it] region

  /** `perContext` domains are in one context. Throws a ModelDefect if the EPTP list of `entries` is too short. */
  constructor(parts: MachineParts, entries: number, perContext: number) {
    const { domains, regions } = parts
    const contexts = Math.ceil(domains / perContext)
    invariant(contexts < entries, "EPT4", `${contexts} contexts and the monitor's view in a list of ${entries}`)
    this.monitor = contexts
    this.#perContext = perContext
    this.#domains = domains
    this.#regions = regions.count
    this.#kind = regions.kind
    this.#gone = new Uint8Array(domains)
    this.#held = heldAtStart(parts)
    const pages = Array.from({ length: regions.count }, (_, region) => regions.pagesOf(region))
    const governed = [...new Set(pages.flat())]
    const onRow = governed.map((page) => regions.onPage(page))
    this.#firstPage = starts(pages)
    this.#pages = Int32Array.from(pages.flat())
    this.#row = new Int32Array(parts.pages.count).fill(-1)
    governed.forEach((page, row) => {
      this.#row[page] = row
    })
    this.#firstRegion = starts(onRow)
    this.#onRow = Int32Array.from(onRow.flat())
    this.#nested = parts.nest(contexts + 1, (context, page) => this.wanted(context, page))
    this.#nested.onChanged = callback((context, page) => this.#changed(context, page))
    this.#allowed = new Uint8Array((contexts + 1) * regions.count).fill(Right.readWrite)
    for (let context = 0; context <= contexts; context++)
      for (let region = 0; region < regions.count; region++)
        for (const page of pages[region] ?? [])
          this.#allowed[context * regions.count + region] &= this.wanted(context, page)
  }

  /** Context that is the view of `domain`. */
  contextOf(domain: number): number {
    return Math.floor(domain / this.#perContext)
  }

  /** Pages that hold regions. */
  get rows(): number {
    return this.#firstRegion.length - 1
  }

  /** Row of `page` among the pages that hold regions, or -1. */
  rowOf(page: number): number {
    return page < this.#row.length ? this.#row[page] : -1
  }

  /** Rights (Nested) that the tables of `context` give to `page` now. */
  mapped(context: number, page: number): number {
    return this.#nested.rightsTo(context, page)
  }

  /** EPT5: rights (Nested) that they should give by the record. */
  wanted(context: number, page: number): number {
    const row = this.rowOf(page)
    if (row < 0 || context === this.monitor) return Nested.write
    let rights = 0
    const end = Math.min((context + 1) * this.#perContext, this.#domains)
    for (let domain = context * this.#perContext; domain < end; domain++)
      for (let at = this.#firstRegion[row]; at < this.#firstRegion[row + 1]; at++)
        rights |= entryOf(this.#held[domain * this.#regions + this.#onRow[at]])
    return rights
  }

  /** Record that `domain` holds `region` with exactly `rights`. */
  record(domain: number, region: number, rights: Rights): void {
    this.#held[domain * this.#regions + region] = rights
  }

  /** Private regions that `domain` holds by the record. */
  privatesOf(domain: number): ReadonlyArray<number> {
    return [...this.#kind.keys()].filter(
      (region) => this.#kind[region] === RegionKind.private && this.#held[domain * this.#regions + region] !== 0
    )
  }

  /** Record that `domain` is no more; whether its context is nobody's now. */
  retire(domain: number): boolean {
    this.#gone[domain] = 1
    const first = this.contextOf(domain) * this.#perContext
    return this.#gone.subarray(first, first + this.#perContext).every((gone) => gone === 1)
  }

  /** EPT6. */
  allows(context: number, region: number): Rights {
    return this.#allowed[context * this.#regions + region]
  }

  /** Number of pages of `region`; `pageAt` gives each. */
  pageCount(region: number): number {
    return this.#firstPage[region + 1] - this.#firstPage[region]
  }

  pageAt(region: number, index: number): number {
    return this.#pages[this.#firstPage[region] + index]
  }

  /** The `index`th region on the page of `row`, or -1 behind the last. */
  regionOn(row: number, index: number): number {
    const at = this.#firstRegion[row] + index
    return at < this.#firstRegion[row + 1] ? this.#onRow[at] : -1
  }

  #changed(context: number, page: number): void {
    const row = this.rowOf(page)
    if (row < 0) return
    for (let at = this.#firstRegion[row]; at < this.#firstRegion[row + 1]; at++) {
      const region = this.#onRow[at]
      let rights: Rights = Right.readWrite
      for (let index = this.#firstPage[region]; index < this.#firstPage[region + 1]; index++)
        rights &= this.mapped(context, this.#pages[index])
      this.#allowed[context * this.#regions + region] = rights
    }
  }
}

/** EPT1: what an entry can say of `rights`; writing alone can't be said, so it is nothing. */
function entryOf(rights: Rights): number {
  return (rights & Right.read) === 0 ? Nested.none : rights & Nested.write
}

/** Owners hold their regions; all domains hold the shared runtime, and the exchange regions under "share". */
function heldAtStart({ domains, exchange, regions }: MachineParts): Uint8Array {
  const held = new Uint8Array(domains * regions.count)
  for (let domain = 0; domain < domains; domain++) {
    for (let region = 0; region < regions.count; region++) {
      if (isCommon(regions, region, exchange) || regions.owner[region] === domain)
        held[domain * regions.count + region] = Right.readWrite
    }
  }
  return held
}

function isCommon(regions: Regions, region: number, exchange: MachineParts["exchange"]): boolean {
  const kind = regions.kind[region]
  return kind === RegionKind.shared || (kind === RegionKind.exchange && exchange === "share")
}

function starts(lists: ReadonlyArray<ReadonlyArray<number>>): Int32Array {
  const first = new Int32Array(lists.length + 1)
  lists.forEach((list, i) => {
    first[i + 1] = first[i] + list.length
  })
  return first
}
