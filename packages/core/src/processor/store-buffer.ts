/**
 * The store buffer of one hardware thread: stores leave it once they have committed and their line is writable, a
 * few in one tick if they go into the same line. A ring of the buffer's size; row n is `n & mask`.
 *
 *   SB1  tso: drain ticks never decrease along the buffer. arm: nor do those of one line, nor across a store fence,
 *        nor to a releasing store; others pass the few stores before them
 *   SB2  a tag store performs when it drains
 *   SB4  a store with a value drains when ValueOperations performs it
 *   SB6  a store that goes past the caches drains into a write-combining buffer, and nothing fenced drains before
 *        the lines in those have been written
 */
import type { Columns } from "../kernel/columns.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import * as fromCause from "./cause.ts"
import type { Cells } from "./cells.ts"
import type { Ports } from "./ports.ts"
import * as fromStoreRows from "./store-rows.ts"
import { StoreRows } from "./store-rows.ts"
import * as fromStoreWatch from "./store-watch.ts"
import type { Way } from "./store-ways.ts"
import { WayIn, WHOLE } from "./way-in.ts"
import * as fromWindow from "./window.ts"
import type { WriteCombining } from "./write-combining.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Cause } = fromCause
const { NotAsked } = fromStoreRows
const { Watch } = fromStoreWatch
const { Unresolved } = fromWindow
type Cause = fromCause.Cause

/** What orders a store on Arm: it waits for every older one; it and all younger ones do. */
const [Releases, Fenced] = [1, 2]

/** Places of the buffer that can drain past its first on Arm (assumed: a write buffer looks at its oldest entries). */
const PASSING = 8

/** Ways up to this one write a line that the tile holds. */
const LAST_HELD = 1

const [MOST_HELD, HELD] = [127, 128]

export class StoreBuffer extends StoreRows {
  next = 0
  /** Oldest store whose drain tick is unknown. */
  firstUnresolved = 0
  /** Oldest store whose instruction has not committed. */
  firstUncommitted = 0
  /** Drain tick of the youngest store of the resolved prefix. */
  lastDrain = 0
  /** What a thread waits for that waits for `freeAt()`. */
  cause: Cause = Cause.storeBuffer
  readonly #order: Uint8Array // [row] bits of Releases and Fenced
  /** Way of the next store. */
  nextWay = 0
  /** SB6: where stores past the caches gather. */
  combining: WriteCombining | undefined
  /** Stores with a value that have not drained, and the row of the one that valueDue() found. */
  values = 0
  dueRow = 0
  /** SB2: who hears of it. */
  onTag: (page: number, offset: number, bytes: number, tag: number, tick: number) => void = () => undefined
  /** Who hears of the others that somebody waits for (bits of Watch). */
  onDrained: (row: number, watch: number, tick: number) => void = () => undefined

  readonly #relaxed: boolean
  fenced = false // the next store drains behind all before it
  #performed = 0
  readonly wayIn: WayIn
  /** Who explores the schedules of a run: ticks by which the store in a row drains later than it could. */
  delay: ((row: number) => number) | undefined

  /** `drains` is the L1D's way in, which the tile's threads share with the lines that come and go. */
  constructor(core: MachineNumbers["core"], drains: Ports, relaxed: boolean, cells: Cells, columns: Columns) {
    super(core, cells, columns)
    this.#relaxed = relaxed
    this.wayIn = new WayIn(core, drains, cells)
    this.#order = columns.uint8(this.mask + 1)
  }

  /** Tick from which a row is free, or Unresolved while the oldest store that must leave first waits. */
  freeAt(): number {
    const leaving = this.next - this.size
    if (leaving < 0) return 0
    this.cause = this.holds[leaving & this.mask] > MOST_HELD ? Cause.tag : Cause.storeBuffer
    return leaving >= this.firstUnresolved ? Unresolved : this.drain[leaving & this.mask]
  }

  /** Tick at which the buffer is empty, or Unresolved. */
  emptyAt(): number {
    return this.firstUnresolved === this.next ? this.lastDrain : Unresolved
  }

