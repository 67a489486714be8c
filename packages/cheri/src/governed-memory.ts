/**
 * Which authority each byte of memory is under, as a table that is built once: one load for most accesses, two
 * on pages with exchange objects. Law: it knows where memory lies and never who may reach it.
 */
import { RegionKind, type Regions } from "@isolde/core/isolation/regions"
import type { Pages } from "@isolde/core/memory/pages"

/** Memory under no capability of the model: code, the kernel's own, what the revocation runtime uses. */
export const UNGOVERNED = -1
/** Memory of the compartment switcher: Executive alone reaches it. */
export const TRUSTED = -2
/** Beside the objects of a page: in nobody's bounds unless they are rounded. */
export const OUTSIDE = -3
/** Memory that the unit allocated inside domain d's compartment is `INSIDE - d`. */
export const INSIDE = -4

const GRANULES = 256
/** Entries from here on are divided pages; regions are below 2^15. */
const DIVIDED = 1 << 16

export class GovernedMemory {
  readonly #pages: Pages
  #ofPage: Int32Array // [page] region, UNGOVERNED, TRUSTED, INSIDE - domain, or DIVIDED + index
  readonly #divided: Int16Array // [divided page][granule] region, or OUTSIDE

  constructor(pages: Pages, regions: Regions) {
    this.#pages = pages
    this.#ofPage = new Int32Array(pages.count).fill(UNGOVERNED)
    const divided: Array<number> = []
    for (let region = 0; region < regions.count; region++) {
      for (const page of regions.pagesOf(region)) {
        const isDivided = regions.onPage(page).length > 1 || regions.kind[region] === RegionKind.exchange
        if (!isDivided) this.#ofPage[page] = region
        else if (this.#ofPage[page] === UNGOVERNED) this.#ofPage[page] = DIVIDED + divided.push(page) - 1
      }
    }
    this.#divided = new Int16Array(divided.length * GRANULES)
    divided.forEach((page, index) => {
      const others = regions.onPage(page).find((region) => regions.kind[region] !== RegionKind.exchange)
      this.#divided.fill(others ?? OUTSIDE, index * GRANULES, (index + 1) * GRANULES)
    })
    for (let region = 0; region < regions.count; region++) this.#claim(regions, region)
  }

  /** `count` new pages under `what`; the first. While the machine is built only. */
  reserve(count: number, what: number): number {
    const first = this.#pages.reserve(count)
    const wider = new Int32Array(first + count).fill(UNGOVERNED)
    wider.set(this.#ofPage)
    this.#ofPage = wider.fill(what, first)
    return first
  }

  /** What the byte at `offset` of `page` is under: a region, or one of the constants above. */
  at(page: number, offset: number): number {
    if (page >= this.#ofPage.length) return UNGOVERNED
    const what = this.#ofPage[page]
    return what < DIVIDED ? what : this.#divided[(what - DIVIDED) * GRANULES + (offset >>> 4)]
  }

  #claim(regions: Regions, region: number): void {
    for (let extent = regions.extentStart[region]; extent < regions.extentStart[region + 1]; extent++) {
      const what = this.#ofPage[regions.extentPage[extent]]
      if (what < DIVIDED) continue
      const offset = regions.extentOffset[extent]
      const first = (what - DIVIDED) * GRANULES
      const end = (offset + regions.extentBytes[extent] + 15) >>> 4
      this.#divided.fill(region, first + (offset >>> 4), first + end)
    }
  }
}
