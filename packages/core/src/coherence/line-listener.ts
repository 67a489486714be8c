/** What a tile does when a line arrives or leaves its caches. */

import type { Cause } from "../processor/cause.ts"
import type { LineHold } from "./line-hold.ts"

export interface LineListener {
  /** Miss `miss` is over: `line` may be used from now on. Called before the line can be given away. */
  arrived(miss: number, line: number, now: number, cause: Cause): void
  /** `line` left this tile, or is no longer writable. */
  left(line: number, now: number): void
}

/** A listener whose locked instructions hold a line. */
export interface LineKeeper extends LineListener {
  readonly hold: LineHold
}
