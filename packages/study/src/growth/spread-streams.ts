/**
 * Address streams of any number of cores over footprints of any size, of whose pages only some are ever touched: each
 * touched page lies at a random place among those it stands for. Three accesses of ten are stores.
 * Law: equal shapes give equal streams; no two cores share a page.
 */
import { RandomStream } from "@isolde/core/kernel/random"
import { LINES_PER_PAGE, PAGE_BYTES } from "@isolde/core/memory/pages"
import type { AddressStream } from "../bench/address-streams.ts"

/** What the accesses of each core look like. */
export interface Spread {
  readonly cores: number
  /** Bytes of each core's own, whole pages. */
  readonly footprint: number
  /** Of so many of its pages, one is touched; at least one is. */
  readonly stride: number
  /** Of 100 accesses, those that go to the first four touched pages; the rest are uniform over the touched ones. */
  readonly near: number
  /** Of all cores. */
  readonly accesses: number
}

/** First virtual page of core 0. */
const FIRST = 1 << 17
const NEAR_PAGES = 4

/** Pages of one core that are touched. */
export const touchedPages = ({ footprint, stride }: Pick<Spread, "footprint" | "stride">): number =>
  Math.max(1, Math.floor(footprint / PAGE_BYTES / stride))

/** Each core's accesses. */
export function spreadStreams(spread: Spread): ReadonlyArray<AddressStream> {
  const { accesses, cores, footprint, near, stride } = spread
  const each = Math.ceil(accesses / cores)
  const span = footprint / PAGE_BYTES
  return Array.from({ length: cores }, (_, core) => {
    const random = new RandomStream(core + 1, `spread over ${footprint} bytes`)
    const draw = (bound: number): number => (random.next() >>> 0) % bound
    const pages = Int32Array.from({ length: touchedPages(spread) }, (_, i) => {
      return FIRST + core * span + i * stride + draw(Math.min(stride, span))
    })
    const line = new Int32Array(each)
    const store = new Uint8Array(each)
    for (let at = 0; at < each; at++) {
      const from = draw(100) < near ? Math.min(NEAR_PAGES, pages.length) : pages.length
      line[at] = (pages[draw(from)] as number) * LINES_PER_PAGE + draw(LINES_PER_PAGE)
      store[at] = draw(10) < 3 ? 1 : 0
    }
    return { line, offset: new Uint8Array(each), store }
  })
}