  /** SB6: tick at which the buffer is empty and what went past the caches is written, asked at `from`; or Unresolved. */
  writtenAt(from: number): number {
    const { combining } = this
    if (combining === undefined || !combining.used || this.firstUnresolved < this.next) return this.emptyAt()
    if (!this.#written(from)) return Unresolved
    return combining.quietAt > this.lastDrain ? combining.quietAt : this.lastDrain
  }

  /** A store of window instruction `instruction`; its line and ticks are still to come. */
  append(instruction: number): number {
    const row = this.next++ & this.mask
    this.line[row] = -1
    this.instruction[row] = instruction
    this.bytes[row] = 0
    this.second[row] = -1
    this.writable[row] = NotAsked
    this.commit[row] = Unresolved
    this.drain[row] = Unresolved
    this.tagPage[row] = -1
    this.watch[row] = 0
    this.word[row] = -1
    this.holds[row] = 0
    this.#order[row] = this.fenced ? Fenced : 0
    this.way[row] = this.nextWay
    this.nextWay = 0
    this.fenced = false
    return row
  }

  /** A store to `line`, writable and committed at `soonest`, drains at once; false if it has to be appended. */
  drainAtOnce(line: number, bytes: number, soonest: number): boolean {
    if (this.firstUnresolved !== this.next || this.fenced || this.delay !== undefined) return false
    const row = this.next++ & this.mask
    this.holds[row] = 0
    const tick = this.wayIn.after(this.lastDrain, line, bytes, this.#free(row, soonest))
    this.drain[row] = this.lastDrain = tick
    this.firstUncommitted = this.firstUnresolved = this.next
    return true
  }

  /** A store of `value` to `word`; it performs after every older one if it `releases`. */
  appendValue(instruction: number, word: number, value: number, releases: boolean): void {
    const row = this.append(instruction)
    this.word[row] = word
    this.value[row] = value
    if (releases) this.#order[row] |= Releases
    this.values++
  }

  /** Stores from here on drain after those before (DMB ISHST, SFENCE). */
  fence(): void {
    this.fenced = true
  }

  /** VO4: true while a releasing store has not drained. */
  get releasing(): boolean {
    for (let n = this.firstUnresolved; n < this.next; n++) {
      const row = n & this.mask
      if (this.drain[row] < 0 && (this.#order[row] & Releases) !== 0) return true
    }
    return false
  }

  /** VO3: row of the youngest buffered store to `word` older than window instruction `before`, or -1. */
  valueRow(word: number, before: number): number {
    for (let n = this.next - 1; this.values > 0 && n >= this.firstUnresolved; n--) {
      const row = n & this.mask
      if (this.word[row] === word && this.drain[row] < 0 && this.instruction[row] < before) return row
    }
    return -1
  }

  /** Tick at which the next store with a value can perform (its row in `dueRow`), or Unresolved. */
  valueDue(): number {
    let due = Unresolved
    const end = this.firstUnresolved + (this.#relaxed ? PASSING : 1)
    for (let n = this.firstUnresolved; n < end && n < this.next; n++) {
      const row = n & this.mask
      if (this.word[row] < 0 || this.drain[row] >= 0 || this.commit[row] < 0 || this.writable[row] < 0) continue
      const after = this.#mayDrain(n)
      if (after === Unresolved) continue
      let tick = this.commit[row] > this.writable[row] ? this.commit[row] : this.writable[row]
      if (tick <= after) tick = after + 1
      if (tick <= this.#performed) tick = this.#performed + 1
      if (due !== Unresolved && due <= tick) continue
      due = tick
      this.dueRow = row
    }
    return due
  }

  /** SB4: the store in `row` takes effect at `tick`. */
  performValue(row: number, tick: number): void {
    this.drain[row] = this.#performed = tick
    this.values--
    this.settle()
  }

  /** SB1: tick after which store `n` may drain as far as older stores go, or Unresolved while one holds it back. */
  #mayDrain(n: number): number {
    const row = n & this.mask
    if (this.#order[row] !== 0 && !this.#written(this.commit[row])) return Unresolved
    if (n === this.firstUnresolved) return this.lastDrain
    if (!this.#relaxed) return Unresolved
    const releases = (this.#order[row] & Releases) !== 0
    let after = 0
    let waiting = false
    for (let k = this.firstUnresolved; k <= n; k++) {
      const other = k & this.mask
      if ((this.#order[other] & Fenced) !== 0) {
        if (waiting) return Unresolved
        after = this.lastDrain
      }
      if (k === n) break
      if (this.drain[other] < 0) {
        if (releases || this.line[other] === this.line[row] || this.line[other] < 0) return Unresolved
        waiting = true
      } else if (this.drain[other] > after && (releases || this.line[other] === this.line[row])) {
        after = this.drain[other]
      }
    }
    return after
  }

  /** SB1: give drain ticks to every store of the front that is committed and writable. */
  settle(): void {
    const { commit, drain, mask, writable } = this
    while (this.firstUnresolved < this.next) {
      const row = this.firstUnresolved & mask
      if (drain[row] >= 0) {
        if (drain[row] > this.lastDrain) this.lastDrain = drain[row]
        drain[row] = this.lastDrain
        if (this.watch[row] !== 0) this.#tell(row, drain[row], Watch.last)
        this.firstUnresolved++
        continue
      }
      if (commit[row] < 0 || writable[row] < 0 || this.word[row] >= 0 || !this.#combines(row)) {
        if (this.#relaxed) this.#pass()
        return
      }
      const soonest = commit[row] > writable[row] ? commit[row] : writable[row]
      const bytes = this.tagPage[row] >= 0 ? WHOLE : this.bytes[row]
      const from = this.#free(row, this.#combined(row, soonest))
      const tick = this.wayIn.after(this.lastDrain, this.line[row], bytes, from)
      drain[row] = this.lastDrain = tick
      if (this.way[row] > LAST_HELD) this.combining?.write(this.line[row], this.bytes[row], this.way[row] as Way, tick)
      if (this.holds[row] > 0) this.wayIn.hold(tick, this.holds[row] & MOST_HELD)
      if (this.watch[row] !== 0) this.#tell(row, tick, Watch.tag | Watch.judged | Watch.last)
      this.firstUnresolved++
    }
  }

  /** SB1, arm: the first of the buffer has to wait; let the few behind it drain that may. */
  #pass(): void {
    const { commit, drain, mask, writable } = this
    const end = this.firstUnresolved + PASSING
    for (let n = this.firstUnresolved + 1; n < end && n < this.next; n++) {
      const row = n & mask
      if (drain[row] >= 0 || commit[row] < 0 || writable[row] < 0 || this.word[row] >= 0) continue
      if (this.way[row] > LAST_HELD) continue
      const after = this.#mayDrain(n)
      if (after === Unresolved) continue
      const soonest = commit[row] > writable[row] ? commit[row] : writable[row]
      drain[row] = this.wayIn.claim(this.#free(row, soonest > after ? soonest : after + 1))
      if (this.holds[row] > 0) this.wayIn.hold(drain[row], this.holds[row] & MOST_HELD)
      if (this.watch[row] !== 0) this.#tell(row, drain[row], Watch.tag | Watch.judged)
    }
  }

  /** SB6: false if the first of the buffer waits for a write-combining buffer, or for what those hold. */
  #combines(row: number): boolean {
    if (this.combining === undefined) return true
    const soonest = this.commit[row] > this.writable[row] ? this.commit[row] : this.writable[row]
    if (this.#order[row] !== 0 && !this.#written(soonest)) return false
    return this.way[row] <= LAST_HELD || this.combining.admits(this.line[row], Math.max(soonest, this.lastDrain))
  }

  /** SB6: from when on store `row`, which could drain at `soonest`, has its buffer, or what it waited for is written. */
  #combined(row: number, soonest: number): number {
    if (this.combining === undefined || !this.combining.used) return soonest
    if (this.way[row] <= LAST_HELD && this.#order[row] === 0) return soonest
    return soonest > this.combining.floor ? soonest : this.combining.floor
  }

  /** SB6: true once what went past the caches is written; else from `tick` on no more is combined with it. */
  #written(tick: number): boolean {
    if (this.combining === undefined || this.combining.busy === 0) return true
    return this.combining.close(tick > this.lastDrain ? tick : this.lastDrain)
  }

  /** SB5: from when on store `row`, which could drain at `soonest`, finds the way in free. */
  #free(row: number, soonest: number): number {
    if (soonest >= this.wayIn.heldUntil) return soonest
    this.holds[row] |= HELD
    return this.wayIn.heldUntil
  }

  /** The store in `row` drains: tell those of `who` that wait for it. On Arm one that passes others is not the last yet. */
  #tell(row: number, tick: number, who: number): void {
    const watch = this.watch[row] & who
    const place = this.tagPlace[row]
    if ((watch & Watch.tag) !== 0)
      this.onTag(this.tagPage[row], place & 0xfff, (place >>> 12) & 0xfff, place >>> 24, tick)
    if (watch > Watch.tag) this.onDrained(row, watch, tick)
  }
}
