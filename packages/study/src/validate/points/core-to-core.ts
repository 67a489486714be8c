/**
 * Core-to-core latency: medians of compare-and-swap to and fro between two threads (nviennot/core-to-core-latency).
 * Processors ran at their turbo clocks; pairs are all of a kind, at most 45 of them, spread evenly.
 */
import type { MachineOptions } from "@isolde/core"
import { type Point, rowPoint } from "../point.ts"

type Between = "siblings" | "cores" | "complexes" | "sockets"

const medians = (
  machine: string,
  options: MachineOptions,
  rows: ReadonlyArray<readonly [row: string, between: Between]>
): ReadonlyArray<Point> =>
  rows.map(([row, between]) =>
    rowPoint(row, {
      unit: "ns",
      terms: [{ machine, options, experiment: "core-to-core", parameters: { between }, reading: "median" }],
      tolerancePercent: 15
    })
  )

export const coreToCorePoints: ReadonlyArray<Point> = [
  ...medians("tiger-lake", { threadsPerCore: 2, clock: "turbo" }, [
    ["m-046", "cores"],
    ["m-048", "siblings"]
  ]),
  ...medians("skylake-sp", { cores: 20, sockets: 2, threadsPerCore: 2, clock: "turbo" }, [
    ["m-318", "cores"],
    ["m-321", "sockets"],
    ["m-323", "siblings"]
  ]),
  ...medians("neoverse-n1", { cores: 64 }, [["m-595", "cores"]]),
  ...medians("broadwell-ep", { sockets: 2, threadsPerCore: 2, clock: "turbo" }, [
    ["m-149", "cores"],
    ["m-152", "sockets"],
    ["m-154", "siblings"]
  ]),
  ...medians("ice-lake-sp", { sockets: 2, threadsPerCore: 2, clock: "turbo" }, [
    ["m-363", "cores"],
    ["m-366", "sockets"],
    ["m-368", "siblings"]
  ]),
  ...medians("zen-3", { sockets: 2, threadsPerCore: 2, clock: "turbo" }, [
    ["m-492", "cores"],
    ["m-495", "complexes"],
    ["m-498", "sockets"],
    ["m-506", "siblings"]
  ])
]
