/**
 * Cortex-X3 under MTE by Noh et al., the first number of each row: loads and stores without checks, with asynchronous
 * and with synchronous ones (no instruction inserts tags here), and tag stores by the rate at which they retag a buffer.
 */
import { type Point, rowPoint, type Term } from "../point.ts"

type Mode = "asynchronous" | "synchronous"

const throughput = (kind: "load" | "store", mode?: Mode): Term => ({
  machine: "cortex-x3",
  options: { cores: 1 },
  ...(mode === undefined
    ? {}
    : { mechanism: { name: "mte", config: { mode, insertInstructions: 0, tagInsert: 1, cfi: "none" } } }),
  experiment: "access-throughput",
  parameters: { kind },
  reading: "perTick"
})

/** Two accesses at each place of a buffer of 16 MB in random order, and how much longer they take with checks. */
const atRandom = (row: string, part: number, kind: string, mode: Mode): Point => {
  const pairs = (checked?: Mode): Term => {
    const term = throughput("load", checked)
    return { ...term, parameters: { kind, bytes: 1 << 24, count: 8192 } }
  }
  return rowPoint(
    row,
    {
      unit: "x",
      terms: [pairs()],
      over: [pairs(mode)],
      tolerancePercent: 25,
      gap: "each line from memory brings its tags by a second transaction, as in Arm's reference design (mte-037); what of them this core's caches keep isn't published"
    },
    part
  )
}

/** Read after read, write after write, read after write. */
const PAIRS = ["load-load", "store-store", "store-load"]

const rowOf = (row: string, term: Term): Point =>
  rowPoint(row, { unit: "instr/cycle", terms: [term], tolerancePercent: 15 }, 0)

/** A buffer of 16 KB, tagged by one kind of tag store alone, which tags `bytes`. */
const tagStores = (largestTagStore: string, bytes: number): Term => ({
  machine: "cortex-x3",
  options: { cores: 1 },
  mechanism: { name: "mte", config: { largestTagStore, publish: "none" } },
  experiment: "hand-over",
  parameters: { bytes: 16_384 },
  reading: "bytesPerTick",
  weight: 1 / bytes
})

/** How much longer a loop of stores takes with synchronous checks. */
const slower: Point = rowPoint("mte-014", {
  unit: "x",
  terms: [throughput("store")],
  over: [throughput("store", "synchronous")],
  tolerancePercent: 100,
  gap: "a loop of independent stores drains two in a tick, seven ticks apart with checks: 14 times; the source's loop has other instructions"
})

export const mteThroughputPoints: ReadonlyArray<Point> = [
  rowOf("mte-001", throughput("load")),
  rowOf("mte-002", throughput("load", "synchronous")),
  rowOf("mte-003", throughput("store")),
  rowOf("mte-004", throughput("store", "asynchronous")),
  rowOf("mte-005", throughput("store", "synchronous")),
  rowOf("mte-008", tagStores("st2g", 32)),
  rowOf("mte-012", tagStores("dc gva", 64)),
  slower,
  ...PAIRS.map((kind, part) => atRandom("mte-032", part, kind, "synchronous")),
  ...PAIRS.map((kind, part) => atRandom("mte-034", part, kind, "asynchronous"))
]
