/** Every point that a scenario can express, and the criteria over whole curves. Law: ids are unique. */
import type { Point } from "./point.ts"
import { loadLatencyPoints } from "./points/load-latency.ts"

/** The geometric mean of |log(simulated / published)| over points, as a factor. */
export interface Aggregate {
  readonly id: string
  readonly of: ReadonlyArray<string>
  readonly tolerancePercent: number
}

export const allPoints: ReadonlyArray<Point> = [...loadLatencyPoints]

export const allAggregates: ReadonlyArray<Aggregate> = []
