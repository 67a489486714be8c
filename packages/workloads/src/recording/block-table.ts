/**
 * The straight-line blocks of a recording, each list of instructions kept once, and the stream of those that ran.
 * Law: equal lists have equal numbers, given out in order of first use.
 */
import { GrowingColumn } from "./growing-column.ts"
import { maximumBlockLength } from "./recording.ts"

export class BlockTable {
  readonly start = new GrowingColumn(Uint32Array)
  readonly instructions = new GrowingColumn(Uint32Array)
  readonly stream = new GrowingColumn(Uint32Array, 1 << 16)
  /** Instructions of the block being built. */
  openLength = 0
  readonly #open = new Int32Array(maximumBlockLength)
  #hash = 0
  /** [slot] A block, or -1; at most half full. */
  #slots = new Int32Array(1 << 14).fill(-1)
  /** [block] Hash of its instructions. */
  readonly #hashes = new GrowingColumn(Int32Array)

  constructor() {
    this.start.push(0)
  }

  /** Append to the open block, which has room. */
  append(instruction: number): void {
    this.#open[this.openLength++] = instruction
    this.#hash = Math.imul(this.#hash ^ instruction, 0x9e3779b1)
    this.#hash ^= this.#hash >>> 15
  }

  /** End the open block, if it has instructions, and append it to the stream. */
  close(): void {
    if (this.openLength === 0) return
    this.stream.push(this.#find())
    this.openLength = 0
    this.#hash = 0
  }

  #find(): number {
    const mask = this.#slots.length - 1
    let slot = this.#hash & mask
    for (;;) {
      const block = this.#slots[slot]!
      if (block < 0) return this.#add(slot)
      if (this.#hashes.data[block] === this.#hash && this.#isOpen(block)) return block
      slot = (slot + 1) & mask
    }
  }

  #isOpen(block: number): boolean {
    const from = this.start.data[block]!
    if (this.start.data[block + 1]! - from !== this.openLength) return false
    const instructions = this.instructions.data
    const open = this.#open
    for (let place = 0; place < this.openLength; place++) if (instructions[from + place] !== open[place]) return false
    return true
  }

  #add(slot: number): number {
    const block = this.#hashes.length
    this.#hashes.push(this.#hash)
    for (let place = 0; place < this.openLength; place++) this.instructions.push(this.#open[place] as number)
    this.start.push(this.instructions.length)
    this.#slots[slot] = block
    if (this.#hashes.length * 2 > this.#slots.length) this.#rehash()
    return block
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1)
    const mask = slots.length - 1
    for (let block = 0; block < this.#hashes.length; block++) {
      let slot = (this.#hashes.data[block] as number) & mask
      while (slots[slot] !== -1) slot = (slot + 1) & mask
      slots[slot] = block
    }
    this.#slots = slots
  }
}
