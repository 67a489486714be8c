/**
 * Regions: the objects of rights. A region is a list of extents, runs of bytes in one page; pages may hold
 * several regions (exchange objects are packed). Built before the run, read-only afterwards.
 *
 *   RG1  there are at most 2^20 of them
 */
import { grown } from "../kernel/grown.ts"
import { invariant } from "../kernel/model-defect.ts"

/** What a region is to the policy. */
export const RegionKind = {
  /** Memory of one domain. */
  private: 0,
  /** Writable memory of a runtime that all domains share. */
  shared: 1,
  /** An object, or all objects, that cross between domains. */
  exchange: 2
} as const
export type RegionKind = (typeof RegionKind)[keyof typeof RegionKind]

/** Access granularity at which a page can be divided between regions. */
export const GRANULE = 16
const GRANULES_PER_PAGE = 256

/** RG1. A mechanism may tell fewer apart. */
export const MOST_REGIONS = 1 << 20

export interface RegionDefinition {
  readonly name: string
  readonly kind: RegionKind
  /** Domain that owns it at the start, or -1: nobody does until it is allocated. */
  readonly owner: number
  /** Worker whose memory it is, or -1 for memory of all. */
  readonly worker: number
  /** [page, offset, bytes] */
  readonly extents: ReadonlyArray<readonly [number, number, number]>
}

export class Regions {
  readonly count: number
  readonly names: ReadonlyArray<string>
  readonly kind: Uint8Array // [region]
  readonly owner: Int16Array // [region] domain
  readonly worker: Int16Array // [region]
  readonly bytes: Float64Array // [region]
  readonly extentStart: Int32Array // [region + 1]
  readonly extentPage: Int32Array // [extent]
  readonly extentOffset: Int32Array // [extent]
  readonly extentBytes: Int32Array // [extent]
  readonly #ofPage = new Map<number, number>() // page -> region, or -1 - divided page
  #divided = new Int32Array(0) // [divided page][granule] region
  #dividedCount = 0

  constructor(definitions: ReadonlyArray<RegionDefinition>) {
    invariant(definitions.length <= MOST_REGIONS, "RG1", `${definitions.length} regions`)
    this.count = definitions.length
    this.names = definitions.map((region) => region.name)
    this.kind = Uint8Array.from(definitions, (region) => region.kind)
    this.owner = Int16Array.from(definitions, (region) => region.owner)
    this.worker = Int16Array.from(definitions, (region) => region.worker)
    this.bytes = Float64Array.from(definitions, (region) => region.extents.reduce((sum, extent) => sum + extent[2], 0))
    this.extentStart = new Int32Array(this.count + 1)
    definitions.forEach((region, i) => {
      this.extentStart[i + 1] = this.extentStart[i] + region.extents.length
    })
    const extents = definitions.flatMap((region) => region.extents)
    this.extentPage = Int32Array.from(extents, (extent) => extent[0])
    this.extentOffset = Int32Array.from(extents, (extent) => extent[1])
    this.extentBytes = Int32Array.from(extents, (extent) => extent[2])
    definitions.forEach((region, i) => {
      for (const [page, offset, bytes] of region.extents) this.#claim(page, offset, bytes, i)
    })
  }

  /** Region at an address, or -1 for memory that no region covers (code, the kernel's and the gates' own). */
  at(page: number, offset: number): number {
    const region = this.#ofPage.get(page)
    if (region === undefined) return -1
    return region >= 0 ? region : this.#divided[(-1 - region) * GRANULES_PER_PAGE + (offset >>> 4)]
  }

  /** The pages that `region` touches, each once. */
  pagesOf(region: number): Array<number> {
    return [...new Set(this.extentPage.subarray(this.extentStart[region], this.extentStart[region + 1]))]
  }

  /** The regions on `page`. */
  onPage(page: number): Array<number> {
    const region = this.#ofPage.get(page)
    if (region === undefined) return []
    if (region >= 0) return [region]
    const at = (-1 - region) * GRANULES_PER_PAGE
    return [...new Set(this.#divided.subarray(at, at + GRANULES_PER_PAGE))].filter((r) => r >= 0)
  }

  #claim(page: number, offset: number, bytes: number, region: number): void {
    const holder = this.#ofPage.get(page)
    if (holder === undefined) {
      this.#ofPage.set(page, region)
      return
    }
    if (holder === region) return
    const divided = holder >= 0 ? this.#divide(page, holder) : -1 - holder
    const first = divided * GRANULES_PER_PAGE
    this.#divided.fill(region, first + (offset >>> 4), first + ((offset + bytes + GRANULE - 1) >>> 4))
  }

  /** A page that a second region claims is divided by granules; what nobody claimed stays with the first. */
  #divide(page: number, holder: number): number {
    const divided = this.#dividedCount++
    const size = this.#dividedCount * GRANULES_PER_PAGE
    if (size > this.#divided.length) {
      this.#divided = grown(this.#divided, size * 2)
    }
    this.#divided.fill(holder, divided * GRANULES_PER_PAGE, size)
    this.#ofPage.set(page, -1 - divided)
    return divided
  }
}
