/** How many cells the hot path of a tile needs. Law: what is counted here is what the parts named take. */
import type { MachineNumbers } from "../machines/machine.ts"
import { cacheCells } from "../memory/cache.ts"
import { FORWARD_CELLS } from "./forwarding.ts"
import { PORT_CELLS } from "./ports.ts"
import { storeRows } from "./store-rows.ts"
import { RUN_CELLS } from "./store-ways.ts"
import { REGISTERS } from "./straight-code.ts"
import { FRAME_CELLS } from "./straight-frame.ts"
import { ENTERING_CELLS } from "./way-in.ts"
import { WINDOW_COLUMNS, windowEntries } from "./window.ts"

interface Shape {
  readonly sets: number
  readonly ways: number
}

const rowsOf = ({ sets, ways }: Shape): number => sets * ways

/** Columns that go with the rows of a TLB: entries and frames; and with those of the L1D: when data can be used. */
const [TRANSLATIONS, READY] = [2, 1]

/** The cells of one tile: its threads, its L1D and L1I, its TLBs for 4 KB pages of data and of code, its load ports and its way in. */
export function hotCells({ core, l1d, l1i, threadsPerTile, tlb }: MachineNumbers): number {
  const registers = REGISTERS + FORWARD_CELLS + WINDOW_COLUMNS * windowEntries(core.window) + core.loadQueue
  const streams = FRAME_CELLS + storeRows(core) + ENTERING_CELLS + RUN_CELLS + 1
  const caches = cacheCells(l1d) + READY * rowsOf(l1d) + cacheCells(l1i)
  const [dtlb, itlb] = [tlb.dtlb, tlb.itlb].map((array) => cacheCells(array) + TRANSLATIONS * rowsOf(array))
  return threadsPerTile * (registers + streams) + caches + dtlb + itlb + 2 * PORT_CELLS
}
