/** What waits in front of a full queue, first in first out: a ring that grows to the run's high-water mark. */
const FIELDS = 3

export class Backlog {
  count = 0
  #ring = new Int32Array(16 * FIELDS) // [entry][message, line, tick of arrival]
  #first = 0

  get firstA(): number {
    return this.#ring[this.#first]
  }

  get firstLine(): number {
    return this.#ring[this.#first + 1]
  }

  get firstSince(): number {
    return this.#ring[this.#first + 2]
  }

  push(a: number, line: number, since: number): void {
    if (this.count * FIELDS === this.#ring.length) this.#grow()
    const at = (this.#first + this.count * FIELDS) % this.#ring.length
    this.count++
    this.#ring[at] = a
    this.#ring[at + 1] = line
    this.#ring[at + 2] = since
  }

  shift(): void {
    this.#first = (this.#first + FIELDS) % this.#ring.length
    this.count--
  }

  #grow(): void {
    const old = this.#ring
    const wider = new Int32Array(old.length * 2)
    wider.set(old.subarray(this.#first))
    wider.set(old.subarray(0, this.#first), old.length - this.#first)
    this.#ring = wider
    this.#first = 0
  }
}
