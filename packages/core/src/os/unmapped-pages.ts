/**
 * Frames of pages that have been taken out of the page table and may still be reached through stale translations: a
 * batch per system call, from the moment its first entry is cleared until it is given back (OS3).
 *
 *   OS3  a frame is given back after the flush of its page, never before: ranges may be unmapped anew before that, by
 *        the same CPU or another, so a batch is claimed by the CPU that opened it, in the order of its flushes
 */
import { grown } from "../kernel/grown.ts"
import { ModelDefect } from "../kernel/model-defect.ts"
import type { Pages } from "../memory/pages.ts"

const None = -1

export class UnmappedPages {
  readonly #pages: Pages
  #first = new Int32Array(16) // [batch] first page of its range, or None
  #count = new Int32Array(16) // [batch] pages of its range
  #cpu = new Int32Array(16) // [batch] hardware thread that opened it
  #order = new Float64Array(16) // [batch] which batch of all
  #frame = new Int32Array(16).fill(None) // [batch] its last frame
  #next = new Int32Array(0) // [frame] frame before it in its batch
  #batches = 0

  constructor(pages: Pages) {
    this.#pages = pages
    this.#first.fill(None)
  }

  /** A batch of hardware thread `cpu` for pages [first, first + count). */
  open(cpu: number, first: number, count: number): number {
    let batch = this.#first.indexOf(None)
    if (batch < 0) {
      batch = this.#first.length
      this.#first = grown(this.#first, batch * 2).fill(None, batch)
      this.#count = grown(this.#count, batch * 2)
      this.#cpu = grown(this.#cpu, batch * 2)
      this.#order = grown(this.#order, batch * 2)
      this.#frame = grown(this.#frame, batch * 2).fill(None, batch)
    }
    this.#first[batch] = first
    this.#count[batch] = count
    this.#cpu[batch] = cpu
    this.#order[batch] = this.#batches++
    return batch
  }

  add(batch: number, frame: number): void {
    if (frame >= this.#next.length) this.#next = grown(this.#next, Math.max(frame + 1, this.#pages.frames * 2))
    this.#next[frame] = this.#frame[batch]
    this.#frame[batch] = frame
  }

  /**
   * A batch of `cpu` of just this range, found once: its oldest if the flush was put off (`deferred`), else the one
   * that it opened last, whose flush has just been made.
   */
  claim(cpu: number, first: number, count: number, deferred: boolean): number {
    let found = None
    for (let batch = 0; batch < this.#first.length; batch++) {
      if (this.#first[batch] !== first || this.#count[batch] !== count || this.#cpu[batch] !== cpu) continue
      if (found < 0 || this.#order[batch] < this.#order[found] === deferred) found = batch
    }
    if (found < 0) throw new ModelDefect("OS3", `pages ${first} to ${first + count - 1} are given back twice`)
    this.#count[found] = None
    return found
  }

  /** A frame of the batch, or -1: then it is over. */
  remove(batch: number): number {
    const frame = this.#frame[batch]
    if (frame >= 0) this.#frame[batch] = this.#next[frame]
    else this.#first[batch] = None
    return frame
  }
}
