/** What a hit in the second-level TLB adds, with 4 KB pages (InstLatx64: 256 KB against 384 KB, one load per page). */
import { type Point, rowPoint, type Term } from "../point.ts"

const added = (machine: string): ReadonlyArray<Term> => [
  { machine, options: { cores: 1 }, experiment: "tlb-miss", parameters: { pages: 96 }, reading: "cost" }
]

export const tlbMissPoints: ReadonlyArray<Point> = [
  rowPoint("m-041", { unit: "cycles", terms: added("tiger-lake"), tolerancePercent: 15 }),
  rowPoint("m-276", { unit: "cycles", terms: added("skylake-sp"), tolerancePercent: 15 })
]
