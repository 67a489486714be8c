/** How many cells the hot path of a tile needs. Law: what is counted here is what the parts named take. */
import type { MachineNumbers } from "../machines/machine.ts"
import { Cells } from "./cells.ts"
import { FORWARD_CELLS } from "./forwarding.ts"
import { REGISTERS } from "./straight-code.ts"
import { WINDOW_COLUMNS, windowEntries } from "./window.ts"

/** Columns of an array of tags that are cells (memory/cache.ts), beside one for each set. */
const TAG_COLUMNS = 2
/** Columns that go with the rows of a TLB: entries and frames. */
const TRANSLATIONS = 2

/** The cells of one tile: its threads, its L1D, its DTLB for 4 KB pages. */
export function hotCells({ core, l1d, threadsPerTile, tlb }: MachineNumbers): Cells {
  const thread = REGISTERS + FORWARD_CELLS + WINDOW_COLUMNS * windowEntries(core.window) + core.loadQueue
  const caches = TAG_COLUMNS * l1d.sets * l1d.ways + l1d.sets
  const translations = (TAG_COLUMNS + TRANSLATIONS) * tlb.dtlb.sets * tlb.dtlb.ways + tlb.dtlb.sets
  return new Cells(threadsPerTile * thread + caches + translations)
}
