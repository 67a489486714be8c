/**
 * The region at an address, for checks on the path of every access: one load for most pages, two for those that
 * several regions share. Law: it says what Regions.at says, of pages that were there when it was built.
 */
import { PAGE_BYTES, type Pages } from "../memory/pages.ts"
import { GRANULE, MOST_REGIONS, RegionKind, type Regions } from "./regions.ts"

const GRANULES = 256
/** Entries from here on are divided pages; regions are below. */
const DIVIDED = MOST_REGIONS
/** No region. */
const NONE = -1

export class RegionLookup {
  readonly #ofPage: Int32Array // [page] region, NONE, or DIVIDED + divided page
  readonly #divided: Int32Array // [divided page][granule] region
  readonly #lastPage: Int32Array // [region] page on which its last bytes lie
  readonly #kind: Uint8Array // [region] RegionKind
  readonly #end: Int16Array // [region] offset on that page from which nothing is its own

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
    this.#lastPage = new Int32Array(regions.count).fill(NONE)
    this.#end = new Int16Array(regions.count)
    this.#kind = regions.kind
    for (let region = 0; region < regions.count; region++) {
      const last = regions.extentStart[region + 1] - 1
      if (last < regions.extentStart[region]) continue
      this.#lastPage[region] = regions.extentPage[last]
      this.#end[region] = regions.extentOffset[last] + regions.extentBytes[last]
    }
    this.#divided = new Int32Array(divided.length * GRANULES)
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

  /**
   * Whether an access to `bytes` bytes from `offset` of `page` on, which begins in `region`, has a byte outside it, or in
   * another, where one of the two is an exchanged object: those have bounds, and what is left of their last granule is
   * nobody's. Objects of private memory are not told apart.
   */
  leavesObject(region: number, page: number, offset: number, bytes: number): boolean {
    const after = offset + bytes
    const last = this.at(page, after < PAGE_BYTES ? after - 1 : PAGE_BYTES - 1)
    if (last !== region) return this.#isObject(region) || this.#isObject(last)
    return this.#isObject(region) && this.#isBehind(region, page, after)
  }

  #isObject(region: number): boolean {
    return region >= 0 && this.#kind[region] === RegionKind.exchange
  }

  /** What ends at `after` on `page` ends in the rest of the last granule of `region`. */
  #isBehind(region: number, page: number, after: number): boolean {
    const end = this.#end[region]
    return page === this.#lastPage[region] && after > end && after <= ((end + GRANULE - 1) & -GRANULE)
  }
}
