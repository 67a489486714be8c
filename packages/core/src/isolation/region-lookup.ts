/**
 * The region at an address, for checks on the path of every access: one load for most pages, two for those that
 * several regions share. Law: it says what Regions.at says, of pages that were there when it was built.
 */
import type { Pages } from "../memory/pages.ts"
import type { Regions } from "./regions.ts"

const GRANULES = 256
/** Entries from here on are divided pages; regions are below 2^15. */
const DIVIDED = 1 << 16
/** No region. */
const NONE = -1

export class RegionLookup {
  readonly #ofPage: Int32Array // [page] region, NONE, or DIVIDED + divided page
  readonly #divided: Int16Array // [divided page][granule] region

  constructor(pages: Pages, regions: Regions) {
    this.#ofPage = new Int32Array(pages.count).fill(NONE)
    const divided: Array<number> = []
    for (let region = 0; region < regions.count; region++) {
      for (const page of regions.pagesOf(region)) {
        if (this.#ofPage[page] !== NONE) continue
        const alone = regions.onPage(page).length === 1
        this.#ofPage[page] = alone ? region : DIVIDED + divided.push(page) - 1
      }
    }
    this.#divided = new Int16Array(divided.length * GRANULES)
    divided.forEach((page, index) => {
      for (let granule = 0; granule < GRANULES; granule++)
        this.#divided[index * GRANULES + granule] = regions.at(page, granule * (4096 / GRANULES))
    })
  }

  /** Region at `offset` of `page`, or -1. */
  at(page: number, offset: number): number {
    if (page >= this.#ofPage.length) return NONE
    const what = this.#ofPage[page]
    return what < DIVIDED ? what : this.#divided[(what - DIVIDED) * GRANULES + (offset >>> 4)]
  }
}
