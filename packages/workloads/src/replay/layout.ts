/**
 * The layout transformation: where everything that a recording touches lies once its domains are apart. Each domain
 * has its own copy of every page it has something on (stack, heap, static data), at the same offsets; objects that
 * cross are packed on an exchange heap, or, when they are copied, stand once in each domain's memory. Written memory
 * of shared libraries is the runtime's; what nobody writes is constant, and read by all.
 */
import type { Exchange } from "@isolde/core"
import { type ResolvedPolicy, sharedDomain } from "../recording/policy.ts"
import { PageKind, type Recording } from "../recording/recording.ts"
import { type Granules, granuleBytes, granulesPerPage } from "./granules.ts"
import type { ExchangeObjects } from "./objects.ts"

/** What a page of the layout holds: a domain's own memory (its number), or one of these. */
export const PageClass = { constant: -1, runtime: -2, exchange: -3 } as const

export interface LayoutPages {
  /** [layout page] virtual page number before any worker's relocation. */
  readonly vpn: ReadonlyArray<number>
  /** [layout page] its domain, or a PageClass. */
  readonly holds: ReadonlyArray<number>
}

export interface Layout extends LayoutPages {
  /** Layout page of an unrelocated page of code or constants, by recorded page. */
  readonly codePage: (page: number) => number
  /** Place of an access by `domain` to (row, granule): layout page times granules per page, plus granule. */
  readonly place: (row: number, granule: number, page: number, domain: number) => number
  /** Place of the same in `domain`'s own memory, whatever lies there: the allocator's headers. */
  readonly ownPlace: (row: number, granule: number, page: number, domain: number) => number
  /** Place where object `object` begins in `domain`'s copy, or on the exchange heap. To ask changes nothing. */
  readonly objectPlace: (object: number, domain: number) => number
  /** [layout page][granule] 1 where something is. */
  readonly used: (page: number) => Uint8Array | undefined
}

/** Distance in pages between the areas of a layout: no recorded address is as large. */
const AREA = 2 ** 27

export function layOut(
  recording: Recording,
  policy: ResolvedPolicy,
  granules: Granules,
  objects: ExchangeObjects,
  exchange: Exchange
): Layout {
  const vpn: Array<number> = []
  const holds: Array<number> = []
  const used = new Map<number, Uint8Array>()
  const known = new Map<string, number>()
  const domains = granules.domains
  const pageOf = (key: string, number: number, area: number, holder: number): number => {
    let page = known.get(key)
    if (page === undefined) {
      page = vpn.push(number + area * AREA) - 1
      holds.push(holder)
      known.set(key, page)
      if (holder !== PageClass.constant) used.set(page, new Uint8Array(granulesPerPage))
    }
    return page
  }
  const cell = (page: number, granule: number): number => {
    const marks = used.get(page)
    if (marks !== undefined) marks[granule] = 1
    return page * granulesPerPage + granule
  }

  // Objects: once on the exchange heap, or once per domain.
  const heaps = exchange === "copy" ? [...Array(domains).keys()] : [PageClass.exchange]
  const begin = new Int32Array(objects.count)
  let next = 0
  for (let object = 0; object < objects.count; object++) {
    begin[object] = next
    next += (objects.bytes[object] as number) / granuleBytes
  }
  const heapPages = Math.ceil(next / granulesPerPage)
  const heapStart = new Map<number, number>()
  for (const holder of heaps) {
    heapStart.set(holder, vpn.length)
    for (let page = 0; page < heapPages; page++)
      pageOf(`heap ${holder} ${page}`, page, domains + 4 + (holder - PageClass.exchange), holder)
  }
  const objectAt = (object: number, granule: number, domain: number): number => {
    const start = heapStart.get(exchange === "copy" ? domain : PageClass.exchange) as number
    return start * granulesPerPage + (begin[object] as number) + granule
  }

  const isRuntime = runtimePages(recording, policy, granules)
  const holderOf = (row: number, granule: number, page: number): number => {
    if (isRuntime(page)) return PageClass.runtime
    const at = row * granulesPerPage + granule
    const touched = granules.touched[at] as number
    if ((touched & (touched - 1)) !== 0 || isConstantFile(recording, granules, page, row)) return PageClass.constant
    return 31 - Math.clz32(touched)
  }
  return {
    vpn,
    holds,
    codePage: (page) => pageOf(`constant ${page}`, recording.pages[page] as number, 0, PageClass.constant),
    place(row, granule, page, domain) {
      const at = row * granulesPerPage + granule
      const object = objects.objectOf[at] as number
      if (object >= 0) {
        const place = objectAt(object, objects.granuleOf[at] as number, domain)
        return cell(Math.floor(place / granulesPerPage), place % granulesPerPage)
      }
      const holder = holderOf(row, granule, page)
      const number = recording.pages[page] as number
      if (holder === PageClass.constant && recording.pageKind[page] !== PageKind.stack) {
        return cell(pageOf(`constant ${page}`, number, 0, PageClass.constant), granule)
      }
      const area = holder >= 0 ? 1 + holder : domains + 1 - holder
      return cell(pageOf(`${holder} ${row}`, number, area, holder), granule)
    },
    ownPlace: (row, granule, page, domain) =>
      cell(pageOf(`${domain} ${row}`, recording.pages[page] as number, 1 + domain, domain), granule),
    objectPlace: (object, domain) => objectAt(object, 0, domain),
    used: (page) => used.get(page)
  }
}

/** Written pages of files whose code is shared: memory of the runtime. */
export function runtimePages(
  recording: Recording,
  policy: ResolvedPolicy,
  granules: Granules
): (page: number) => boolean {
  return (page) => {
    const object = recording.pageObject[page] as number
    if (object < 0 || policy.objectDomain[object] !== sharedDomain) return false
    return isWritten(granules, granules.rowOf(page, -1))
  }
}

const isWritten = (granules: Granules, row: number): boolean =>
  granules.written.subarray(row * granulesPerPage, (row + 1) * granulesPerPage).some((domains) => domains !== 0)

/** Code, and pages of files that nobody writes. */
function isConstantFile(recording: Recording, granules: Granules, page: number, row: number): boolean {
  const kind = recording.pageKind[page]
  return kind === PageKind.code || (kind === PageKind.fileData && !isWritten(granules, row))
}
