/**
 * Calls of a thread that polls on another core, one by one and in batches (LXDs, Table 2 and 3): Xeons of the E5-2400 and
 * E5-4600 series. The catalogue's Ivy Bridge-EX has the same core and ring one process later.
 */
import type { MachineOptions } from "@isolde/core"
import { type Point, rowPoint, type Term } from "../point.ts"

interface Polled {
  readonly options: MachineOptions
  readonly callee?: "sibling" | "socket" | "other"
  readonly batch?: number
  readonly reading?: "ticks" | "batch"
}

const polled = ({ batch = 1, callee = "socket", options, reading = "ticks" }: Polled): Term => ({
  machine: "ivy-bridge-ex",
  options,
  experiment: "polled-call",
  parameters: { nested: false, batch, callee },
  reading
})

/** r320: one socket of eight cores; d820: four. */
const r320: MachineOptions = { cores: 8, threadsPerCore: 2, clock: 2.1 }
const d820: MachineOptions = { cores: 32, sockets: 4, threadsPerCore: 2, clock: 2.2 }

const called = (row: string, part: number, of: Polled, gap?: string): Point =>
  rowPoint(
    row,
    { unit: "cycles", terms: [polled(of)], tolerancePercent: 25, ...(gap === undefined ? {} : { gap }) },
    part
  )

const siblings =
  "a line that both threads of a core use stays in its L1, and the poll sees a store as soon as it drains; silicon's poll finds that a sibling has written what it read early, and starts again"
const library =
  "the source's call is a library's, which finds a free slot and dispatches by number; here are the lines alone"

const farther =
  "which two of the four sockets isn't said; here they are neighbours, and a ring of links has two hops between others"

export const crossCoreCallPoints: ReadonlyArray<Point> = [
  called("F2-48", 0, { options: r320 }, library),
  called("F2-48", 1, { options: d820 }, library),
  called("F2-49", 0, { options: r320, callee: "sibling" }, siblings),
  called("F2-49", 1, { options: d820, callee: "sibling" }, siblings),
  called("F2-50", 0, { options: d820, callee: "other" }, farther),
  called("F2-50", 1, { options: d820, callee: "other", batch: 4 }, farther),
  called("F2-50", 2, { options: d820, callee: "other", batch: 8 }, farther),
  called("F2-51", 0, { options: d820, batch: 4, reading: "batch" }),
  called("F2-51", 2, { options: d820, batch: 8, reading: "batch" })
]
