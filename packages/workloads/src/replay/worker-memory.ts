/**
 * The memory of one worker: its pages of a layout, relocated, and the regions on them. Constants stand once for all
 * workers; everything that is written is each worker's own.
 */
import { type Exchange, type RegionDefinition, RegionKind } from "@isolde/core"
import { Entry, type Pages } from "@isolde/core/memory/pages"
import { granuleBytes, granulesPerPage } from "./granules.ts"
import { type Layout, PageClass } from "./layout.ts"
import type { ExchangeObjects } from "./objects.ts"

/** Distance in pages between workers; all areas of one layout lie below it. */
const WORKER = 2 ** 36

export interface WorkerMemory {
  /** [layout page] page of the machine. */
  readonly pageOf: Int32Array
  readonly regions: ReadonlyArray<RegionDefinition>
  /** Number, among these regions, of the one that holds exchange object `object`. */
  readonly regionOf: (object: number) => number
}

export function mapWorker(
  layout: Layout,
  objects: ExchangeObjects,
  pages: Pages,
  worker: number,
  domains: ReadonlyArray<string>,
  exchange: Exchange
): WorkerMemory {
  const readOnly = Entry.present
  const pageOf = Int32Array.from(layout.vpn, (vpn, page) =>
    layout.holds[page] === PageClass.constant
      ? pages.map(vpn, readOnly)
      : pages.map(vpn + worker * WORKER, Entry.present | Entry.writable, pages.nodeOfWorker(worker))
  )
  const extentsOf = (holder: number) =>
    layout.holds.flatMap((held, page) => (held === holder ? runsOf(pageOf[page] as number, layout.used(page)) : []))
  const define = (
    name: string,
    kind: RegionKind,
    owner: number,
    extents: RegionDefinition["extents"]
  ): RegionDefinition => ({
    name: `worker ${worker} ${name}`,
    kind,
    owner,
    worker,
    extents
  })
  const regions = [
    ...domains.map((domain, d) => define(domain, RegionKind.private, d, extentsOf(d))),
    define("runtime", RegionKind.shared, 0, extentsOf(PageClass.runtime))
  ]
  const first = regions.length
  if (exchange === "share") regions.push(define("exchange heap", RegionKind.exchange, 0, extentsOf(PageClass.exchange)))
  if (exchange === "borrow") {
    for (let object = 0; object < objects.count; object++) {
      const place = layout.objectPlace(object, 0)
      const extents = split(pageOf, place, objects.bytes[object] as number)
      regions.push(define(`object ${object}`, RegionKind.exchange, objects.owner[object] as number, extents))
    }
  }
  return { pageOf, regions, regionOf: (object) => (exchange === "borrow" ? first + object : first) }
}

/** Runs of used granules of a page as extents. */
function runsOf(page: number, used: Uint8Array | undefined): Array<readonly [number, number, number]> {
  const runs: Array<readonly [number, number, number]> = []
  for (let granule = 0; granule < granulesPerPage; granule++) {
    if (used?.[granule] !== 1) continue
    const begin = granule
    while (used[granule + 1] === 1) granule++
    runs.push([page, begin * granuleBytes, (granule - begin + 1) * granuleBytes])
  }
  return runs
}

/** Extents of `bytes` from a place of the layout on, page by page. */
function split(pageOf: Int32Array, place: number, bytes: number): Array<readonly [number, number, number]> {
  const extents: Array<readonly [number, number, number]> = []
  let at = place * granuleBytes
  for (let left = bytes; left > 0; ) {
    const offset = at % 4096
    const size = Math.min(left, 4096 - offset)
    extents.push([pageOf[Math.floor(at / 4096)] as number, offset, size])
    at += size
    left -= size
  }
  return extents
}
