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

interface Shape {
  readonly sets: number
  readonly ways: number
}

const cellsOf = ({ sets, ways }: Shape, columns: number): number => columns * sets * ways + sets

/** The cells of one tile: its threads, its L1D and L1I, its TLBs for 4 KB pages of data and of code. */
export function hotCells({ core, l1d, l1i, threadsPerTile, tlb }: MachineNumbers): Cells {
  const thread = REGISTERS + FORWARD_CELLS + WINDOW_COLUMNS * windowEntries(core.window) + core.loadQueue
  const caches = cellsOf(l1d, TAG_COLUMNS) + cellsOf(l1i, TAG_COLUMNS)
  const translations = TAG_COLUMNS + TRANSLATIONS
  return new Cells(threadsPerTile * thread + caches + cellsOf(tlb.dtlb, translations) + cellsOf(tlb.itlb, translations))
}
