/**
 * The storage of the LLC: data arrays of all slices and, beside a non-inclusive one, their snoop filters. "Way" is
 * the place of a line's directory entry: a row of the filter, or of the data array itself if the LLC is inclusive.
 *
 *   LS1  a line that a tile holds has a way, unless it is being recalled
 *   LS2  a way of a busy line is nobody else's
 */
import type { Placement } from "../interconnect/placement.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import * as fromCache from "../memory/cache.ts"
import { Cache } from "../memory/cache.ts"
import type { Pages } from "../memory/pages.ts"
import type { Directory } from "./directory.ts"
import * as fromHomeProtocol from "./home-protocol.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { LastSettled } = fromHomeProtocol
const { Empty } = fromCache

const Clean = 0
const Dirty = 1

/** `index` modulo `sets`, without a division where they are a power of two. */
const within = (index: number, sets: number): number => ((sets & (sets - 1)) === 0 ? index & (sets - 1) : index % sets)

export class LlcSlices {
  readonly inclusive: boolean
  /** Sets of all slices, one after another; a row's state is 1 if it is newer than memory. */
  readonly data: Cache
  readonly ways: Cache
  readonly #placement: Placement
  readonly #pages: Pages
  readonly #dataSets: number
  readonly #waySets: number
  readonly #directory: Directory

  constructor({ llc, llcPolicy }: MachineNumbers, placement: Placement, pages: Pages, directory: Directory) {
    this.inclusive = llcPolicy === "inclusive"
    this.#placement = placement
    this.#pages = pages
    this.#dataSets = llc.sets
    this.data = new Cache(placement.slices * llc.sets, llc.ways)
    this.#waySets = this.inclusive ? llc.sets : llc.snoopFilter.sets
    this.ways = this.inclusive ? this.data : new Cache(placement.slices * this.#waySets, llc.snoopFilter.ways)
    this.#directory = directory
  }

  /** The home of `line`: a slice of the node that holds it (PL1). */
  sliceOf(line: number): number {
    return this.#placement.sliceOf(this.#nodeOf(line), line)
  }

  /** Set of `line` in the data array of its slice. */
  setOf(slice: number, line: number): number {
    return slice * this.#dataSets + within(this.#indexOf(line), this.#dataSets)
  }

  /** Set of `line` among the ways. */
  waySetOf(slice: number, line: number): number {
    return slice * this.#waySets + within(this.#indexOf(line), this.#waySets)
  }

  #nodeOf(line: number): number {
    return this.#placement.nodes === 1 ? 0 : this.#pages.nodeOfLine(line)
  }

  /** Number of `line` among those of its slice, on average. */
  #indexOf(line: number): number {
    return (line / this.#placement.slicesOf(this.#nodeOf(line))) | 0
  }

  /** A row of way set `set` that is free or may be freed, the least recently used of them; -1 if all are busy. */
  freeable(set: number): number {
    const ways = this.ways
    for (let tries = 0; tries < ways.ways; tries++) {
      const row = ways.victim(set)
      const line = ways.tags[row]
      if (line === Empty || this.#directory.stateOf(line) <= LastSettled) return row
      ways.touch(set, row)
    }
    return -1
  }

  /** A tile has asked for `line`, which has a way. */
  used(slice: number, line: number): void {
    const set = this.waySetOf(slice, line)
    const row = this.ways.find(set, line)
    if (row >= 0) this.ways.touch(set, row)
  }

  isDirty(row: number): boolean {
    return this.data.state[row] === Dirty
  }

  /** Put `line` into its slice; the line that has to leave for it and is newer than memory, or Empty. */
  install(set: number, row: number, line: number, dirty: boolean): number {
    const data = this.data
    if (row >= 0) {
      if (dirty) data.state[row] = Dirty
      data.touch(set, row)
      return Empty
    }
    const victim = data.victim(set)
    const out = data.state[victim] === Dirty ? data.tags[victim] : Empty
    data.fill(set, victim, line, dirty ? Dirty : Clean)
    return out
  }

  /** The copy in `row` is about to be old: an inclusive slice keeps the row, for the entry. */
  lose(row: number): void {
    if (this.inclusive) this.data.state[row] = Clean
    else this.data.drop(row)
  }

  /** The line in `row` goes to one tile that may write it: a non-inclusive slice keeps it if memory needs it. */
  lend(row: number): void {
    if (!this.inclusive && this.data.state[row] === Clean) this.data.drop(row)
  }

  /** Nobody holds `line` any more: its entry in a filter ends. */
  freeWay(slice: number, line: number): void {
    if (this.inclusive) return
    const row = this.ways.find(this.waySetOf(slice, line), line)
    if (row >= 0) this.ways.drop(row)
  }
}
