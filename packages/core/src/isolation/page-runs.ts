/**
 * Pages of a region as the kernel is asked about them: in runs of adjacent ones, a system call each, with the entry that
 * a key and its holder's rights make.
 */
import { Entry, type Pages } from "../memory/pages.ts"
import type { Regions } from "./regions.ts"
import { Right, type Rights } from "./rights.ts"

/** First page and number of pages of each run of `region` that lies one behind another, in number and in memory. */
export function pageRuns(region: number, regions: Regions, pages: Pages): Int32Array {
  const sorted = regions.pagesOf(region).sort((x, y) => x - y)
  const runs: Array<number> = []
  for (const page of sorted) {
    const last = runs.length - 2
    const end = last < 0 ? -1 : (runs[last] as number) + (runs[last + 1] as number)
    if (page === end && pages.low[page] === (pages.low[page - 1] as number) + 1)
      runs[last + 1] = (runs[last + 1] as number) + 1
    else runs.push(page, 1)
  }
  return Int32Array.from(runs)
}

/** Entry of a page with `key` and `rights`: absent for nobody, as mprotect(PROT_NONE) leaves it. */
export function keyedEntry(key: number, rights: Rights): number {
  if (rights === Right.none) return 0
  const entry = Entry.present | (key << Entry.keyShift)
  return (rights & Right.write) === 0 ? entry : entry | Entry.writable
}
