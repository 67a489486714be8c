/**
 * A set-associative array of lines with exact LRU, as records: what is known of a line lies together, because lines
 * are many and the host misses its caches for each place that it looks at. A record is reached by its offset.
 * Law: a line has at most one record of its set, and an array that nobody has used is all zeroes.
 */

/** Fields of a record. The tag is the line's number plus one; 0 if the record is free. */
export const TAG = 0
export const AGE = 1
/** Bits of who uses the array. */
export const ENTRY = 2
export const FIELDS = 3

/** No record. */
export const None = -1

export class LineArray {
  words: Int32Array // [set][way][field]
  readonly stride: number
  readonly ways: number
  readonly #setWords: number
  #clock = 0

  /** Records of `fields` fields; `beyond` of them belong to no set. */
  constructor(sets: number, ways: number, fields: number, beyond: number) {
    this.stride = fields
    this.ways = ways
    this.#setWords = ways * fields
    this.words = new Int32Array(sets * this.#setWords + beyond * fields)
  }

  /** Record of `line` in `set`, or None. */
  find(set: number, line: number): number {
    const { stride, words } = this
    const tag = line + 1
    let at = set * this.#setWords
    for (const end = at + this.#setWords; at < end; at += stride) if (words[at] === tag) return at
    return None
  }

  /** Line of the record at `at`, or -1. */
  lineAt(at: number): number {
    return this.words[at] - 1
  }

  /** The record at `at` is the most recently used of its set. */
  touch(at: number): void {
    this.words[at + AGE] = this.#clock = (this.#clock + 1) | 0
  }

  /** Record to fill next in `set`: a free one, else the least recently used. */
  victim(set: number): number {
    const { stride, words } = this
    let at = set * this.#setWords
    const end = at + this.#setWords
    let oldest = at
    let age = words[at + AGE]
    for (; at < end; at += stride) {
      if (words[at] === 0) return at
      if (((words[at + AGE] - age) | 0) < 0) {
        oldest = at
        age = words[at + AGE]
      }
    }
    return oldest
  }

  /** Put `line` into the record at `at`, whatever was there. */
  fill(at: number, line: number, entry: number): void {
    const { stride, words } = this
    words[at] = line + 1
    words[at + ENTRY] = entry
    for (let field = FIELDS; field < stride; field++) words[at + field] = 0
    this.touch(at)
  }

  /** The record at `at` is free. */
  drop(at: number): void {
    this.words[at] = 0
    this.words[at + ENTRY] = 0
  }
}
