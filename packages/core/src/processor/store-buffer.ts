/**
 * The store buffer of one hardware thread: stores leave it once they have committed and their line is writable, a
 * few in one tick if they go into the same line. A ring of the buffer's size; row n is `n & mask`.
 *
 *   SB1  tso: drain ticks never decrease along the buffer. arm: nor do those of one line, nor across a store fence,
 *        nor to a releasing store; others pass the few stores before them
 *   SB2  a tag store performs when it drains
 *   SB4  a store with a value drains when ValueOperations performs it
 */
import type { MachineNumbers } from "../machines/machine.ts"
import * as fromCause from "./cause.ts"
import * as fromInstructionTable from "./instruction-table.ts"
import type { Ports } from "./ports.ts"
import { WayIn, WHOLE } from "./way-in.ts"
import * as fromWindow from "./window.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Cause } = fromCause
const { MOST_ACCESSES } = fromInstructionTable
const { Unresolved } = fromWindow
type Cause = fromCause.Cause

/** What orders a store on Arm: it waits for every older one; it and all younger ones do. */
const [Releases, Fenced] = [1, 2]

/** Places of the buffer that can drain past its first on Arm (assumed: a write buffer looks at its oldest entries). */
const PASSING = 8

const MOST_HELD = 127
const HELD = 128

/** The line has not been asked for yet: no miss buffer was free, or the address is unknown. */
export const NotAsked = -0x4000_0000

/** Rows of the ring that holds a store buffer: an instruction with several stores may overrun it. */
export function storeRows({ storeBuffer }: MachineNumbers["core"]): number {
  let rows = 2
  while (rows < storeBuffer + MOST_ACCESSES) rows *= 2
  return rows
}

/** Who waits for a store to drain, a bit each. */
export const Watch = {
  /** SB2. */
  tag: 1,
  /** It is judged again. */
  judged: 2,
  /** It is the last of a rights operation. */
  last: 4
} as const

export class StoreBuffer {
  next = 0
  /** Oldest store whose drain tick is unknown. */
  firstUnresolved = 0
  /** Oldest store whose instruction has not committed. */
  firstUncommitted = 0
  /** Drain tick of the youngest store of the resolved prefix. */
  lastDrain = 0
  readonly size: number
  readonly mask: number
  readonly line: Int32Array // [row] physical line, or -1 until the address is known
  readonly instruction: Int32Array // [row] number of its instruction in the window
  /** [row] second line of a store that straddles two, or -1 once it is the one that is asked for, or if there is none */
  readonly second: Int32Array
  readonly bytes: Uint16Array // [row] once the address is known
  readonly writable: Int32Array // [row] tick, -1 - miss, or NotAsked
  readonly commit: Int32Array // [row] tick, or Unresolved
  readonly drain: Int32Array // [row] tick, or Unresolved
  readonly tagPage: Int32Array // [row] page of a tag store, or -1
  readonly tagPlace: Int32Array // [row] offset | bytes << 12 | tag << 24 of a tag store
  readonly watch: Uint8Array // [row] bits of Watch
  readonly word: Int32Array // [row] word of a store with a value, or -1
  readonly value: Int32Array // [row] its value
  /** What a thread waits for that waits for `freeAt()`. */
  cause: Cause = Cause.storeBuffer
  /** [row] SB5: ticks, to MOST_HELD, for which it holds the way in beyond its own; HELD more if it found it held */
  readonly holds: Uint8Array
  readonly #order: Uint8Array // [row] bits of Releases and Fenced
  /** Stores with a value that have not drained, and the row of the one that valueDue() found. */
  values = 0
  dueRow = 0
  /** SB2: who hears of it. */
  onTag: (page: number, offset: number, bytes: number, tag: number, tick: number) => void = () => undefined
  /** Who hears of the others that somebody waits for (bits of Watch). */
  onDrained: (row: number, watch: number, tick: number) => void = () => undefined

  readonly #relaxed: boolean
  #fence = false
  #performed = 0
  readonly #wayIn: WayIn
  /** Who explores the schedules of a run: ticks by which the store in a row drains later than it could. */
  delay: ((row: number) => number) | undefined

  /** `drains` is the L1D's way in, which the tile's threads share with the lines that come and go. */
  constructor(core: MachineNumbers["core"], drains: Ports, relaxed: boolean) {
    this.#relaxed = relaxed
    const size = core.storeBuffer
    this.size = size
    this.#wayIn = new WayIn(core, drains)
    const rows = storeRows(core)
    this.mask = rows - 1
    this.line = new Int32Array(rows)
    this.instruction = new Int32Array(rows)
    this.second = new Int32Array(rows)
    this.bytes = new Uint16Array(rows)
    this.writable = new Int32Array(rows)
    this.commit = new Int32Array(rows)
    this.drain = new Int32Array(rows)
    this.tagPage = new Int32Array(rows)
    this.tagPlace = new Int32Array(rows)
    this.watch = new Uint8Array(rows)
    this.word = new Int32Array(rows)
    this.value = new Int32Array(rows)
    this.holds = new Uint8Array(rows)
    this.#order = new Uint8Array(rows)
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
    this.#order[row] = this.#fence ? Fenced : 0
    this.#fence = false
    return row
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
    this.#fence = true
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
    if (n === this.firstUnresolved) return this.lastDrain
    if (!this.#relaxed) return Unresolved
    const row = n & this.mask
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
      if (commit[row] < 0 || writable[row] < 0 || this.word[row] >= 0) {
        if (this.#relaxed) this.#pass()
        return
      }
      const soonest = commit[row] > writable[row] ? commit[row] : writable[row]
      const bytes = this.tagPage[row] >= 0 ? WHOLE : this.bytes[row]
      const tick = this.#wayIn.after(this.lastDrain, this.line[row], bytes, this.#free(row, soonest))
      drain[row] = this.lastDrain = tick
      if (this.holds[row] > 0) this.#wayIn.hold(tick, this.holds[row] & MOST_HELD)
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
      const after = this.#mayDrain(n)
      if (after === Unresolved) continue
      const soonest = commit[row] > writable[row] ? commit[row] : writable[row]
      drain[row] = this.#wayIn.claim(this.#free(row, soonest > after ? soonest : after + 1))
      if (this.holds[row] > 0) this.#wayIn.hold(drain[row], this.holds[row] & MOST_HELD)
      if (this.watch[row] !== 0) this.#tell(row, drain[row], Watch.tag | Watch.judged)
    }
  }

  /** SB5: from when on store `row`, which could drain at `soonest`, finds the way in free. */
  #free(row: number, soonest: number): number {
    if (soonest >= this.#wayIn.heldUntil) return soonest
    this.holds[row] |= HELD
    return this.#wayIn.heldUntil
  }

  /** The store in `row` drains: tell those of `who` that wait for it. On Arm one that passes others is not the last yet. */
  #tell(row: number, tick: number, who: number): void {
    const watch = this.watch[row] & who
    if ((watch & Watch.tag) !== 0) this.#performTag(row, tick)
    if (watch > Watch.tag) this.onDrained(row, watch, tick)
  }

  #performTag(row: number, tick: number): void {
    const place = this.tagPlace[row]
    this.onTag(this.tagPage[row], place & 0xfff, (place >>> 12) & 0xfff, place >>> 24, tick)
  }
}
