/** Every point that a scenario can express, and the criteria over whole curves. Law: ids are unique. */
import type { Point } from "./point.ts"
import { bandwidthPoints } from "./points/bandwidths.ts"
import { contendedAtomicPoints } from "./points/contended-atomics.ts"
import { coreToCorePoints } from "./points/core-to-core.ts"
import { crossCoreCallPoints } from "./points/cross-core-calls.ts"
import { enclavePoints } from "./points/enclaves.ts"
import { gatePoints } from "./points/gates.ts"
import { hardwareIsolationAggregates, hardwareIsolationPoints } from "./points/hardware-isolation.ts"
import { kernelPathPoints } from "./points/kernel-paths.ts"
import { libmpkPoints } from "./points/libmpk.ts"
import { loadLatencyPoints } from "./points/load-latency.ts"
import { mteThroughputPoints } from "./points/mte-throughput.ts"
import { networkFunctionPoints } from "./points/network-functions.ts"
import { pageFracturingPoints } from "./points/page-fracturing.ts"
import { processPoints } from "./points/processes.ts"
import { rangeFlushPoints } from "./points/range-flushes.ts"
import { serverPoints } from "./points/servers.ts"
import { shootdownPoints } from "./points/shootdowns.ts"
import { softwareIsolationPoints } from "./points/software-isolation.ts"
import { tlbMissPoints } from "./points/tlb-miss.ts"
import { writtenGatePoints } from "./points/written-gates.ts"

/** The geometric mean of |log(simulated / published)| over points, as a factor. */
export interface Aggregate {
  readonly id: string
  readonly of: ReadonlyArray<string>
  readonly tolerancePercent: number
}

export const allPoints: ReadonlyArray<Point> = [
  ...libmpkPoints,
  ...hardwareIsolationPoints,
  ...mteThroughputPoints,
  ...loadLatencyPoints,
  ...coreToCorePoints,
  ...contendedAtomicPoints,
  ...shootdownPoints,
  ...rangeFlushPoints,
  ...gatePoints,
  ...processPoints,
  ...enclavePoints,
  ...softwareIsolationPoints,
  ...tlbMissPoints,
  ...pageFracturingPoints,
  ...kernelPathPoints,
  ...crossCoreCallPoints,
  ...bandwidthPoints,
  ...networkFunctionPoints,
  ...serverPoints,
  ...writtenGatePoints
]

export const allAggregates: ReadonlyArray<Aggregate> = hardwareIsolationAggregates
