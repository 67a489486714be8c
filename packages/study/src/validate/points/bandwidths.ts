/**
 * Bandwidths: of a socket's cores that all read from memory, in order and at random (DRAMHiT), and of one core's L2
 * (Chips and Cheese).
 */
import { type Point, rowPoint, type Term } from "../point.ts"

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

export const bandwidthPoints: ReadonlyArray<Point> = [
  rowPoint("wl-008", { unit: "GB/s", terms: [socket("sequential")], tolerancePercent: 25 }, 0),
  rowPoint("wl-008", { unit: "GB/s", terms: [socket("random")], tolerancePercent: 25 }, 1),
  rowPoint("m-570", {
    unit: "B/cycle",
    terms: [secondLevel],
    tolerancePercent: 25,
    gap: "the machine's transfer from L2 to L1 takes the line's bytes over the documented 32 a cycle and nothing else"
  })
]
