/**
 * The pages that are open because of the regions on them: private memory to its domain, what no region has to
 * everybody. Law: pages with exchanged objects, or of several domains, are nobody's.
 */
import type { Pages } from "../memory/pages.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { Open, OpenPages } from "../processor/open-pages.ts"
import { RegionKind, type Regions } from "./regions.ts"

export class OpenRegions extends OpenPages {
  readonly #regions: Regions

  /** `owned` is the subject that a domain is; `shared` what pages of shared memory are. */
  constructor(
    pages: Pages,
    regions: Regions,
    shared: number,
    subject: (t: HardwareThread) => number,
    owned: (domain: number) => number = (domain) => domain
  ) {
    super(new Int32Array(pages.count).fill(Open.ungoverned), subject)
    this.#regions = regions
    const { kind, owner } = regions
    for (let region = 0; region < regions.count; region++) {
      const open = kind[region] === RegionKind.shared ? shared : opened(kind[region], owned(owner[region]))
      for (const page of regions.pagesOf(region))
        this.to[page] = regions.onPage(page).every((other) => isLike(regions, region, other)) ? open : Open.nobody
    }
  }

  /** Who may reach `region` changes. */
  closeRegion(region: number): void {
    if (this.#regions.kind[region] === RegionKind.exchange) return
    for (const page of this.#regions.pagesOf(region)) this.close(page)
  }
}

const opened = (kind: number, subject: number): number =>
  kind === RegionKind.private && subject >= 0 ? subject : Open.nobody

const isLike = ({ kind, owner }: Regions, one: number, other: number): boolean =>
  kind[one] === kind[other] && (kind[one] === RegionKind.shared || owner[one] === owner[other])
