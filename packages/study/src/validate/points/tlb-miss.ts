/**
 * What a hit in the second-level TLB adds, with 4 KB pages (InstLatx64: 256 KB against 384 KB, one load per page), and
 * what a walk adds to that, on Haswell at the source's 6 MB. The i5-3320M's is the mean of a kernel
 * compile's walks, whose table lines come from farther away than those of a chase that does nothing else.
 */
import { type Point, rowPoint, type Term } from "../point.ts"

const added = (machine: string, pages: number, weight = 1): Term => ({
  machine,
  options: { cores: 1 },
  experiment: "tlb-miss",
  parameters: { pages },
  reading: "cost",
  weight
})

const hit = (machine: string): ReadonlyArray<Term> => [added(machine, 96)]
const walk = (machine: string, pages: number): ReadonlyArray<Term> => [added(machine, pages), added(machine, 96, -1)]

export const tlbMissPoints: ReadonlyArray<Point> = [
  rowPoint("m-041", { unit: "cycles", terms: hit("tiger-lake"), tolerancePercent: 15 }),
  rowPoint("m-276", { unit: "cycles", terms: hit("skylake-sp"), tolerancePercent: 15 }),
  rowPoint("m-094", { unit: "cycles", terms: walk("haswell-ep-10", 1536), tolerancePercent: 25 }),
  rowPoint(
    "F5-62",
    {
      unit: "cycles",
      terms: walk("ivy-bridge", 4096),
      tolerancePercent: 25,
      gap: "the source is the mean of a kernel compile's walks, whose table lines come from the LLC and memory; the chase's stay in the L2"
    },
    1
  )
]
