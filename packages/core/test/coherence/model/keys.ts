/** Keys and their numbers, in one arena. Law: a key keeps its number, and whole keys are compared. */
import { grown } from "@isolde/core/kernel/grown"

const CHUNK = 1 << 24

export class Keys {
  count = 0
  #chunks: Array<Uint8Array> = []
  #used = CHUNK
  #starts = new Float64Array(1 << 16) // [number] chunk * CHUNK + offset
  #lengths = new Int16Array(1 << 16) // [number]
  #table = new Int32Array(1 << 18) // [slot] number + 1

  /** The number of a key; a new one gets the next. */
  number(key: Uint8Array, length: number): number {
    const mask = this.#table.length - 1
    let slot = hash(key, 0, length) & mask
    for (let entry = this.#table[slot] as number; entry !== 0; entry = this.#table[slot] as number) {
      if (this.#is(entry - 1, key, length)) return entry - 1
      slot = (slot + 1) & mask
    }
    if (this.#used + length > CHUNK) {
      this.#chunks.push(new Uint8Array(CHUNK))
      this.#used = 0
    }
    const chunk = this.#chunks.length - 1
    const to = this.#chunks[chunk] as Uint8Array
    for (let i = 0; i < length; i++) to[this.#used + i] = key[i] as number
    if (this.count === this.#lengths.length) {
      this.#starts = grown(this.#starts, this.count * 2)
      this.#lengths = grown(this.#lengths, this.count * 2)
    }
    this.#starts[this.count] = chunk * CHUNK + this.#used
    this.#lengths[this.count] = length
    this.#used += length
    this.#table[slot] = ++this.count
    if (this.count * 2 > this.#table.length) this.#rehash()
    return this.count - 1
  }

  chunkOf(number: number): Uint8Array {
    return this.#chunks[Math.floor((this.#starts[number] as number) / CHUNK)] as Uint8Array
  }

  offsetOf(number: number): number {
    return (this.#starts[number] as number) % CHUNK
  }

  #is(number: number, key: Uint8Array, length: number): boolean {
    if (this.#lengths[number] !== length) return false
    const chunk = this.chunkOf(number)
    const offset = this.offsetOf(number)
    for (let i = 0; i < length; i++) if (chunk[offset + i] !== key[i]) return false
    return true
  }

  #rehash(): void {
    this.#table = new Int32Array(this.#table.length * 2)
    const mask = this.#table.length - 1
    for (let number = 0; number < this.count; number++) {
      let slot = hash(this.chunkOf(number), this.offsetOf(number), this.#lengths[number] as number) & mask
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask
      this.#table[slot] = number + 1
    }
  }
}

function hash(key: Uint8Array, offset: number, length: number): number {
  let h = 0x811c_9dc5
  for (let i = 0; i < length; i++) h = Math.imul(h ^ (key[offset + i] as number), 0x0100_0193)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b_3c6d)
  return h ^ (h >>> 13)
}
