/**
 * First come, first served: a queue of numbers for each line (or set, or whatever else is counted), all in one pool
 * of linked nodes. Law: adding, looking and taking cost the same however many wait.
 */
import { grown } from "../kernel/grown.ts"

/** Nobody waits. */
const Nil = -1

export class LineQueues {
  /** Over all queues. */
  waiting = 0
  readonly #last: Int32Array // [line] node that came last, whose `next` is the one that came first; or Nil
  #next = new Int32Array(64) // [node] next node of the ring, or of the free nodes
  #item = new Int32Array(64) // [node] what waits
  #free = Nil

  constructor(lines: number) {
    this.#last = new Int32Array(lines).fill(Nil)
    this.#chain(0)
  }

  has(line: number): boolean {
    return this.#last[line] !== Nil
  }

  /** Put `item` behind all others of `line`. */
  add(line: number, item: number): void {
    this.addFirst(line, item)
    this.#last[line] = this.#next[this.#last[line]]
  }

  /** Put `item` before all others of `line`: it was first and has to wait again. */
  addFirst(line: number, item: number): void {
    if (this.#free === Nil) this.#grow()
    const node = this.#free
    this.#free = this.#next[node]
    this.#item[node] = item
    this.waiting++
    const last = this.#last[line]
    if (last === Nil) {
      this.#next[node] = node
      this.#last[line] = node
    } else {
      this.#next[node] = this.#next[last]
      this.#next[last] = node
    }
  }

  /** Remove and return the first of `line`; -1 if none waits. */
  take(line: number): number {
    const last = this.#last[line]
    if (last === Nil) return -1
    const first = this.#next[last]
    if (first === last) this.#last[line] = Nil
    else this.#next[last] = this.#next[first]
    this.#next[first] = this.#free
    this.#free = first
    this.waiting--
    return this.#item[first]
  }

  /** All that wait for `line`, first come first: for reports. */
  of(line: number): Array<number> {
    const items: Array<number> = []
    const last = this.#last[line]
    if (last === Nil) return items
    for (let node = this.#next[last]; ; node = this.#next[node]) {
      items.push(this.#item[node])
      if (node === last) return items
    }
  }

  /** Lines for which somebody waits, in ascending order: for reports. */
  lines(): Array<number> {
    return Array.from(this.#last.keys()).filter((line) => this.#last[line] !== Nil)
  }

  /** Nodes from `first` on are free. */
  #chain(first: number): void {
    for (let node = this.#next.length - 1; node >= first; node--) {
      this.#next[node] = this.#free
      this.#free = node
    }
  }

  #grow(): void {
    const size = this.#next.length
    this.#next = grown(this.#next, size * 2)
    this.#item = grown(this.#item, size * 2)
    this.#chain(size)
  }
}
