/**
 * Memory words that carry a value: locks, CPU masks, call-function queues, litmus locations. A word has an
 * address; a thread reads it while its line is readable and writes it while the line is writable (law L3).
 */
import { grown } from "../kernel/grown.ts"
import type { Pages } from "./pages.ts"
import { LINE_BYTES, LINES_PER_PAGE } from "./pages.ts"

export class Words {
  values = new Int32Array(64) // [word]
  page = new Int32Array(64) // [word]
  offset = new Int32Array(64) // [word]
  #count = 0
  #line = LINES_PER_PAGE
  #current = -1
  readonly #pages: Pages

  constructor(pages: Pages) {
    this.#pages = pages
  }

  /** Line of `word`. */
  line(word: number): number {
    return this.#pages.line(this.page[word], this.offset[word])
  }

  /** `count` words on one new line of their own, all `value`. First word. */
  allocate(count: number, value = 0): number {
    if (this.#line === LINES_PER_PAGE) {
      this.#current = this.#pages.reserve(1)
      this.#line = 0
    }
    const offset = this.#line++ * LINE_BYTES
    const first = this.#count
    for (let i = 0; i < count; i++) this.#append(this.#current, offset + (i % 16) * 4, value)
    return first
  }

  #append(page: number, offset: number, value: number): void {
    if (this.#count === this.values.length) {
      this.values = grown(this.values, this.values.length * 2)
      this.page = grown(this.page, this.page.length * 2)
      this.offset = grown(this.offset, this.offset.length * 2)
    }
    const word = this.#count++
    this.values[word] = value
    this.page[word] = page
    this.offset[word] = offset
  }
}
