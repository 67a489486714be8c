/**
 * Free frames as Linux keeps them: a list per hardware thread, last in, first out, so that a frame just freed is
 * taken again while it is warm; batches go between it and the node's list under a lock.
 *
 *   OS4  a frame is on one list or mapped by one page, never both
 */
import { ModelDefect } from "../kernel/model-defect.ts"
import type { Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import { FrameDescriptors } from "./frame-descriptors.ts"

/** Frames that go between a thread's list and the node's at once (Linux: pcp->batch is 31 on large zones). */
export const BATCH = 31
/** Frames above which a thread gives a batch back (Linux: pcp->high is 6 x batch). */
export const HIGH = 6 * BATCH

const Step = { refill: 0, drain: 1 } as const
/** How many routines the lists have. */
export const FRAME_ROUTINES = 2

export class Frames {
  /** Frame of zeros, which absent pages that are read share. */
  zero = 0
  readonly descriptors: FrameDescriptors
  readonly #firstRoutine: number
  readonly #locked: number
  readonly #pages: Pages
  readonly #words: Words
  readonly #node: Uint8Array // [thread]
  readonly #own: Int32Array // [thread][place] frame
  readonly #held: Int32Array // [thread] how many
  #lists: Array<Int32Array> = [] // [node][place] frame: who holds the node's lock has them
  #left = new Int32Array(0) // [node] how many
  #locks = new Int32Array(0) // [node] word

  constructor(threads: number, pages: Pages, words: Words, locked: number, firstRoutine: number) {
    this.#firstRoutine = firstRoutine
    this.#locked = locked
    this.#pages = pages
    this.#words = words
    this.descriptors = new FrameDescriptors(words, locked)
    this.#node = new Uint8Array(threads)
    this.#own = new Int32Array(threads * HIGH)
    this.#held = new Int32Array(threads)
  }

  /** `thread` takes frames of `node` first. */
  attach(thread: number, node: number): void {
    this.#node[thread] = node
  }

  /**
   * Lay in frames in each of `nodes` nodes, for `needs` pages that may come to need one; `spare`: how often more, where
   * pages are given back late. Once, while the machine is built.
   */
  stock(nodes: number, needs: number, spare: number): void {
    const inUse = needs * spare
    const count = inUse + this.#held.length * (BATCH + Math.min(needs, HIGH))
    this.zero = this.#pages.allocateFrame(0)
    this.#left = new Int32Array(nodes).fill(count)
    this.#lists = Array.from({ length: nodes }, (_, node) => {
      const list = new Int32Array(count * nodes + inUse)
      for (let i = count - 1; i >= 0; i--) {
        list[i] = this.#pages.allocateFrame(node)
        this.descriptors.cover(list[i], 0)
      }
      return list
    })
    this.#locks = Int32Array.from({ length: nodes }, () => this.#words.allocate(1))
  }

  /** What comes next finds a frame on the thread's list. */
  prepare(program: Program, t: HardwareThread): void {
    if (this.#held[t.number] > 0) return
    const lock = this.#locks[this.#node[t.number]]
    program
      .lock(lock, this.#locked)
      .run(this.#firstRoutine + Step.refill)
      .storeWord(lock, 0)
  }

  /** A frame of the thread's list. */
  take(t: HardwareThread): number {
    if (this.#held[t.number] === 0) throw new ModelDefect("OS4", `thread ${t.number} has no free frame`)
    return this.#own[t.number * HIGH + --this.#held[t.number]]
  }

  /** `frame` is free. At most BATCH of them before `trim`. */
  give(t: HardwareThread, frame: number): void {
    this.#own[t.number * HIGH + this.#held[t.number]++] = frame
  }

  /** When the thread has too many, a batch goes to the node's list. */
  trim(program: Program, t: HardwareThread): void {
    if (this.#held[t.number] <= HIGH - BATCH) return
    const lock = this.#locks[this.#node[t.number]]
    program
      .lock(lock, this.#locked)
      .run(this.#firstRoutine + Step.drain)
      .storeWord(lock, 0)
  }

  routine(t: HardwareThread, routine: number): void {
    const own = t.number * HIGH
    const node = this.#node[t.number]
    const list = this.#lists[node]
    if (routine - this.#firstRoutine === Step.refill) {
      const count = Math.min(BATCH, this.#left[node])
      if (count === 0) throw new ModelDefect("OS4", `node ${node} has no free frame`)
      for (let i = 0; i < count; i++) this.#own[own + this.#held[t.number]++] = list[--this.#left[node]]
      return
    }
    const count = Math.min(BATCH, this.#held[t.number])
    for (let i = 0; i < count; i++) list[this.#left[node]++] = this.#own[own + --this.#held[t.number]]
  }
}
