/**
 * The load queue of one hardware thread: an instruction that loads holds an entry from dispatch to commit.
 *
 *   LQ1  a load dispatches no earlier than the commit of the load that had its entry before
 */
import type { Cells } from "./cells.ts"
import { Unresolved, type Window } from "./window.ts"

export class LoadQueue {
  readonly #window: Window
  readonly instruction: Int32Array // [entry] number of its instruction in the window
  readonly size: number
  at = 0

  constructor(size: number, window: Window, cells: Cells) {
    this.#window = window
    this.size = size
    this.instruction = cells.take(size).fill(-1)
  }

  /** LQ1: tick from which the next entry is free, or Unresolved. */
  freeAt(): number {
    const holder = this.instruction[this.at]
    const window = this.#window
    // What has left the window has committed, and longer ago than the window's oldest entry.
    if (holder + window.mask < window.next) return 0
    return holder >= window.firstUnresolved ? Unresolved : window.commit[holder & window.mask]
  }

  /** The instruction that is appended to the window next takes an entry. */
  take(): void {
    this.instruction[this.at] = this.#window.next
    if (++this.at === this.size) this.at = 0
  }
}
