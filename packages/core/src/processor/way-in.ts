/**
 * The L1D's way in, through which stores drain: a few in one tick, or one of several ticks, or one that keeps the others
 * waiting.
 *
 *   SB3  what drains in one tick goes into one line, and is no more than the L1D takes in a tick, or one tag store
 *   SB5  nothing drains while a store that has drained holds the way in: its tags are checked, or it stores tags slowly
 */
import type { MachineNumbers } from "../machines/machine.ts"
import type { Cells } from "./cells.ts"
import type { Ports } from "./ports.ts"

/** Bytes of a store that shares its tick with none. */
export const WHOLE = -1

/** What drains in the last tick: its line, how many stores, how many bytes; and SB5, until when nothing else does. */
export const Entering = { line: 0, count: 1, bytes: 2, heldUntil: 3 } as const
export const ENTERING_CELLS = 4

export class WayIn {
  readonly #drains: Ports
  readonly #stores: number
  readonly #storeBytes: number
  readonly state: Int32Array // [field of Entering]

  /** `drains` are the ticks, which a tile's threads share with the lines that come and go. */
  constructor(core: MachineNumbers["core"], drains: Ports, cells: Cells) {
    this.state = cells.take(ENTERING_CELLS)
    this.state[Entering.line] = -1
    this.#drains = drains
    this.#stores = core.stores
    this.#storeBytes = core.storeBytes
  }

  /** SB5 */
  get heldUntil(): number {
    return this.state[Entering.heldUntil]
  }

  /** SB3: the tick in which a store of `bytes` to `line` drains, no earlier than `soonest`, behind one that did at `last`. */
  after(last: number, line: number, bytes: number, soonest: number): number {
    const shared =
      line === this.state[Entering.line] &&
      soonest <= last &&
      this.state[Entering.count] < this.#stores &&
      bytes !== WHOLE
    if (shared && this.state[Entering.bytes] + bytes <= this.#storeBytes) {
      this.state[Entering.count]++
      this.state[Entering.bytes] += bytes
      return last
    }
    let tick = this.#drains.claim(soonest > last ? soonest : last + 1)
    for (let left = bytes - this.#storeBytes; left > 0; left -= this.#storeBytes) tick = this.#drains.claim(tick + 1)
    this.state[Entering.line] = bytes === WHOLE ? -1 : line
    this.state[Entering.count] = 1
    this.state[Entering.bytes] = bytes
    return tick
  }

  /** A tick no earlier than `soonest`, for a store that passes others. */
  claim(soonest: number): number {
    return this.#drains.claim(soonest)
  }

  /** SB5: the store that drains at `tick` keeps the next from draining for `ticks` more. */
  hold(tick: number, ticks: number): void {
    if (ticks === 0) return
    this.state[Entering.heldUntil] = tick + 1 + ticks
    this.state[Entering.line] = -1
  }
}
