/**
 * What the hot path of a tile reads and writes, in one block of int32: V8 reads the header of a typed array before each
 * access, and of one array it reads it once. Law: who owns a part has a view of it, and only straight-line.ts and straight-cells.ts see all.
 */
import { invariant } from "../kernel/model-defect.ts"

export class Cells {
  readonly all: Int32Array
  #used = 0

  constructor(length: number) {
    this.all = new Int32Array(length)
  }

  /** `length` cells, zeros; more than there are is a ModelDefect (CE1). */
  take(length: number): Int32Array {
    const first = this.#used
    this.#used += length
    invariant(this.#used <= this.all.length, "CE1", `${this.#used} of ${this.all.length} cells`)
    return this.all.subarray(first, this.#used)
  }

  /** Where `view`, which `take` gave, begins. */
  placeOf(view: Int32Array): number {
    invariant(view.buffer === this.all.buffer, "CE1", "a view of other cells")
    return view.byteOffset >>> 2
  }
}
