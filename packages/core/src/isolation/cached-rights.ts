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

/** What a translation held of a page in a context gives to which domain, as a pair. */
type Gives = (held: HeldTranslations, page: number, context: number) => number

/** Where TLB entries carry rights, the monitor hears of them: of those of each mechanism by itself. */
export function watchTranslations(system: Watched, path: WalkPath): void {
  const { unit } = system
  const units = unit.each ?? [unit]
  if (units.every((each) => givenBy(each, system, path, undefined) === undefined)) return
  for (const tile of system.tiles) {
    const followers = units.flatMap((each, at) => {
      const gives = givenBy(each, system, path, tile)
      return gives === undefined ? [] : [follower(tile, system, gives, at)]
    })
    const watched = [...new Set(system.regions.extentPage)]
    const held = new HeldTranslations(tile.translation, system.pages, path, watched, (page, context, tick) => {
      const on = system.regions.onPage(page)
      if (on.length > 0) for (const follow of followers) follow(held, on, page, context, tick)
    })
  }
}

/** What translations of `tile` give by the rules of `unit`, or undefined if they carry none of its rights. */
function givenBy(
  unit: ProtectionUnit,
  { placement }: Watched,
  path: WalkPath,
  tile: Tile | undefined
): Gives | undefined {
  if (unit.translatesFor !== undefined) {
    const domainOf = unit.translatesFor.bind(unit)
    return (held, page, context) => {
      const entry = held.entry(page, context)
      return pair(domainOf(entry, context % path.contexts), rightsOf(entry))
    }
  }
  if (unit.translatesAs !== undefined) {
    const domainOf = unit.translatesAs.bind(unit)
    const roots = tile?.translation.roots ?? []
    return (held, page, context) =>
      pair(domainOf(roots[Math.floor(context / path.contexts)]), rightsOf(held.entry(page, context)))
  }
  if (unit.translatesIn === undefined) return undefined
  const contexts = placement.domains.map((_, domain) => unit.translatesIn?.(domain))
  return (held, page, context) => pair(contexts.indexOf(context % path.contexts), rightsOf(held.rights(page, context)))
}

/** A domain and what rights it has, in one number; 0 for none. */
const pair = (domain: number, rights: Rights): number => (domain < 0 || rights === Right.none ? 0 : domain * 4 + rights)

/** What tells the monitor when the translations of `page`, on which regions `on` lie, give other rights of mechanism `unit`. */
function follower(
  tile: Tile,
  { monitor, regions }: Watched,
  gives: Gives,
  unit: number
): (held: HeldTranslations, on: ReadonlyArray<number>, page: number, context: number, tick: number) => void {
  const thread = tile.threads[0].number
  const known = new Map<number, number>() // context and page -> domain and rights held
  const counts = new Map<number, [reads: number, writes: number]>() // domain and region -> pages held
  const change = (region: number, given: number, by: 1 | -1, tick: number): void => {
    if (given === 0) return
    const domain = Math.floor(given / 4)
    const at = domain * regions.count + region
    const count = counts.get(at) ?? [0, 0]
    counts.set(at, count)
    const had = heldBy(count)
    count[0] += by * (given & 1)
    count[1] += by * ((given >>> 1) & 1)
    if (heldBy(count) !== had) monitor.cached(thread, domain, region, heldBy(count), tick, unit)
  }
  return (held, on, page, context, tick) => {
    const key = context * MAX_PAGES + page
    const before = known.get(key) ?? 0
    const after = gives(held, page, context)
    if (before === after) return
    if (after === 0) known.delete(key)
    else known.set(key, after)
    for (const region of on) {
      // What is gained comes first, so that what stays isn't said to be gone.
      change(region, after, 1, tick)
      change(region, before, -1, tick)
    }
  }
}

const heldBy = ([reads, writes]: readonly [number, number]): Rights =>
  (reads > 0 ? Right.read : Right.none) | (writes > 0 ? Right.write : Right.none)

const rightsOf = (entry: number): Rights =>
  (entry & Entry.present) === 0 ? Right.none : (entry & Entry.writable) === 0 ? Right.read : Right.readWrite
