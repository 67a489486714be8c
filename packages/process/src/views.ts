/**
 * What each domain's page table maps: the kernel's record of who holds which region, and the entries that follow.
 * Address space d is the domain d; one more, the kernel's own view, maps everything.
 * Law: the record is read and changed under its lock once the run has begun; entries change by system calls alone.
 */
import { RegionKind, type Regions } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { type MachineParts, Place } from "@isolde/core/isolation/unit"
import type { EntryListener } from "@isolde/core/memory/page-table"
import { Entry } from "@isolde/core/memory/pages"
import { mapped, rightsTo } from "./address-space-view.ts"

export class Views {
  /** Address space of the kernel's own view. */
  readonly kernel: number
  readonly #parts: MachineParts
  readonly #held: Uint8Array // [domain][region] Rights
  readonly #pages: ReadonlyArray<ReadonlyArray<number>> // [region] its pages, in order
  readonly #on = new Map<number, ReadonlyArray<number>>() // page -> regions on it
  readonly #full = new Map<number, number>() // page -> entry of who may do everything

  constructor(parts: MachineParts) {
    const { domains, exchange, regions } = parts
    this.#parts = parts
    this.kernel = domains
    this.#held = new Uint8Array(domains * regions.count)
    for (let domain = 0; domain < domains; domain++)
      for (let region = 0; region < regions.count; region++)
        if (isCommon(regions, region, exchange) || regions.owner[region] === domain)
          this.#held[domain * regions.count + region] = Right.readWrite
    this.#pages = Array.from({ length: regions.count }, (_, region) => regions.pagesOf(region).sort((a, b) => a - b))
    for (const page of new Set(this.#pages.flat())) this.#on.set(page, regions.onPage(page))
    parts.pages.onEntry = this.#stored
  }

  /** PR11: an entry is stored; what it gives is each region's on its page. */
  readonly #stored: EntryListener = (thread, space, page, before, after, tick) => {
    const [had, has] = [rightsIn(before), rightsIn(after)]
    if (space === this.kernel || had === has) return
    for (const region of this.#on.get(page) ?? [])
      this.#parts.enforced(thread, Place.table, space, region, had, has, tick)
  }

  /** Open an address space for each domain, and the kernel's. While the machine is built. */
  open(): void {
    const { kernel, regions } = this.#parts
    const exchanged = this.#pages.flatMap((pages, region) =>
      regions.kind[region] === RegionKind.exchange ? pages : []
    )
    kernel.spaces.open(
      this.kernel + 1,
      (space, page, entry) => {
        if (!this.#on.has(page)) return entry
        this.#full.set(page, entry)
        return space === this.kernel ? entry : narrowed(entry, this.wanted(space, page))
      },
      [...new Set(exchanged)].map((first) => ({ first, count: 1, request: "protect", raises: true }))
    )
  }

  /** PR2: rights with which `domain`'s table is to map `page`. */
  wanted(domain: number, page: number): Rights {
    const { count } = this.#parts.regions
    return mapped((this.#on.get(page) ?? []).map((region) => this.#held[domain * count + region] ?? 0)) as Rights
  }

  /** Record that `domain` holds `region` with exactly `rights`. */
  record(domain: number, region: number, rights: Rights): void {
    this.#held[domain * this.#parts.regions.count + region] = rights
  }

  /** The table entry of `page` for `rights`. */
  entry(page: number, rights: Rights): number {
    return narrowed(this.#full.get(page) ?? 0, rights)
  }

  pagesOf(region: number): ReadonlyArray<number> {
    return this.#pages[region] ?? []
  }

  regionsOn(page: number): ReadonlyArray<number> {
    return this.#on.get(page) ?? []
  }

  /** PR3: what the tables of `space` give now. */
  rights(space: number, region: number): Rights {
    const { spaces } = this.#parts.kernel
    return rightsTo(this.pagesOf(region).map((page) => rightsIn(spaces.entry(space, page)))) as Rights
  }

  /** Pages of `region` that the table of `domain` maps with `right`. */
  copies(domain: number, region: number, right: Rights): number {
    return this.pagesOf(region).filter((page) => (this.wanted(domain, page) & right) !== 0).length
  }
}

/** A page that nobody has touched yet is brought in by its first access: that is no lack of rights. */
function rightsIn(entry: number): Rights {
  if ((entry & (Entry.present | Entry.lazy)) === 0) return Right.none
  return (entry & Entry.writable) === 0 ? Right.read : Right.readWrite
}

function narrowed(entry: number, rights: Rights): number {
  if ((rights & Right.read) === 0) return 0
  return (rights & Right.write) === 0 ? entry & ~Entry.writable : entry
}

/** All domains have the shared runtime, and exchange regions under "share". */
function isCommon(regions: Regions, region: number, exchange: MachineParts["exchange"]): boolean {
  const kind = regions.kind[region]
  return kind === RegionKind.shared || (kind === RegionKind.exchange && exchange === "share")
}
