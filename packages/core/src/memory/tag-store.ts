/**
 * Tags kept in memory beside the data: an area at the end of each channel in which one line holds the tags of many,
 * and a small cache of such lines in the controller, fully associative, least recently used out first.
 * Law: tags travel with their line everywhere else; here, and only here, they are traffic of their own.
 */
import { LINES_PER_PAGE } from "./pages.ts"

/** First line of the tag area among those of its channel: beyond all data. */
const TAG_AREA = 2 ** 29
const None = -1

export class TagStore {
  /** Tag lines that the last `access` has to read and to write, or -1; numbers within the channel. */
  read = None
  written = None
  readonly #frames: Uint8Array // [frame] 1 when its lines have tags
  readonly #perLine: number
  readonly #held: Int32Array // [entry] tag line, most recent first, or None
  readonly #changed: Uint8Array // [entry]

  /** One tag line holds the tags of `perLine` lines of `frames`; the controller caches `cached` of them. */
  constructor(frames: Uint8Array, perLine: number, cached: number) {
    this.#frames = frames
    this.#perLine = perLine
    this.#held = new Int32Array(cached).fill(None)
    this.#changed = new Uint8Array(cached)
  }

  isTagged(line: number): boolean {
    return this.#frames[(line / LINES_PER_PAGE) | 0] === 1
  }

  /** The tags of line `within` are read with it, or written if `change`: sets `read` and `written`. */
  access(within: number, change: boolean): void {
    const tag = TAG_AREA + ((within / this.#perLine) | 0)
    const held = this.#held
    const changed = this.#changed
    this.read = None
    this.written = None
    if (held.length === 0) {
      if (change) this.written = tag
      else this.read = tag
      return
    }
    let at = 0
    while (at < held.length - 1 && held[at] !== tag) at++
    const found = held[at] === tag
    if (!found) {
      this.read = tag
      if (changed[at] === 1) this.written = held[at]
    }
    const dirty = (found && changed[at] === 1) || change ? 1 : 0
    for (; at > 0; at--) {
      held[at] = held[at - 1]
      changed[at] = changed[at - 1]
    }
    held[0] = tag
    changed[0] = dirty
  }
}
