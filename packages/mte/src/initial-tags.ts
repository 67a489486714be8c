/**
 * The tags with which a machine starts. The rule (MTE3): pages of private and exchanged memory are tagged pages, each
 * granule with its owner's tag; others are not.
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { invariant } from "@isolde/core/kernel/model-defect"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import type { AllocationTags } from "./allocation-tags.ts"
import { GRANULE, tagOf } from "./tag-check.ts"

/** Tag the memory of `parts`; [region] 1 for those on tagged pages, none of which is empty. */
export function tagMemory({ regions }: MachineParts, tags: AllocationTags): Uint8Array {
  const governed = new Uint8Array(regions.count)
  for (let region = 0; region < regions.count; region++) {
    if (regions.kind[region] === RegionKind.shared || regions.bytes[region] === 0) continue
    governed[region] = 1
    for (const page of regions.pagesOf(region)) {
      if (tags.isTagged(page)) continue
      tags.tagPage(page)
      for (let offset = 0; offset < PAGE_BYTES; offset += GRANULE) {
        // Bytes that no region claims are those of the page's first region, as everywhere.
        const at = regions.at(page, offset)
        if (regions.kind[at] === RegionKind.shared)
          invariant(false, "MTE3", `${regions.names[at]} lies on a page with memory of one domain`)
        tags.initialise(page, offset, GRANULE, tagOf(regions.owner[at]))
      }
    }
  }
  return governed
}
