/**
 * What the hot paths of tiles read and write, in one block of int32: V8 reads the header of a typed array before each
 * access, and straight-loop.ts, which is WebAssembly, sees one heap and nothing else. Law: who owns a part has a view
 * of it, and only the straight-*.ts and instruction-fetch.ts see all.
 */
import { Memory, PAGE_BYTES } from "../integers/web-assembly.ts"
import { invariant } from "../kernel/model-defect.ts"

export class Cells {
  readonly all: Int32Array
  /** Absent where no code is executed by loops over the cells. */
  readonly memory: Memory | undefined
  readonly #length: number
  #used = 0

  /** Without `loops` they are plain memory, which costs the host a hundredth to make. */
  constructor(length: number, loops = true) {
    this.#length = length
    if (!loops) {
      this.all = new Int32Array(length)
      return
    }
    // One that never grows: else V8 looks in each access to any typed array whether its buffer has gone.
    const pages = Math.max(1, Math.ceil((length * 4) / PAGE_BYTES))
    this.memory = new Memory({ initial: pages, maximum: pages })
    this.all = new Int32Array(this.memory.buffer)
  }

  /** `length` cells, zeros; more than there are is a ModelDefect (CE1). */
  take(length: number): Int32Array {
    const first = this.#used
    this.#used += length
    invariant(this.#used <= this.#length, "CE1", `${this.#used} of ${this.#length} cells`)
    return this.all.subarray(first, this.#used)
  }

  /** The same, of bytes, in as many cells as hold them. */
  takeBytes(length: number): Uint8Array {
    const { byteOffset } = this.take(cellsOfBytes(length))
    return new Uint8Array(this.all.buffer, byteOffset, length)
  }

  /** Where `view`, which `take` gave, begins. */
  placeOf(view: Int32Array): number {
    return this.addressOf(view) >>> 2
  }

  /** The same in bytes. */
  addressOf(view: Int32Array | Uint8Array): number {
    invariant(view.buffer === this.all.buffer, "CE1", "a view of other cells")
    return view.byteOffset
  }
}

/** Cells that hold `length` bytes. */
export const cellsOfBytes = (length: number): number => (length + 3) >>> 2
