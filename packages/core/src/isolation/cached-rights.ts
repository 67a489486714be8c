/**
 * What translations of one tile give to domains, where a mechanism's rights live in page tables: reported to the
 * monitor in the tile's own events, as TLB entries, nested translations and walks come and go.
 * Law: a region is held with the rights that any of its pages is held with; one page is enough to use them.
 */

import { Entry, MAX_PAGES, type Pages } from "../memory/pages.ts"
import type { Tile } from "../processor/tile.ts"
import { HeldTranslations } from "../translation/held-translations.ts"
import type { WalkPath } from "../translation/walk-path.ts"
import type { Monitor } from "./monitor.ts"
import type { Regions } from "./regions.ts"
import { Right, type Rights } from "./rights.ts"
import type { ProtectionUnit } from "./unit.ts"

/** Parts of a system. */
interface Watched {
  readonly tiles: ReadonlyArray<Tile>
  readonly monitor: Monitor
  readonly regions: Regions
  readonly pages: Pages
  readonly unit: ProtectionUnit
  readonly placement: { readonly domains: ReadonlyArray<string> }
}

/** Where TLB entries carry rights, the monitor hears of them. */
export function watchTranslations(system: Watched, path: WalkPath): void {
  const { translatesIn } = system.unit
  if (translatesIn === undefined) return
  const contexts = system.placement.domains.map((_, domain) => translatesIn.call(system.unit, domain))
  for (const tile of system.tiles) watch(tile, system, path, (secondLevel) => contexts.indexOf(secondLevel))
}

/** `domainOf`: domain of a second-level context, or -1 for one that is no domain's. */
function watch(
  tile: Tile,
  { monitor, pages, regions }: Watched,
  path: WalkPath,
  domainOf: (secondLevel: number) => number
): void {
  const thread = tile.threads[0].number
  const known = new Map<number, Rights>() // context and page -> rights held
  const counts = new Map<number, [reads: number, writes: number]>() // domain and region -> pages held
  const watched = [...new Set(regions.extentPage)]
  const held = new HeldTranslations(tile.translation, pages, path, watched, (page, context, tick) => {
    const on = regions.onPage(page)
    const domain = domainOf(context % path.contexts)
    if (on.length === 0 || domain < 0) return
    const key = context * MAX_PAGES + page
    const before = known.get(key) ?? Right.none
    const after = rightsOf(held.rights(page, context))
    if (before === after) return
    if (after === Right.none) known.delete(key)
    else known.set(key, after)
    for (const region of on) {
      const at = domain * regions.count + region
      const count = counts.get(at) ?? [0, 0]
      counts.set(at, count)
      const had = heldBy(count)
      count[0] += (after & 1) - (before & 1)
      count[1] += ((after >>> 1) & 1) - ((before >>> 1) & 1)
      if (heldBy(count) !== had) monitor.cached(thread, domain, region, heldBy(count), tick)
    }
  })
}

const heldBy = ([reads, writes]: readonly [number, number]): Rights =>
  (reads > 0 ? Right.read : Right.none) | (writes > 0 ? Right.write : Right.none)

const rightsOf = (entry: number): Rights =>
  (entry & Entry.present) === 0 ? Right.none : (entry & Entry.writable) === 0 ? Right.read : Right.readWrite
