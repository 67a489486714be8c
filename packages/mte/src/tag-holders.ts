/**
 * Which domains' pointers find a region's granules, for the monitor: told as tag stores perform, with the tick from
 * which everybody finds the new tag.
 * Law: the first and the last granule speak for a region, as a retag proceeds from the one to the other; both count.
 */
import type { Rights } from "@isolde/core/isolation/rights"
import { Right } from "@isolde/core/isolation/rights"
import { type MachineParts, Place } from "@isolde/core/isolation/unit"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import type { AllocationTags } from "./allocation-tags.ts"
import { GRANULE, tagOf } from "./tag-check.ts"

/** A tick after all others. */
const Ever = 0x7fff_ffff

export class TagHolders {
  readonly #parts: MachineParts
  readonly #tags: AllocationTags
  readonly #travel: number
  readonly #governed: Uint8Array // [region]
  readonly #ends: Int32Array // [region][first page, first granule, last page, last granule]

  constructor(parts: MachineParts, tags: AllocationTags, travel: number, governed: Uint8Array) {
    const { extentBytes, extentOffset, extentPage, extentStart } = parts.regions
    this.#parts = parts
    this.#tags = tags
    this.#travel = travel
    this.#governed = governed
    this.#ends = Int32Array.from(
      Array.from({ length: parts.regions.count }, (_, region) => {
        if (governed[region] === 0) return [-1, 0, -1, 0]
        const [first, last] = [extentStart[region], extentStart[region + 1] - 1]
        const end = extentOffset[last] + extentBytes[last] - 1
        return [extentPage[first], extentOffset[first] & ~(GRANULE - 1), extentPage[last], end & ~(GRANULE - 1)]
      }).flat()
    )
  }

  /** Of the two granules that speak for `region`, those that `domain`'s tag opens at the start. */
  copies(domain: number, region: number): number {
    if (this.#governed[region] === 0) return 0
    const at = 4 * region
    let count = 0
    for (let end = at; end < at + 4; end += 2)
      if (this.#tags.at(this.#ends[end], this.#ends[end + 1], Ever) === tagOf(domain)) count++
    return count
  }

  /** `thread` is about to store `tag` to these bytes, at `tick`. */
  storing(thread: number, page: number, offset: number, bytes: number, tag: number, tick: number): void {
    if (!this.#tags.isTagged(page)) return
    const end = offset + bytes < PAGE_BYTES ? offset + bytes : PAGE_BYTES
    for (let at = offset & ~(GRANULE - 1); at < end; at += GRANULE) {
      const region = this.#parts.regions.at(page, at)
      if (region < 0 || this.#governed[region] === 0) continue
      for (let place = 4 * region; place < 4 * region + 4; place += 2) {
        if (this.#ends[place] !== page || this.#ends[place + 1] !== at) continue
        const before = this.#tags.at(page, at, Ever)
        if (before === tag) continue
        this.#report(thread, region, before, Right.readWrite, Right.none, tick)
        this.#report(thread, region, tag, Right.none, Right.readWrite, tick)
      }
    }
  }

  /** Domains that share `tag` lose or gain together. */
  #report(thread: number, region: number, tag: number, before: Rights, after: Rights, tick: number): void {
    for (let domain = 0; domain < this.#parts.domains; domain++)
      if (tagOf(domain) === tag)
        this.#parts.enforced(thread, Place.memoryTag, domain, region, before, after, tick + this.#travel)
  }
}
