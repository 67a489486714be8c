/**
 * Which authority each byte of memory is under, as a table that is built once: one load for most accesses, two
 * on pages with exchange objects, three in granules that an object ends in. Law: it knows where memory lies, to the
 * byte, and never who may reach it.
 */
import { RegionKind, type Regions } from "@isolde/core/isolation/regions"
import { PAGE_BYTES, type Pages } from "@isolde/core/memory/pages"

/** Memory under no capability of the model: code, the kernel's own, what the revocation runtime uses. */
export const UNGOVERNED = -1
/** Memory of the compartment switcher: Executive alone reaches it. */
export const TRUSTED = -2
/** Beside the objects of a page: in nobody's bounds unless they are rounded. */
export const OUTSIDE = -3
/** Memory that the unit allocated inside domain d's compartment is `INSIDE - d`. */
export const INSIDE = -4

const GRANULE = 16
const GRANULES = PAGE_BYTES / GRANULE
/** Entries from here on are divided pages; regions are below 2^15. */
const DIVIDED = 1 << 16
/** The same of granules that are under more than one authority. */
const SPLIT = 1 << 16

export class GovernedMemory {
  readonly #pages: Pages
  #ofPage: Int32Array // [page, and some beyond the last] region, UNGOVERNED, TRUSTED, INSIDE - domain, or DIVIDED + index
  readonly #divided: Int32Array // [divided page][granule] region, OUTSIDE, or SPLIT + index
  readonly #split: Array<number> = [] // [split granule][byte] region, or OUTSIDE

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
    this.#divided = new Int32Array(divided.length * GRANULES)
    divided.forEach((page, index) => {
      const others = regions.onPage(page).find((region) => regions.kind[region] !== RegionKind.exchange)
      this.#divided.fill(others ?? OUTSIDE, index * GRANULES, (index + 1) * GRANULES)
    })
    for (let region = 0; region < regions.count; region++) this.#claim(regions, region)
  }

  /** `count` new pages under `what`; the first. While the machine is built only. */
  reserve(count: number, what: number): number {
    const first = this.#pages.reserve(count)
    const end = first + count
    if (end > this.#ofPage.length) {
      const wider = new Int32Array(2 * end).fill(UNGOVERNED)
      wider.set(this.#ofPage)
      this.#ofPage = wider
    }
    this.#ofPage.fill(what, first, end)
    return first
  }

  /** What the byte at `offset` of `page` is under: a region, or one of the constants above. */
  at(page: number, offset: number): number {
    if (page >= this.#ofPage.length) return UNGOVERNED
    const what = this.#ofPage[page]
    if (what < DIVIDED) return what
    const granule = this.#divided[(what - DIVIDED) * GRANULES + (offset >>> 4)]
    return granule < SPLIT ? granule : this.#split[(granule - SPLIT) * GRANULE + (offset & (GRANULE - 1))]
  }

  /** The next offset in `page` behind `offset` from which something else may lie. */
  until(page: number, offset: number): number {
    const what = page < this.#ofPage.length ? this.#ofPage[page] : UNGOVERNED
    if (what < DIVIDED) return PAGE_BYTES
    return this.#divided[(what - DIVIDED) * GRANULES + (offset >>> 4)] < SPLIT
      ? (offset | (GRANULE - 1)) + 1
      : offset + 1
  }

  #claim(regions: Regions, region: number): void {
    for (let extent = regions.extentStart[region]; extent < regions.extentStart[region + 1]; extent++) {
      const what = this.#ofPage[regions.extentPage[extent]]
      if (what < DIVIDED) continue
      const offset = regions.extentOffset[extent]
      const end = Math.min(PAGE_BYTES, offset + regions.extentBytes[extent])
      for (let at = offset; at < end; ) {
        const next = Math.min(end, (at | (GRANULE - 1)) + 1)
        this.#claimIn((what - DIVIDED) * GRANULES + (at >>> 4), at & (GRANULE - 1), next - at, region)
        at = next
      }
    }
  }

  /** `bytes` from byte `first` of a granule are under `region`. */
  #claimIn(granule: number, first: number, bytes: number, region: number): void {
    const before = this.#divided[granule]
    if (bytes === GRANULE || before === region) {
      this.#divided[granule] = region
      return
    }
    if (before < SPLIT) {
      this.#divided[granule] = SPLIT + this.#split.length / GRANULE
      for (let byte = 0; byte < GRANULE; byte++) this.#split.push(before)
    }
    const at = (this.#divided[granule] - SPLIT) * GRANULE + first
    for (let byte = at; byte < at + bytes; byte++) this.#split[byte] = region
  }
}
