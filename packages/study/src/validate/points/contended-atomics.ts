/** Atomic additions of several cores to one word (Downs). */
import { curvePoints, type Point } from "../point.ts"

const added = (machine: string, cores: number) => ({
  unit: "ns" as const,
  terms: [{ machine, options: { cores: 16 }, experiment: "contended-atomic", parameters: { cores }, reading: "ticks" }],
  tolerancePercent: 25
})

export const contendedAtomicPoints: ReadonlyArray<Point> = curvePoints(
  "S-atomic-n1",
  Array.from({ length: 15 }, (_, i) => i + 2),
  (cores) => added("neoverse-n1", cores)
)
