/**
 * The private side of coherence in one tile: L1I, L1D and the L2 that includes both, driven by the table of the
 * machine's protocol. Stable states live in the L2's rows, transient ones in the miss buffers. An access returns
 * the tick at which its line can be used, or what it waits for.
 *
 *   PC1  a line is in an L1 only if it is in the L2
 *   PC2  a line of an L1 is writable only if the L2 has it in E or M
 *   PC3  at most one message waits for a miss
 *   PC4  a line that waits for its upgrade keeps its way of the L2; each set has a way that none of them keeps
 */
import type { Interconnect } from "../interconnect/interconnect.ts"
import { invariant } from "../kernel/model-defect.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import { type Cache } from "../memory/cache.ts"
import * as fromCause from "../processor/cause.ts"
import type { Prefetchers } from "../processor/prefetchers.ts"
import { cacheEventOf } from "./cache-event.ts"
import type { CacheLevels } from "./cache-levels.ts"
import * as fromCacheLevels from "./cache-levels.ts"
import * as fromCacheProtocol from "./cache-protocol.ts"
import { Departures } from "./departures.ts"
import type { Homes } from "./homes.ts"
import type { LineKeeper } from "./line-listener.ts"
import { mesiCache } from "./mesi-cache.ts"
import * as fromMessage from "./message.ts"
import * as fromMissBuffers from "./miss-buffers.ts"
import { MissBuffers } from "./miss-buffers.ts"
import { MissPath } from "./miss-path.ts"
import { moesiCache } from "./moesi-cache.ts"
import * as fromPort from "./port.ts"
import * as fromProtocolTable from "./protocol-table.ts"
import { impossible, type ProtocolTable } from "./protocol-table.ts"
import * as fromRetry from "./retry.ts"
import * as fromTileMessages from "./tile-messages.ts"
import { TileMessages } from "./tile-messages.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Cause } = fromCause
const { L1State } = fromCacheLevels
const { CacheAction, CacheEvent, CacheState } = fromCacheProtocol
const { Message, Source, typeOf, Whole } = fromMessage
const { Free, placeOf, SOURCE, STALLED, STATE, WANTS } = fromMissBuffers
const { Port } = fromPort
const { Impossible } = fromProtocolTable
const { Retry } = fromRetry
const { GIVES } = fromTileMessages
type Cause = fromCause.Cause
type Message = fromMessage.Message
type Port = fromPort.Port

export class PrivateCaches {
  /** Cause of the latency of the last access that did not miss. */
  cause: Cause = Cause.l1
  /** First tick that the tile may not reach before it has looked at the events again. */
  limit = 0
  readonly misses: MissBuffers
  readonly table: ProtocolTable<string, string, string>
  readonly levels: CacheLevels
  readonly prefetchers: Prefetchers
  readonly #l1i: Cache
  readonly #l1d: Cache
  readonly #l2: Cache
  hitsL1 = 0
  hitsL2 = 0
  missesL2 = 0
  fetchMisses = 0
  readonly departures: Departures
  readonly #events: number
  readonly #messages: TileMessages
  readonly #listener: LineKeeper
  readonly #path: MissPath
  readonly #ready: Int32Array
  readonly #l1Latency: number
  readonly #l2Latency: number

