/**
 * The storage of the LLC: data arrays of all slices and, beside a non-inclusive one, their snoop filters. "Way" is
 * the place of a line's directory entry: a record of the filter, or of the data array itself if the LLC is inclusive.
 *
 *   LS1  a line that a tile holds has a way, unless it is being recalled
 *   LS2  a way of a busy line is nobody else's
 */
import type { Placement } from "../interconnect/placement.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromDirectory from "./directory.ts"
import { Directory } from "./directory.ts"
import * as fromLineArray from "./line-array.ts"
import { LineArray } from "./line-array.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Dirty } = fromDirectory
const { ENTRY, FIELDS, None } = fromLineArray

/** `index` modulo `sets`, without a division where they are a power of two. */
const within = (index: number, sets: number): number => ((sets & (sets - 1)) === 0 ? index & (sets - 1) : index % sets)

export class LlcSlices {
  readonly inclusive: boolean
  /** Sets of all slices, one after another. */
  readonly data: LineArray
  readonly ways: Directory
  readonly #placement: Placement
  readonly #pages: Pages
  readonly #dataSets: number
  readonly #waySets: number

  constructor({ llc, llcPolicy, tiles }: MachineNumbers, placement: Placement, pages: Pages) {
    this.inclusive = llcPolicy === "inclusive"
    this.#placement = placement
    this.#pages = pages
    this.#dataSets = llc.sets
    this.#waySets = this.inclusive ? llc.sets : llc.snoopFilter.sets
    const ways = this.inclusive ? llc.ways : llc.snoopFilter.ways
    this.ways = new Directory(placement.slices * this.#waySets, ways, tiles)
    this.data = this.inclusive ? this.ways : new LineArray(placement.slices * llc.sets, llc.ways, FIELDS, 0)
  }

  /** The home of `line`: a slice of the node that holds it (PL1). */
  sliceOf(line: number): number {
    return this.#placement.sliceOf(this.#nodeOf(line), line)
  }

  /** Set of `line` among the ways of its slice. */
  waySetOf(slice: number, line: number): number {
    return slice * this.#waySets + within(this.#indexOf(line), this.#waySets)
  }

  /** Record of the data of `line`, whose directory record is `at`; or None. */
  dataOf(slice: number, line: number, at: number): number {
    if (this.inclusive) return this.ways.isWay(at) ? at : None
    return this.data.find(this.#dataSetOf(slice, line), line)
  }

  #dataSetOf(slice: number, line: number): number {
    return slice * this.#dataSets + within(this.#indexOf(line), this.#dataSets)
  }

  #nodeOf(line: number): number {
    return this.#placement.nodes === 1 ? 0 : this.#pages.nodeOfLine(line)
  }

  /** Number of `line` among those of its slice, on average. */
  #indexOf(line: number): number {
    return (line / this.#placement.slicesOf(this.#nodeOf(line))) | 0
  }

  isDirty(row: number): boolean {
    return (this.data.words[row + ENTRY] & Dirty) !== 0
  }

  /** Put `line` into its slice, which has its data in `row` if any; the line that leaves for it and is newer than memory, or -1. */
  install(slice: number, row: number, line: number, dirty: boolean): number {
    const data = this.data
    if (row >= 0) {
      if (dirty) data.words[row + ENTRY] |= Dirty
      data.touch(row)
      return -1
    }
    const victim = data.victim(this.#dataSetOf(slice, line))
    const out = this.isDirty(victim) ? data.lineAt(victim) : -1
    data.fill(victim, line, dirty ? Dirty : 0)
    return out
  }

  /** The copy in `row` is about to be old: an inclusive slice keeps the row, for the entry. */
  lose(row: number): void {
    if (this.inclusive) this.data.words[row + ENTRY] &= ~Dirty
    else this.data.drop(row)
  }

  /** The line in `row` goes to one tile that may write it: a non-inclusive slice keeps it if memory needs it. */
  lend(row: number): void {
    if (!this.inclusive && !this.isDirty(row)) this.data.drop(row)
  }
}
