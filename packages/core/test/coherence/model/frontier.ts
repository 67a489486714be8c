/** Pairs of numbers in the order in which they came, in chunks that are let go of as they are read. */
const CHUNK = 1 << 16

export class Frontier {
  count = 0
  #chunks: Array<Uint32Array> = []
  #used = CHUNK

  add(first: number, second: number): void {
    if (this.#used === CHUNK) {
      this.#chunks.push(new Uint32Array(CHUNK))
      this.#used = 0
    }
    const chunk = this.#chunks[this.#chunks.length - 1] as Uint32Array
    chunk[this.#used++] = first
    chunk[this.#used++] = second
    this.count++
  }

  /** Look at each pair; nothing may be added meanwhile. */
  drain(look: (first: number, second: number) => void): void {
    for (let i = 0; i < this.#chunks.length; i++) {
      const chunk = this.#chunks[i] as Uint32Array
      const end = i === this.#chunks.length - 1 ? this.#used : CHUNK
      for (let at = 0; at < end; at += 2) look(chunk[at] as number, chunk[at + 1] as number)
      this.#chunks[i] = new Uint32Array(0)
    }
  }
}
