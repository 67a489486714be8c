/**
 * What a flush of one page makes others lose, as a share of what a full flush does, with pages of guest and host of equal
 * and different sizes and without a host (EuroSys'20, Table 4: misses of the data TLB).
 */
import type { Point, Term } from "../point.ts"

const PAGES = { "4K": 4096, "2M": 2_097_152 } as const
type Size = keyof typeof PAGES

const lost = (flush: "page" | "all", pages: Size, host: Size | undefined): Term => ({
  machine: "broadwell-ep",
  options: { cores: 1 },
  experiment: "flush-misses",
  parameters: { flush, pageBytes: PAGES[pages], hostPages: host === undefined ? 0 : PAGES[host] },
  reading: "lost"
})

/** The cell has misses with a full flush in front of those with a selective one. */
const spared = (row: string, pages: Size, host: Size | undefined, part: number, suffix = 1000): Point => ({
  id: `${row}/${part}`,
  published: { row, part: part + 1, times: suffix },
  publishedOver: { row, part, times: 1e6 },
  unit: "x",
  terms: [lost("page", pages, host)],
  over: [lost("all", pages, host)],
  tolerancePercent: 25,
  toleranceAbsolute: 0.05
})

export const pageFracturingPoints: ReadonlyArray<Point> = [
  spared("F2-72", "4K", "4K", 0),
  spared("F2-73", "2M", "4K", 0, 1e6),
  spared("F2-74", "4K", "2M", 0),
  spared("F2-74", "2M", "2M", 2),
  spared("F2-75", "4K", undefined, 0, 1),
  spared("F2-75", "2M", undefined, 2, 1)
]
