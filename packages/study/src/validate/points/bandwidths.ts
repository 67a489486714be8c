/**
 * Bandwidths: of a socket's cores that all read from memory, in order and at random (DRAMHiT), and of one core's L2
 * (Chips and Cheese; likwid-bench).
 */
import { LINE_BYTES } from "@isolde/core/memory/pages"
import { type Point, type PointUnit, rowPoint, type Term } from "../point.ts"

/** Sixteen cores of a Gold 6142, each through memory of its own. */
const socket = (order: "sequential" | "random"): Term => ({
  machine: "skylake-sp",
  options: { cores: 16 },
  experiment: "streaming-bandwidth",
  parameters: { cores: 16, bytes: 1 << 19, order },
  reading: "bandwidth"
})

/** 256 KB, which the L2 holds and the L1 doesn't. */
const secondLevel: Term = {
  machine: "neoverse-n1",
  options: { cores: 1 },
  experiment: "streaming-bandwidth",
  parameters: { cores: 1, bytes: 1 << 18, warmLaps: 2, laps: 2 },
  reading: "bandwidth"
}

/** 32 cores of the 56, each through 2.5 MB: more than its L2 holds, and all together less than the LLC and their L2s. */
const lastLevel: Term = {
  machine: "sapphire-rapids",
  options: { clock: 3.8 },
  experiment: "streaming-bandwidth",
  parameters: { cores: 32, bytes: 5 << 19, access: 64, warmLaps: 1, scattered: true },
  reading: "bandwidth"
}

/** likwid-bench in the L2: loads, a copy and an update of `bytes` in all, with moves of 64 bytes, or of 32. */
function likwid(first: number, machine: string, bytes: number, access: 32 | 64 = 64): ReadonlyArray<Point> {
  const one = { machine, options: { cores: 1 } }
  const stream = (kind: "read" | "update", weight: number): Term => ({
    ...one,
    experiment: "streaming-bandwidth",
    parameters: { cores: 1, bytes, kind, access, warmLaps: 2, laps: 2 },
    reading: "bandwidth",
    weight
  })
  const copy: Term = {
    ...one,
    experiment: "copy",
    parameters: { bytes: bytes / 2, routine: access === 64 ? "wide" : "vector" },
    reading: "ticks",
    weight: LINE_BYTES / (bytes / 2)
  }
  const point = (place: number, unit: PointUnit, term: Term): Point =>
    rowPoint(`add-${String(first + place).padStart(3, "0")}`, { unit, terms: [term], tolerancePercent: 25 })
  // What an update reads and what it writes both count.
  return [point(0, "B/cycle", stream("read", 1)), point(1, "cycles", copy), point(2, "B/cycle", stream("update", 2))]
}

export const bandwidthPoints: ReadonlyArray<Point> = [
  rowPoint("wl-008", { unit: "GB/s", terms: [socket("sequential")], tolerancePercent: 25 }, 0),
  rowPoint("wl-008", { unit: "GB/s", terms: [socket("random")], tolerancePercent: 25 }, 1),
  ...likwid(4, "skylake-sp", 1 << 19),
  ...likwid(7, "ice-lake-sp", 1 << 19),
  ...likwid(10, "sapphire-rapids", 1 << 20),
  ...likwid(13, "broadwell-ep", 1 << 17, 32),
  rowPoint("m-570", { unit: "B/cycle", terms: [secondLevel], tolerancePercent: 25 }),
  rowPoint("m-394", { unit: "GB/s", terms: [lastLevel], tolerancePercent: 25 })
]
