/**
 * Typed arrays for the columns of a run, cut from a few blocks: one of more than 64 bytes with memory of its own costs
 * V8 some twenty times what a view costs, and a machine is made of hundreds.
 *
 *   CO1  a column is all zeros when it is taken, whoever had its memory before
 *   CO2  no two columns taken since the last `recycle` share memory
 */

/** Bytes of the first block; each further one is twice as large, up to LARGEST. */
const FIRST = 1 << 14
const LARGEST = 1 << 20
/** Columns begin at multiples of this many bytes. */
const ALIGNMENT = 8

export class Columns {
  readonly #blocks: Array<ArrayBuffer> = []
  #block = -1
  #used = 0

  int32(length: number): Int32Array {
    const at = this.#take(length * 4)
    return new Int32Array(this.#blocks[this.#block], at, length)
  }

  int16(length: number): Int16Array {
    const at = this.#take(length * 2)
    return new Int16Array(this.#blocks[this.#block], at, length)
  }

  uint16(length: number): Uint16Array {
    const at = this.#take(length * 2)
    return new Uint16Array(this.#blocks[this.#block], at, length)
  }

  uint8(length: number): Uint8Array {
    const at = this.#take(length)
    return new Uint8Array(this.#blocks[this.#block], at, length)
  }

  float64(length: number): Float64Array {
    const at = this.#take(length * 8)
    return new Float64Array(this.#blocks[this.#block], at, length)
  }

  /** The run that took these columns is over and nobody looks at them any more: others may have their memory. */
  recycle(): void {
    for (let block = 0; block <= this.#block; block++) new Float64Array(this.#blocks[block]).fill(0)
    this.#block = this.#blocks.length > 0 ? 0 : -1
    this.#used = 0
  }

  /** Where `bytes` begin in the present block, which has room for them. */
  #take(bytes: number): number {
    const at = this.#used
    this.#used += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
    if (this.#block >= 0 && this.#used <= this.#blocks[this.#block].byteLength) return at
    // A recycled block that is too small stays empty.
    while (++this.#block < this.#blocks.length && this.#blocks[this.#block].byteLength < bytes);
    if (this.#block === this.#blocks.length) this.#blocks.push(new ArrayBuffer(this.#sizeFor(bytes)))
    this.#used = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
    return 0
  }

  #sizeFor(bytes: number): number {
    const usual = Math.min(LARGEST, FIRST * 2 ** this.#blocks.length)
    return Math.max(usual, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT)
  }
}
