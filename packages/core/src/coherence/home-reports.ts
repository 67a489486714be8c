/**
 * What homes know of a line, for those who check or report it. Law: looking changes nothing.
 */
import { ownerIn, stateIn } from "./directory.ts"
import type { LineQueues } from "./line-queues.ts"
import type { LlcSlices } from "./llc-slices.ts"
import { messageNames, tileOf, typeOf } from "./message.ts"
import type { ProtocolTable } from "./protocol-table.ts"

export interface HomeEntry {
  /** HomeState. */
  readonly state: number
  /** Tile that owns the line, or -1. */
  readonly owner: number
  readonly sharers: ReadonlyArray<number>
  readonly hasWay: boolean
  readonly hasData: boolean
}

export class HomeReports {
  readonly #table: ProtocolTable<string, string, string>
  readonly #llc: LlcSlices
  readonly #requests: LineQueues // [line] requests that wait until it is stable
  readonly #tiles: number

  constructor(table: ProtocolTable<string, string, string>, llc: LlcSlices, requests: LineQueues, tiles: number) {
    this.#table = table
    this.#llc = llc
    this.#requests = requests
    this.#tiles = tiles
  }

  /** What the directory knows of `line`. */
  entryOf(line: number): HomeEntry {
    const slice = this.#llc.sliceOf(line)
    const directory = this.#llc.ways
    const at = directory.look(this.#llc.waySetOf(slice, line), line)
    const entry = directory.entryAt(at)
    const tiles = Array.from({ length: this.#tiles }, (_, tile) => tile)
    return {
      state: stateIn(entry),
      owner: ownerIn(entry),
      sharers: tiles.filter((tile) => at >= 0 && directory.isSharer(at, tile)),
      hasWay: directory.isWay(at),
      hasData: this.#llc.dataOf(slice, line, at) >= 0
    }
  }

  /** The home's side of `line` in a few words. */
  describe(line: number): string {
    const { hasData, hasWay, owner, sharers, state } = this.entryOf(line)
    const held = `${owner < 0 ? "" : `, owned by tile ${owner}`}${sharers.map((tile) => `, shared by tile ${tile}`).join("")}`
    const has = `${hasWay ? "a" : "no"} way, ${hasData ? "the" : "no"} data`
    const waiting = this.#waitingFor(line).map((request) => `, ${request} waits`)
    return `LLC slice ${this.#llc.sliceOf(line)}: ${this.#table.states[state]}${held}, ${has}${waiting.join("")}`
  }

  /** Every request that waits, for a watchdog: "GetM of tile 3 for line 71". */
  describeStalled(): Array<string> {
    const of = (line: number) => this.#waitingFor(line).map((request) => `${request} for line ${line}`)
    return this.#requests.lines().flatMap(of)
  }

  #waitingFor(line: number): Array<string> {
    return this.#requests.of(line).map((a) => `${messageNames[typeOf(a)]} of tile ${tileOf(a)}`)
  }
}
