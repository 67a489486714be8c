/**
 * What a home knows of a line, for those who check or report it. Law: looking changes nothing.
 */
import type { Directory } from "./directory.ts"
import { ownerIn } from "./home-event.ts"
import type { LlcSlices } from "./llc-slices.ts"

export interface HomeEntry {
  /** HomeState. */
  readonly state: number
  /** Tile that owns the line, or -1. */
  readonly owner: number
  readonly sharers: ReadonlyArray<number>
  readonly hasWay: boolean
  readonly hasData: boolean
}

/** The entry of `line` on a machine of `tiles` tiles. */
export function homeEntryOf(directory: Directory, llc: LlcSlices, tiles: number, line: number): HomeEntry {
  const slice = llc.sliceOf(line)
  return {
    state: directory.stateOf(line),
    owner: ownerIn(directory.entries[line]),
    sharers: Array.from({ length: tiles }, (_, tile) => tile).filter((tile) => directory.isSharer(line, tile)),
    hasWay: llc.ways.find(llc.waySetOf(slice, line), line) >= 0,
    hasData: llc.data.find(llc.setOf(slice, line), line) >= 0
  }
}
