/**
 * Lines that leave a tile's private caches: which one makes room, and what is told to its home.
 * Law (PC4 of private-caches.ts): a line that waits for its upgrade keeps its way of the L2.
 *
 *   DE1  that a line has left is news to those alone who were told to ask again for it
 */
import { invariant } from "../kernel/model-defect.ts"
import type { Cache } from "../memory/cache.ts"
import * as fromCache from "../memory/cache.ts"
import * as fromCause from "../processor/cause.ts"
import { putOf } from "./cache-event.ts"
import type { CacheLevels } from "./cache-levels.ts"
import * as fromCacheProtocol from "./cache-protocol.ts"
import type { LineKeeper } from "./line-listener.ts"
import type { Message } from "./message.ts"
import type { MissBuffers } from "./miss-buffers.ts"
import * as fromMissBuffers from "./miss-buffers.ts"
import type { ProtocolTable } from "./protocol-table.ts"
import type { TileMessages } from "./tile-messages.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Empty } = fromCache
const { Cause } = fromCause
const { CacheEvent, CacheState } = fromCacheProtocol
const { ASKED, Free, placeOf, STATE } = fromMissBuffers

export class Departures {
  /** Lines that have left the L2, or are about to. */
  evictions = 0
  readonly #table: ProtocolTable<string, string, string>
  readonly #levels: CacheLevels
  readonly #l2: Cache
  readonly #misses: MissBuffers
  readonly #messages: TileMessages
  readonly #listener: LineKeeper
  readonly #leaves: Uint8Array // [state] 1 if a PutAck ends it, and nothing else comes of that

  constructor(
    table: ProtocolTable<string, string, string>,
    levels: CacheLevels,
    misses: MissBuffers,
    messages: TileMessages,
    listener: LineKeeper
  ) {
    this.#table = table
    this.#levels = levels
    this.#l2 = levels.l2
    this.#misses = misses
    this.#messages = messages
    this.#listener = listener
    const { events, next, perform, states } = table
    this.#leaves = Uint8Array.from(states, (_, state) => {
      const cell = state * events.length + CacheEvent.PutAck
      return next[cell] === CacheState.I && perform[cell] === 0 && state !== CacheState.IW_A ? 1 : 0
    })
  }

  /** Make room in `set` of the L2: the least recently used line without a miss of its own goes. Its row. */
  evict(set: number, now: number): number {
    const l2 = this.#l2
    let row = l2.victim(set)
    for (let tries = 0; l2.tags[row] !== Empty && this.#misses.find(l2.tags[row]) >= 0; tries++) {
      invariant(tries < l2.ways, "PC4", `every way of L2 set ${set} waits for an upgrade`)
      l2.touch(set, row)
      row = l2.victim(set)
    }
    const line = l2.tags[row]
    if (line === Empty) return row
    this.#messages.home(now, this.replace(line, row), 0, line)
    this.#listener.left(line, now)
    return row
  }

  /** The line in `row` of the L2 begins to leave: the message that tells its home. */
  replace(line: number, row: number): Message {
    const state = this.#l2.state[row]
    const buffer = this.#misses.allocateEviction(line) // Grows the arrays, perhaps.
    this.#misses.words[placeOf(buffer) + STATE] =
      this.#table.next[state * this.#table.events.length + CacheEvent.replace]
    this.evictions++
    this.#levels.drop(line, row)
    return putOf(state)
  }

  /** DE1: true if the PutAck for `line` tells nobody anything; the line has left from now on. */
  hasLeft(line: number): boolean {
    const miss = this.#misses.find(line)
    if (miss < 0) return false
    const { words } = this.#misses
    const at = placeOf(miss)
    if (words[at + ASKED] === 1 || this.#leaves[words[at + STATE]] === 0) return false
    this.#misses.release(miss)
    return true
  }

  /** A line on its way out has left, or was written to memory: whoever was told to ask again may do so now. */
  over(miss: number, state: number, line: number, now: number): void {
    const written = state === CacheState.IW_A
    this.#misses.release(miss)
    this.#listener.arrived(written ? miss : Free, line, now, Cause.llc)
    if (written) this.#listener.left(line, now)
  }
}
