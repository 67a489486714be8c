/**
 * The walks under way in a tile, one per walker: what each is going to read, and what it has found so far.
 * Law: an entry is copied when its line is read, not when the walk ends.
 */
import * as fromPages from "../memory/pages.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { LEVELS } = fromPages

/** Most references of one walk: (4 + 1) x (4 + 1) - 1. */
export const MAX_REFERENCES = 24

/** A step at or above this reads the second level, at the level that is left. */
export const SECOND = LEVELS

export class WalkPlans {
  readonly lines: Int32Array // [walker][reference] line
  readonly steps: Uint8Array // [walker][reference] level, or SECOND + level
  readonly frames: Int32Array // [walker][reference] frame that a second-level reference translates
  readonly count: Int32Array // [walker] references
  readonly at: Int32Array // [walker] next reference
  readonly entry: Int32Array // [walker] first-level entry as read
  readonly allowed: Int32Array // [walker] second-level rights as read; -1 allows all

  constructor(walkers: number) {
    this.lines = new Int32Array(walkers * MAX_REFERENCES)
    this.steps = new Uint8Array(walkers * MAX_REFERENCES)
    this.frames = new Int32Array(walkers * MAX_REFERENCES)
    this.count = new Int32Array(walkers)
    this.at = new Int32Array(walkers)
    this.entry = new Int32Array(walkers)
    this.allowed = new Int32Array(walkers)
  }

  clear(walker: number): void {
    this.count[walker] = 0
    this.at[walker] = 0
    this.entry[walker] = 0
    this.allowed[walker] = -1
  }

  add(walker: number, step: number, line: number, frame: number): void {
    const at = walker * MAX_REFERENCES + this.count[walker]++
    this.steps[at] = step
    this.lines[at] = line
    this.frames[at] = frame
  }

  /** True if the walk has read `line`. */
  hasRead(walker: number, line: number): boolean {
    const from = walker * MAX_REFERENCES
    for (let at = from; at < from + this.at[walker]; at++) if (this.lines[at] === line) return true
    return false
  }
}
