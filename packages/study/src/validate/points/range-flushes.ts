/**
 * Linux's flush of a range of pages on an i5-3320M, averages during a kernel compile (linux-mm, 2014). What tracing
 * adds is added here too; slope and intercept are least-squares fits over the same thirteen points on both sides.
 *
 * Between two flushes the thread reads 4 MB: the jobs of a compile share an LLC of 3 MB, so the kernel's lines come
 * from memory.
 */
import { curvePoints, type Point, type PublishedPlace, rowPoint, type Term } from "../point.ts"

const PAGES = [1, 2, 3, 4, 5, 8, 10, 16, 20, 24, 32, 33, 35]
/** Pages above which the kernel flushes everything: 33 as Linux has it since, or more than any range here. */
const CEILING = 33
const OFF = 64

const tracing: PublishedPlace = { row: "add-003" }

const flushed = (pages: number, ceiling: number, weight = 1): Term => ({
  machine: "ivy-bridge",
  options: { cores: 1, kernel: { version: "4.10" }, overrides: { kernel: { flushCeiling: ceiling } } },
  experiment: "range-flush",
  parameters: { pages, between: 4 << 20 },
  reading: "ticks",
  weight
})

const center = PAGES.reduce((sum, pages) => sum + pages, 0) / PAGES.length
const spread = PAGES.reduce((sum, pages) => sum + (pages - center) ** 2, 0)
/** Least squares: the slope is a sum of the values with these weights. */
const slopeWeight = (pages: number): number => (pages - center) / spread

const slope = PAGES.map((pages) => flushed(pages, OFF, slopeWeight(pages)))
const intercept = PAGES.map((pages) => flushed(pages, OFF, 1 / PAGES.length - center * slopeWeight(pages)))

export const rangeFlushPoints: ReadonlyArray<Point> = [
  ...curvePoints("S-linux-range-flush", PAGES, (pages) => ({
    unit: "cycles",
    terms: [flushed(pages, OFF)],
    instrument: tracing,
    tolerancePercent: 25
  })),
  rowPoint("add-001", { unit: "cycles", terms: slope, tolerancePercent: 25 }),
  rowPoint("add-002", { unit: "cycles", terms: intercept, instrument: tracing, tolerancePercent: 25 }),
  rowPoint("F5-58", {
    unit: "cycles",
    terms: [flushed(CEILING + 1, CEILING)],
    instrument: tracing,
    tolerancePercent: 25,
    gap: "a CR3 write takes 96 to 196 cycles in every source (F5-65, F2-02); what else the average of full flushes holds, the message doesn't say"
  })
]
