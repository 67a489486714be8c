/**
 * Core-to-core latency: medians, extremes and means of compare-and-swap to and fro between two threads
 * (nviennot/core-to-core-latency; Chips and Cheese). Processors ran at their turbo clocks; pairs are all of a kind, at
 * most 400 of them, spread evenly.
 */
import type { MachineOptions } from "@isolde/core"
import { type Point, rowPoint } from "../point.ts"

type Between = "siblings" | "cores" | "complexes" | "sockets"
type Reading = "median" | "least" | "most" | "mean" | "p5" | "p95"
type Row = readonly [row: string, between: Between, reading?: Reading, gap?: string | undefined, part?: number]

/** The source measures every pair; up to so many are, and most machines have no more of a kind. */
const PAIRS = 400

/** Extremes are of fewer pairs than the source's, and each of one pair alone. */
const tolerance: Readonly<Record<Reading, number>> = {
  median: 15,
  mean: 15,
  least: 25,
  most: 25,
  p5: 25,
  p95: 25
}

const passed = (machine: string, options: MachineOptions, rows: ReadonlyArray<Row>): ReadonlyArray<Point> =>
  rows.map(([row, between, reading = "median", gap, part]) =>
    rowPoint(
      row,
      {
        unit: "ns",
        terms: [{ machine, options, experiment: "core-to-core", parameters: { between, pairs: PAIRS }, reading }],
        tolerancePercent: tolerance[reading],
        ...(gap === undefined ? {} : { gap })
      },
      part
    )
  )

const server: MachineOptions = { sockets: 2, threadsPerCore: 2, clock: "turbo" }

/** Least, median and most, in the order of their rows. */
const spread = (between: Between, least: string, median: string, most: string): ReadonlyArray<Row> => [
  [least, between, "least"],
  [median, between],
  [most, between, "most"]
]

/** Lines that don't leave the L1D. */
const locked =
  "between siblings the line stays in the L1D and the locked instructions are all there is: 7.5 to 21 cycles (m-480, m-350, m-049); the source's 28 to 36 are from no instruction that a row gives, and a mispredicted end of its loop hides behind the other thread's turn"

/** What the die with more cache on top has of its own. */
const stacked =
  "92 cycles, 8 more than the same core with a third of the cache (m-492), of which 3 are in a hit of its L3 (m-509): the model has the smaller cache's 75 for both"

/** Zen's complexes in the model. */
const oneStop =
  "the cores of a complex are one stop, and complexes lie equally far from the fabric: no pair is the slowest"

export const coreToCorePoints: ReadonlyArray<Point> = [
  ...passed("tiger-lake", { threadsPerCore: 2, clock: "turbo" }, [
    ...spread("cores", "m-045", "m-046", "m-047"),
    ["m-048", "siblings", "median", locked]
  ]),
  ...passed("skylake-sp", { ...server, cores: 20 }, [
    ...spread("cores", "m-317", "m-318", "m-319"),
    ...spread("sockets", "m-320", "m-321", "m-322"),
    ["m-323", "siblings"]
  ]),
  ...passed("neoverse-n1", { cores: 64 }, [
    ...spread("cores", "m-594", "m-595", "m-596"),
    ["m-598", "cores", "mean"],
    ["m-597", "cores", "p5", undefined, 0],
    ["m-597", "cores", "p95", undefined, 1]
  ]),
  ...passed("broadwell-ep", server, [
    ...spread("cores", "m-148", "m-149", "m-150"),
    ...spread("sockets", "m-151", "m-152", "m-153"),
    ["m-154", "siblings"]
  ]),
  ...passed("broadwell-ep-10", server, [
    ...spread("cores", "m-155", "m-156", "m-157"),
    ...spread("sockets", "m-158", "m-159", "m-160"),
    ["m-161", "siblings"]
  ]),
  ...passed("ice-lake-sp", server, [
    ...spread("cores", "m-362", "m-363", "m-364"),
    ...spread("sockets", "m-365", "m-366", "m-367"),
    ["m-368", "siblings", "median", locked]
  ]),
  ...passed("sapphire-rapids", server, [
    ["m-405", "cores", "mean"],
    ["m-406", "cores", "most"],
    ["m-407", "sockets", "mean"]
  ]),
  ...passed("zen-3", server, [
    ...spread("cores", "m-491", "m-492", "m-493"),
    ...spread("complexes", "m-494", "m-495", "m-496"),
    ...spread("sockets", "m-497", "m-498", "m-499"),
    ["m-506", "siblings", "median", locked]
  ]),
  ...passed("zen-5", server, [
    [
      "m-548",
      "cores",
      "median",
      "almost twice Zen 3's, and no path as long as the L3's explains it: nothing is fitted to it"
    ],
    ["m-549", "complexes"],
    ["m-550", "sockets"]
  ]),
  ...passed("apple-m1", {}, [["F6-06", "cores"]]),
  // An EPYC 7773X: eight complexes, at most 3.5 GHz; its L3 is three times as large.
  ...passed("zen-3", { cores: 64, threadsPerCore: 2, clock: 3.5 }, [
    ["m-500", "cores", "least"],
    ["m-501", "cores", "median", stacked],
    ["m-502", "cores", "most", oneStop],
    ["m-503", "complexes", "least"],
    ["m-504", "complexes"],
    ["m-505", "complexes", "most", oneStop]
  ]),
  // Parts of the same dies with other numbers of cores: Platinum 8275CL (24), E5-2695 v4 (18).
  ...passed("skylake-sp", { ...server, cores: 48 }, [
    ...spread("cores", "m-324", "m-325", "m-326"),
    ...spread("sockets", "m-327", "m-328", "m-329"),
    ["m-330", "siblings"]
  ]),
  ...passed("broadwell-ep", { ...server, cores: 36 }, [
    ...spread("cores", "m-162", "m-163", "m-164"),
    ...spread("sockets", "m-165", "m-166", "m-167"),
    ["m-168", "siblings"]
  ])
]