  constructor(
    tile: number,
    tileOwner: Int32Array,
    interconnect: Interconnect,
    homes: Homes,
    numbers: MachineNumbers,
    listener: LineKeeper,
    levels: CacheLevels
  ) {
    this.table = numbers.protocol === "moesi" ? moesiCache : mesiCache
    this.#events = this.table.events.length
    this.#messages = new TileMessages(tile, tileOwner, interconnect, homes)
    this.#listener = listener
    this.levels = levels
    this.#l1i = this.levels.l1i
    this.#l1d = this.levels.l1d
    this.#l2 = this.levels.l2
    this.#l1Latency = numbers.l1d.latency
    this.#l2Latency = numbers.l2.latency
    this.misses = new MissBuffers(numbers, levels.columns)
    this.departures = new Departures(this.table, this.levels, this.misses, this.#messages, listener)
    this.#path = new MissPath(numbers, this.levels, this.misses, this)
    this.prefetchers = this.#path.prefetchers
    this.#ready = this.levels.ready
  }

  /**
   * A load of `line` at `tick` by instruction `site` (0: a walker's, which no prefetcher learns from): tick of its
   * data, `Retry`, or -1 - the miss it waits for.
   */
  load(line: number, tick: number, site = 0): number {
    const l1 = this.#l1d
    const set = l1.setOf(line)
    const row = l1.find(set, line)
    return row >= 0 ? this.loadHit(line, set, row, tick, site) : this.#path.load(line, tick, site)
  }

  /** The same of a line that is in `row` of the L1D, in `set`. */
  loadHit(line: number, set: number, row: number, tick: number, site: number): number {
    this.#l1d.touch(set, row)
    this.hitsL1++
    this.cause = Cause.l1
    const soonest = tick + this.#l1Latency
    const ready = this.#ready[row]
    return (ready | (soonest - ready)) >= 0 ? soonest : this.#path.notYet(line, row, tick, soonest, site)
  }

  /** A store wants `line` writable at `tick`: tick from which it is, `Retry`, or -1 - the miss it waits for. */
  store(line: number, tick: number): number {
    const l1 = this.#l1d
    const set = l1.setOf(line)
    const row = l1.find(set, line)
    if (row >= 0 && l1.state[row] >= L1State.exclusive) return this.storeHit(line, set, row, tick)
    return this.#path.store(line, tick)
  }

  /** The same of a line that is in `row` of the L1D, in `set`, exclusive or modified. */
  storeHit(line: number, set: number, row: number, tick: number): number {
    const l1 = this.#l1d
    if (l1.state[row] === L1State.exclusive) {
      l1.state[row] = L1State.modified
      this.#l2.state[this.levels.back[row]] = CacheState.M
    }
    l1.touch(set, row)
    this.hitsL1++
    const ready = this.#ready[row]
    return (ready | (tick - ready)) >= 0 ? tick : this.#path.notYet(line, row, tick, tick, 0)
  }

  /** As `store`, by one who overwrites the whole line: if it has to be asked for, it comes without data. */
  storeWhole(line: number, tick: number): number {
    const l1 = this.#l1d
    const row = l1.find(l1.setOf(line), line)
    const writable = row >= 0 && l1.state[row] >= L1State.exclusive
    return writable ? this.store(line, tick) : this.#path.store(line, tick, Whole)
  }

  /**
   * The whole of `line` goes past the caches to memory and leaves no copy anywhere, or one in its home with `Keeps` for
   * `flags`: -1 - the miss that is over when that has taken it, or `Retry`, also while this tile gives up a copy.
   */
  writeThrough(line: number, tick: number, port: Port = Port.data, flags = 0): number {
    const known = this.misses.find(line)
    if (known >= 0) return this.misses.askAgain(known)
    const row = this.#l2.find(this.#l2.setOf(line), line)
    if (row >= 0) {
      this.#messages.homeAt(tick, this.departures.replace(line, row), line)
      this.bound(tick)
      return this.misses.askAgain(this.misses.find(line))
    }
    return this.#ask(line, tick, CacheEvent.write, CacheState.I, port, Message.Write | flags)
  }

  /** The front end wants `line` at `tick`: `tick` itself on a hit, later from the L2, or what it waits for. */
  fetch(line: number, tick: number): number {
    const l1 = this.#l1i
    const set = l1.setOf(line)
    const row = l1.find(set, line)
    // The front end runs ahead of dispatch: it has asked for the next line when it gets to this one.
    if ((line & 63) !== 63) this.#path.prefetchFetch(line + 1, tick)
    if (row >= 0) {
      l1.touch(set, row)
      return tick
    }
    this.fetchMisses++
    const l2set = this.#l2.setOf(line)
    const l2row = this.#l2.find(l2set, line)
    if (l2row >= 0) {
      this.#l2.touch(l2set, l2row)
      this.levels.fillFetch(line)
      return this.levels.fetched(tick)
    }
    return this.request(line, tick, CacheEvent.load, CacheState.I, Port.fetch)
  }

  /** A message departs at `tick`: no answer can be here before the lookahead has passed. */
  bound(tick: number): void {
    const bound = tick + this.#messages.lookahead
    if (bound < this.limit) this.limit = bound
  }

  /** True while this tile may read `line` without asking. */
  holds(line: number): boolean {
    return this.#l2.find(this.#l2.setOf(line), line) >= 0
  }

  /** This tile's side of `line` in a few words, for those who report; undefined if it has nothing to do with it. */
  describe(line: number): string | undefined {
    const miss = this.misses.find(line)
    if (miss >= 0) return this.misses.describe(miss, this.table.states)
    const row = this.#l2.find(this.#l2.setOf(line), line)
    return row < 0 ? undefined : this.table.states[this.#l2.state[row]]
  }

  /** A message for this tile (dispatched in event order). */
  receive(a: number, line: number, now: number): void {
    if (this.#listener.hold.defers(typeOf(a), a, line, now)) return
    const misses = this.misses
    const miss = misses.find(line)
    const set = this.#l2.setOf(line)
    const waiting = miss >= 0 ? misses.words[placeOf(miss) + STATE] : CacheState.I
    // Of the lines that a miss is for, the L2 has those alone that are to become writable.
    const upgrade = waiting >= CacheState.SM_AD && waiting <= CacheState.OM_A
    const row = miss < 0 || upgrade ? this.#l2.find(set, line) : -1
    const state = miss >= 0 ? waiting : row >= 0 ? this.#l2.state[row] : CacheState.I
    const event = cacheEventOf(misses, typeOf(a), a, miss)
    const at = state * this.#events + event
    const next = this.table.next[at]
    if (next === Impossible) impossible(this.table, state, event, line)
    const actions = this.table.perform[at]
    if (actions & CacheAction.stall) {
      invariant(misses.words[placeOf(miss) + STALLED] === Free, "PC3", `two messages stalled for line ${line}`)
      misses.words[placeOf(miss) + STALLED] = a
      return
    }
    if (actions & GIVES) this.#messages.give(actions, state, a, line, now)
    if (row >= 0) {
      if (actions & CacheAction.drop) this.levels.drop(line, row)
      else if (actions & CacheAction.downgrade) this.levels.downgrade(line, row)
    }
    if (miss >= 0) misses.words[placeOf(miss) + STATE] = next
    else if (row >= 0 && next !== CacheState.I) this.#l2.state[row] = next
    if (actions & CacheAction.fill) this.#complete(miss, line, set, row, next, now)
    else if (miss >= 0 && next === CacheState.I) this.departures.over(miss, state, line, now)
    if (actions & (CacheAction.drop | CacheAction.downgrade)) this.#listener.left(line, now)
  }

  /** Join the miss under way for `line`, or start one from `state`; `flags` go with the message. */
  request(line: number, tick: number, event: number, state: number, port: Port, flags = 0): number {
    const misses = this.misses
    const known = misses.find(line)
    if (known >= 0) {
      const waiting = misses.words[placeOf(known) + STATE]
      // A line on its way out, or one that will come without the right to write: ask again later.
      if (waiting >= CacheState.MI_A) return this.misses.askAgain(known)
      if (event === CacheEvent.store && waiting === CacheState.IS_D) return Retry
      return misses.join(known, port) ? -1 - known : Retry
    }
    const { sets, ways } = this.#l2
    if (state !== CacheState.I && misses.upgrades(line % sets, sets) >= ways - 1) return Retry
    const type = event === CacheEvent.store ? Message.GetM : Message.GetS
    const miss = this.#ask(line, tick, event, state, port, type | flags)
    if (miss !== Retry) this.missesL2++
    return miss
  }

  /** Take a buffer and tell the line's home what this tile wants. */
  #ask(line: number, tick: number, event: number, state: number, port: Port, message: number): number {
    const misses = this.misses
    const miss = misses.allocate(line, port)
    if (miss < 0) return Retry
    misses.words[placeOf(miss) + STATE] = this.table.next[state * this.#events + event]
    const from = port === Port.fetch || port === Port.stream ? tick : this.levels.bufferAt(tick, misses.dataInUse - 1)
    const departure = from + this.#l2Latency
    this.bound(departure)
    this.#messages.homeAt(departure, message, line)
    return -1 - miss
  }

  /** The miss for `line`, which the L2 has in row `held` or not, is over: fill the caches, wake who waits, and only then answer a message that stalled. */
  #complete(miss: number, line: number, set: number, held: number, state: number, now: number): void {
    const misses = this.misses
    const at = placeOf(miss)
    const wants = misses.words[at + WANTS]
    const source = misses.words[at + SOURCE]
    const stalled = misses.words[at + STALLED]
    let row = held
    if (row < 0) {
      row = this.departures.evict(set, now)
      this.#l2.fill(set, row, line, state)
    } else {
      this.#l2.state[row] = state
      this.#l2.touch(set, row)
    }
    if (wants & (1 << Port.fetch)) this.levels.fillFetch(line)
    if (wants & ((1 << Port.data) | (1 << Port.prefetch))) {
      this.levels.fillData(line, row, now, (wants & (1 << Port.data)) === 0)
    }
    const cause = source === Source.dram ? Cause.dram : source === Source.coherence ? Cause.coherence : Cause.llc
    misses.release(miss)
    this.#listener.arrived(miss, line, now, cause)
    if (stalled !== Free) this.receive(stalled, line, now)
  }
}
