/** PAC3: an object's bounds are in its pointer; objects of private memory are not told apart. */
import type { RegionLookup } from "@isolde/core/isolation/region-lookup"
import { RegionKind } from "@isolde/core/isolation/regions"

/** Last byte of a page. */
const LAST = 4095

/** Whether an access that begins in `region` ends, at byte `end` of `page`, outside an object's bounds, or in another's. */
export function leavesObject(
  lookup: RegionLookup,
  kind: Uint8Array,
  region: number,
  page: number,
  end: number
): boolean {
  const last = lookup.at(page, end < LAST ? end : LAST)
  if (last === region) return false
  return isObject(kind, region) || isObject(kind, last)
}

const isObject = (kind: Uint8Array, region: number): boolean => region >= 0 && kind[region] === RegionKind.exchange
