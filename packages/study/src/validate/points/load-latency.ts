/**
 * Latencies of caches and memory as pointer chases measure them (InstLatx64: page-random and fully random, 4 KB pages), and of
 * loads in ascending order, of which prefetchers hide what they can. Cores run at the clock of the part that was measured;
 * L3 of Skylake-SP and Broadwell-EP at their own, with their own networks: the parts had smaller ones.
 */
import { type Point, rowPoint, type Term } from "../point.ts"

const MB = 1 << 20

const eachPage =
  "the streamer learns each page of 4 KB anew: three loads wait for memory, and what follows comes two pairs a load, so that a page waits seven times; silicon waits 3.6 times, and no source says what it carries over"

function latency(
  machine: string,
  bytes: number,
  order: "page-random" | "random",
  clock: number | "base" = "base",
  frames: "shuffled" | "contiguous" = "shuffled"
): ReadonlyArray<Term> {
  const parameters = { bytes, order, frames }
  return [{ machine, options: { cores: 1, clock }, experiment: "load-latency", parameters, reading: "latency" }]
}

/** L3 in cycles, over a footprint that stays in it (the i5-3320M has 3 MB, the row's i7-3770K 8); memory in ns, page-random and fully random. A client part of the same core stands in where there is one. */
function families(
  machine: string,
  rows: { readonly llc?: string; readonly memory?: string; readonly random?: string },
  clock: number | { readonly llc: "base"; readonly memory: number },
  llcBytes = 4 * MB
): ReadonlyArray<Point> {
  const at = typeof clock === "number" ? { llc: clock, memory: clock } : clock
  const { llc, memory, random } = rows
  return [
    ...(llc === undefined
      ? []
      : [
          rowPoint(
            llc,
            { unit: "cycles", terms: latency(machine, llcBytes, "page-random", at.llc), tolerancePercent: 15 },
            0
          )
        ]),
    ...(memory === undefined
      ? []
      : [
          rowPoint(
            memory,
            { unit: "ns", terms: latency(machine, 64 * MB, "page-random", at.memory), tolerancePercent: 15 },
            0
          )
        ]),
    ...(random === undefined
      ? []
      : [
          rowPoint(
            random,
            { unit: "ns", terms: latency(machine, 64 * MB, "random", at.memory), tolerancePercent: 15 },
            0
          )
        ])
  ]
}

function ascending(machine: string, bytes: number, granule: number): ReadonlyArray<Term> {
  const parameters = { bytes, granule, order: "sequential" }
  // The tables show the spatial prefetcher at work: loads of single lines at random are faster than of every other line.
  const options = { cores: 1, overrides: { prefetch: { pairs: 1 } } }
  return [{ machine, options, experiment: "load-latency", parameters, reading: "latency" }]
}

export const loadLatencyPoints: ReadonlyArray<Point> = [
  rowPoint("m-034", {
    unit: "cycles",
    terms: latency("tiger-lake", 4 * MB, "page-random", 2.42),
    tolerancePercent: 10
  }),
  rowPoint("m-036", { unit: "ns", terms: latency("tiger-lake", 32 * MB, "page-random", 2.42), tolerancePercent: 15 }),
  rowPoint("m-037", { unit: "ns", terms: latency("tiger-lake", 32 * MB, "random", 2.42), tolerancePercent: 15 }),
  rowPoint("m-039", { unit: "cycles", terms: ascending("tiger-lake", MB / 2, 64), tolerancePercent: 25 }),
  rowPoint("m-040", {
    unit: "cycles",
    terms: ascending("tiger-lake", 32 * MB, 128),
    tolerancePercent: 25,
    gap: eachPage
  }),
  // 14 cycles and the STLB's 7: no load missed the L2, so the buffer's frames were in a row. Shuffled ones overflow sets.
  rowPoint("m-271", {
    unit: "cycles",
    terms: latency("skylake-sp", MB, "page-random", "base", "contiguous"),
    tolerancePercent: 25
  }),
  rowPoint("m-272", { unit: "cycles", terms: latency("skylake-sp", 4 * MB, "page-random"), tolerancePercent: 10 }),
  rowPoint("m-274", { unit: "ns", terms: latency("skylake-sp", 32 * MB, "page-random", 3.31), tolerancePercent: 15 }),
  rowPoint("m-275", { unit: "ns", terms: latency("skylake-sp", 32 * MB, "random", 3.31), tolerancePercent: 15 }),
  ...families("haswell-ep", { llc: "m-087", memory: "m-090", random: "m-091" }, 2.6),
  ...families("broadwell-ep", { llc: "m-182", memory: "m-184", random: "m-185" }, { llc: "base", memory: 3.6 }),
  ...families("ivy-bridge", { llc: "m-229", memory: "m-231", random: "m-232" }, 3.5, MB),
  ...families("zen-3", { llc: "m-476" }, 3.69),
  // The STLB's 2,048 entries reach 8 MB; the L2 holds 2.
  rowPoint("m-390", { unit: "ns", terms: latency("sapphire-rapids", 6 * MB, "random", 3.8), tolerancePercent: 15 }),
  rowPoint("m-391", {
    unit: "ns",
    terms: latency("sapphire-rapids", 16 * MB, "random", 3.8),
    tolerancePercent: 15,
    gap: "the source doesn't say how far past the reach of the STLB: up to 32 MB the entries that the walks read stay in the L2"
  }),
  rowPoint("m-089", { unit: "ns", terms: latency("haswell-ep-10", 4 * MB, "random"), tolerancePercent: 15 }),
  rowPoint("m-093", {
    unit: "cycles",
    terms: ascending("haswell-ep-10", 64 * MB, 128),
    tolerancePercent: 25,
    gap: eachPage
  })
]
