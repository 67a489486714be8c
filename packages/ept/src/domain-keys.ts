/**
 * Which context, and which protection key in it, a domain has: one domain to a context, or, with keys, as many as there
 * are keys (EPK). Law: two domains of one context never have the same key.
 *
 *   EPT12  with keys, domain d is in context d / n with key 1 + d % n, n = 15, or 14 where a key is all domains'; an
 *          access needs the context, the guest's entry and the key register to allow it, all three
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { Exchange, MachineParts } from "@isolde/core/isolation/unit"
import { Entry } from "@isolde/core/memory/pages"

/** Keys beside key 0, which is everybody's (F1a-09). */
const USABLE = 15
const SHARED_KEY = 15
/** Every key but key 0 closed. */
const CLOSED = -4

/** Domains of one context. */
export const domainsPerContext = (keys: boolean, exchange: Exchange): number =>
  keys ? USABLE - (exchange === "share" ? 1 : 0) : 1

export class DomainKeys {
  readonly #perContext: number
  readonly #shared: boolean

  /** Writes the keys into the page-table entries: set-up, not timed. */
  constructor(keys: boolean, { exchange, pages, regions }: MachineParts) {
    this.#perContext = domainsPerContext(keys, exchange)
    this.#shared = exchange === "share"
    if (!keys) return
    for (let region = 0; region < regions.count; region++) {
      const kind = regions.kind[region]
      const common = kind === RegionKind.exchange && this.#shared
      const key = kind === RegionKind.shared ? 0 : common ? SHARED_KEY : this.keyOf(regions.owner[region])
      for (const page of regions.pagesOf(region)) {
        const bare = pages.entry[page] & ~(Entry.keyMask << Entry.keyShift)
        pages.entry[page] = bare | (key << Entry.keyShift)
      }
    }
  }

  contextOf(domain: number): number {
    return Math.floor(domain / this.#perContext)
  }

  keyOf(domain: number): number {
    return 1 + (domain % this.#perContext)
  }

  /** Domain whose key `entry` has in `context`, or -1: key 0, or one that all domains have. */
  domainOf(context: number, entry: number): number {
    const key = (entry >>> Entry.keyShift) & Entry.keyMask
    return key === 0 || key > this.#perContext ? -1 : context * this.#perContext + key - 1
  }

  /** The key register with what `domain` may reach open: key 0, the shared key, its own. */
  registerOf(domain: number): number {
    const own = CLOSED & ~(3 << (2 * this.keyOf(domain)))
    return this.#shared ? own & ~(3 << (2 * SHARED_KEY)) : own
  }
}

/** Rights that a guest's page-table entry `entry` gives to whoever has key register `register`; 0 opens every key. */
export function keyed(register: number, entry: number): Rights {
  const bits = (register >>> (2 * ((entry >>> Entry.keyShift) & Entry.keyMask))) & 3
  if ((bits & 1) !== 0 || (entry & Entry.present) === 0) return Right.none
  return bits === 0 && (entry & Entry.writable) !== 0 ? Right.readWrite : Right.read
}
