/**
 * Requests that wait at their home because the line is busy: one queue per line, first come first served,
 * all in one pool. Few lines are busy at a time, so a look-up walks the pool.
 */
import { grown } from "../kernel/grown.ts"
import { messageNames, tileOf, typeOf } from "./message.ts"

export class StalledRequests {
  #count = 0
  #lines = new Int32Array(64) // [waiting] line, in order of arrival
  #requests = new Int32Array(64) // [waiting] packed message

  add(line: number, request: number): void {
    if (this.#count === this.#lines.length) this.#grow()
    this.#lines[this.#count] = line
    this.#requests[this.#count++] = request
  }

  /** How many wait for `line`. */
  count(line: number): number {
    let found = 0
    for (let i = 0; i < this.#count; i++) if (this.#lines[i] === line) found++
    return found
  }

  /** Remove and return the first request for `line`; -1 if none waits. */
  take(line: number): number {
    const lines = this.#lines
    const requests = this.#requests
    let at = 0
    while (at < this.#count && lines[at] !== line) at++
    if (at === this.#count) return -1
    const request = requests[at]
    this.#count--
    for (; at < this.#count; at++) {
      lines[at] = lines[at + 1]
      requests[at] = requests[at + 1]
    }
    return request
  }

  describe(): Array<string> {
    return Array.from(
      { length: this.#count },
      (_, i) =>
        `${messageNames[typeOf(this.#requests[i])]} of tile ${tileOf(this.#requests[i])} for line ${this.#lines[i]}`
    )
  }

  #grow(): void {
    this.#lines = grown(this.#lines, this.#lines.length * 2)
    this.#requests = grown(this.#requests, this.#requests.length * 2)
  }
}
