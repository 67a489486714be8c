/**
 * Which pages carry which key: the software's half of MPK, decided before the run.
 *
 *   MPK3  key 0 is everybody's: code, gates, the shared runtime; every domain has a key for its private memory
 *   MPK4  exchange memory has one key under `share`, one per object under `borrow`, its owner's under `copy` and
 *         where objects are re-keyed
 *   MPK5  a page has one key, so objects that share a page share a key
 *   MPK6  when objects outnumber the keys, the n-th object of every worker has the same key
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import type { Demand } from "@isolde/core/isolation/traits"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { invariant } from "@isolde/core/kernel/model-defect"
import { Entry } from "@isolde/core/memory/pages"
import { KEYS } from "./pkru.ts"
import { keyAtStart } from "./virtual-keys.ts"

/** Keys beside key 0 (F1a-09). */
export const USABLE = KEYS - 1

/** Keys beside key 0 that a run needs, if borrowed objects have keys of their own. */
export const keysNeeded = ({ domains, exchange, objects }: Demand, own: boolean): number =>
  domains + (exchange === "share" ? 1 : exchange === "borrow" && own ? objects : 0)

/** Key of shared exchange memory where domains take turns with keys. */
export const SHARED_KEY = KEYS - 1

/** Key of the private memory of `domain`. */
export const domainKey = (domain: number): number => domain + 1

export class KeyPlan {
  readonly ofRegion: Uint8Array // [region] key
  /** Regions of each key that the software table holds rights to: exchange objects under `borrow`. */
  readonly objects: ReadonlyArray<Int32Array> // [key] regions
  /** Some object belongs to no worker, so that its rights are the business of all threads. */
  readonly hasCommon: boolean

  /** Keys from 0 on that are allocated before the run. */
  readonly used: number
  /** Key of exchange memory that all domains share, or 0. */
  readonly shared: number

  /**
   * Writes the keys into the page-table entries: set-up, not timed. Throws a ModelDefect if keys run out. With `rekeyed`
   * a borrowed object has its holder's key; with `virtual` a domain may have none, and its pages are nobody's then.
   */
  constructor({ domains, exchange, pages, regions }: MachineParts, rekeyed: boolean, virtual: boolean) {
    const { kind, owner, worker } = regions
    const exchanged = regionsWhere(kind, (each) => each === RegionKind.exchange)
    const shared = exchange === "share" && exchanged.length > 0 ? [exchanged] : []
    const own = exchange === "borrow" && !rekeyed
    const groups = own ? groupsByPage(exchanged, (region) => regions.pagesOf(region)) : shared
    this.shared = shared.length === 0 ? 0 : virtual ? SHARED_KEY : domains + 1
    const keyOf = own ? keysOfGroups(groups, worker, domains + 1) : groups.map(() => this.shared)
    const ofDomain = (domain: number): number => (virtual ? keyAtStart(domain, this.shared) : domainKey(domain))
    this.ofRegion = Uint8Array.from(kind, (each, region) => (each === RegionKind.shared ? 0 : ofDomain(owner[region])))
    groups.forEach((group, at) => {
      for (const region of group) this.ofRegion[region] = keyOf[at]
    })
    // Last, so that the key of an object wins on a page that holds other memory too.
    for (const region of [...regionsWhere(kind, (each) => each !== RegionKind.exchange), ...exchanged])
      for (const page of regions.pagesOf(region)) {
        const bare = pages.entry[page] & ~(Entry.keyMask << Entry.keyShift)
        const key = this.ofRegion[region]
        pages.entry[page] =
          key === 0 && kind[region] !== RegionKind.shared ? Entry.held : bare | (key << Entry.keyShift)
      }
    const objects = own ? exchanged : []
    this.objects = Array.from({ length: KEYS }, (_, key) =>
      Int32Array.from(objects.filter((region) => this.ofRegion[region] === key))
    )
    this.used = virtual ? KEYS : Math.max(domains, ...this.ofRegion) + 1
    this.hasCommon = objects.some((region) => worker[region] < 0)
  }

  /** [key] regions on whose pages it is at the start. */
  regionsOfKeys(): ReadonlyArray<Int32Array> {
    const all = [...this.ofRegion.keys()]
    return Array.from({ length: KEYS }, (_, key) => Int32Array.from(all.filter((at) => this.ofRegion[at] === key)))
  }
}

const regionsWhere = (kind: Uint8Array, wanted: (kind: number) => boolean): Array<number> =>
  [...kind.keys()].filter((region) => wanted(kind[region]))

/** MPK5: groups of regions that share pages, in the order of their first region. */
function groupsByPage(
  regions: ReadonlyArray<number>,
  pagesOf: (region: number) => Array<number>
): Array<Array<number>> {
  const groupOf = new Map<number, Array<number>>() // page -> group
  const groups = new Set<Array<number>>()
  for (const region of regions) {
    const joined = [region]
    for (const page of pagesOf(region)) {
      const known = groupOf.get(page)
      if (known !== undefined && groups.delete(known)) joined.unshift(...known)
    }
    for (const member of joined) for (const page of pagesOf(member)) groupOf.set(page, joined)
    groups.add(joined)
  }
  return [...groups].sort((x, y) => x[0] - y[0])
}

/** MPK6: a key for each group; groups of one worker count from the same key if there aren't enough. */
function keysOfGroups(groups: ReadonlyArray<ReadonlyArray<number>>, worker: Int16Array, first: number): Array<number> {
  if (first + groups.length <= KEYS) return groups.map((_, at) => first + at)
  const common = groups.filter((group) => worker[group[0]] < 0).length
  const next = new Map<number, number>()
  return groups.map((group) => {
    const of = worker[group[0]]
    const at = next.get(of) ?? (of < 0 ? first : first + common)
    next.set(of, at + 1)
    invariant(at < KEYS, "MPK4", `object ${at - first} of worker ${of} finds no key beside ${first - 1} domains`)
    return at
  })
}
