/**
 * Isolation by signed pointers, by confined code and by a language: passing a buffer under PAC (ATC'24 Fig. 10), calls
 * of LFI and of WebAssembly's transitions (Isolation Without Taxation), RedLeaf's calls (Table 1, and PLOS'21).
 */
import { type Point, rowPoint, type Term } from "../point.ts"

const passed = (numbers: string): Term => ({
  machine: "cortex-x3",
  options: { cores: 1 },
  mechanism: { name: "pac", config: { numbers } },
  experiment: "hand-over",
  reading: "ticks"
})

/** One way from sandbox to sandbox is half of an invocation. */
const yielded = (machine: string, savedRegisters: number): Term => ({
  machine,
  options: { cores: 1 },
  mechanism: { name: "sfi", config: { variant: "lfi", savedRegisters }, sources: ["assumed: x19 to x30"] },
  experiment: "invocation",
  reading: "ticks",
  weight: 0.5
})

const transition: Term = {
  machine: "skylake-sp",
  options: { cores: 1, clock: 3.4 },
  mechanism: { name: "sfi", config: { variant: "guard", vectorState: 68 }, sources: ["F1c-19"] },
  experiment: "invocation",
  reading: "ticks"
}

const redLeaf = (experiment: string, unwinding: string, weight = 1): Term => ({
  machine: "haswell-ep-10",
  options: { cores: 1 },
  mechanism: { name: "language", config: { unwinding } },
  experiment,
  reading: "ticks",
  weight
})

const called = redLeaf("invocation", "continuation")
const moved = redLeaf("hand-over", "continuation")
const slower = "the instructions of a proxy wait for each other in ways that the source doesn't tell"
const shadowed = "a shadow driver also keeps what it needs to restart the driver behind it"

export const softwareIsolationPoints: ReadonlyArray<Point> = [
  rowPoint("atc24-021", { unit: "cycles", terms: [passed("fnv-1")], tolerancePercent: 25 }),
  rowPoint("atc24-022", { unit: "cycles", terms: [passed("rand")], tolerancePercent: 25 }),
  rowPoint("sfi-013", {
    unit: "ns",
    terms: [yielded("apple-m1", 12)],
    tolerancePercent: 25,
    gap: "the source's yield goes through its runtime, which looks the next sandbox up and restores all registers"
  }),
  rowPoint("sfi-014", {
    unit: "ns",
    terms: [yielded("neoverse-n1", 12)],
    tolerancePercent: 25,
    gap: "the source's yield goes through its runtime, which looks the next sandbox up and restores all registers"
  }),
  rowPoint(
    "sfi-026",
    {
      unit: "ns",
      terms: [transition],
      // A call that saves nothing, in the same loop.
      instrument: { row: "sfi-028", part: 0 },
      tolerancePercent: 25,
      gap: "the source's full save is a call of its runtime on the way in and on the way back; no row says what it executes"
    },
    0
  ),
  rowPoint(
    "lang-010",
    {
      unit: "cycles",
      terms: [redLeaf("invocation", "none"), redLeaf("hand-over", "none")],
      tolerancePercent: 25
    },
    0
  ),
  rowPoint("lang-011", { unit: "cycles", terms: [called], tolerancePercent: 25, gap: slower }, 0),
  rowPoint("lang-031", { unit: "cycles", terms: [called], tolerancePercent: 25 }),
  rowPoint("lang-032", { unit: "cycles", terms: [called, moved], tolerancePercent: 25, gap: slower }),
  rowPoint("lang-033", {
    unit: "cycles",
    terms: [redLeaf("invocation", "continuation", 2)],
    tolerancePercent: 25,
    gap: shadowed
  }),
  rowPoint("lang-034", {
    unit: "cycles",
    terms: [redLeaf("invocation", "continuation", 2), moved],
    tolerancePercent: 25,
    gap: shadowed
  }),
  rowPoint("lang-035", {
    unit: "cycles",
    terms: [called, redLeaf("invocation", "none", -1)],
    tolerancePercent: 25
  }),
  rowPoint("lang-036", {
    unit: "cycles",
    terms: [moved],
    tolerancePercent: 25,
    gap: "the source's move includes the proxy's check of the reference's borrow count and its list; here they overlap"
  })
]
