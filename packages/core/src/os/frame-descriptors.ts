/**
 * What the kernel knows of a frame (struct page of Linux): a line of memory each, with the count of the entries that map
 * it. Who maps a new frame writes the line, everybody else counts with a locked instruction, so the line comes from
 * whoever had it last: the CPU that brought the page in.
 */
import { grown } from "../kernel/grown.ts"
import type { Words } from "../memory/words.ts"
import type { Program } from "../processor/program.ts"

const None = -1

export class FrameDescriptors {
  readonly #words: Words
  readonly #locked: number
  #word = new Int32Array(64).fill(None) // [frame]

  /** `locked`: ticks of a locked instruction. */
  constructor(words: Words, locked: number) {
    this.#words = words
    this.#locked = locked
  }

  /** `frame` may be mapped and unmapped, and is mapped by `count` entries now. While the machine is built. */
  cover(frame: number, count: number): void {
    const { length } = this.#word
    if (frame >= length) this.#word = grown(this.#word, Math.max(frame + 1, length * 2), None)
    if (this.#word[frame] === None) this.#word[frame] = this.#words.allocate(1, count)
  }

  /** A frame that nobody else maps comes to be mapped. */
  first(program: Program, frame: number): void {
    if (this.#covers(frame)) program.storeWord(this.#word[frame], 1)
  }

  /** One more entry maps the frame (1), or one less (-1). */
  count(program: Program, frame: number, change: 1 | -1): void {
    if (this.#covers(frame)) program.addWord(this.#word[frame], change, this.#locked)
  }

  /** Entries that map `frame`, as it stands in memory. */
  mapped(frame: number): number {
    return this.#words.values[this.#word[frame]]
  }

  #covers(frame: number): boolean {
    return frame >= 0 && frame < this.#word.length && this.#word[frame] !== None
  }
}
