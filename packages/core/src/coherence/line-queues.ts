/**
 * First come, first served: a queue of numbers for each line (or set, or whatever else is counted) for which any
 * waits. Those lines are few, so they are found by a table of their low bits; all nodes are in one pool.
 * Law: adding, looking and taking cost the same however many wait.
 */
import { grown } from "../kernel/grown.ts"

/** Nobody waits. */
const Nil = -1

const BUCKETS = 256
/** Nodes for which there is room at first. V8 keeps arrays this short with the object, and most queues stay empty. */
const NODES = 16

export class LineQueues {
  /** Over all queues. */
  waiting = 0
  readonly #bucket = new Int32Array(BUCKETS).fill(Nil) // [low bits of a line] a first node of one of its lines
  // A ring of nodes for each line; its first node stands for it.
  #line = new Int32Array(NODES) // [node]
  #item = new Int32Array(NODES) // [node] what waits
  #next = new Int32Array(NODES) // [node] next node of the line, or of the free nodes
  #last = new Int32Array(NODES) // [first node] the node that came last
  #other = new Int32Array(NODES) // [first node] first node of another line of the bucket, or Nil
  #free = Nil

  constructor() {
    this.#chain(0)
  }

  has(line: number): boolean {
    return this.waiting > 0 && this.#firstOf(line) !== Nil
  }

  /** Put `item` behind all others of `line`. */
  add(line: number, item: number): void {
    const node = this.#node(line, item)
    const first = this.#firstOf(line)
    if (first === Nil) this.#enter(line, node, node)
    else {
      this.#next[this.#last[first]] = node
      this.#last[first] = node
    }
  }

  /** Put `item` before all others of `line`: it was first and has to wait again. */
  addFirst(line: number, item: number): void {
    const node = this.#node(line, item)
    const first = this.#firstOf(line)
    if (first === Nil) return this.#enter(line, node, node)
    const last = this.#last[first]
    this.#leave(line, first)
    this.#next[node] = first
    this.#enter(line, node, last)
  }

  /** Remove and return the first of `line`; -1 if none waits. */
  take(line: number): number {
    const first = this.#firstOf(line)
    if (first === Nil) return -1
    const last = this.#last[first]
    this.#leave(line, first)
    if (first !== last) this.#enter(line, this.#next[first], last)
    this.#next[first] = this.#free
    this.#free = first
    this.waiting--
    return this.#item[first]
  }

  /** All that wait for `line`, first come first: for reports. */
  of(line: number): Array<number> {
    const items: Array<number> = []
    const first = this.#firstOf(line)
    if (first === Nil) return items
    for (let node = first; ; node = this.#next[node]) {
      items.push(this.#item[node])
      if (node === this.#last[first]) return items
    }
  }

  /** Lines for which somebody waits, in ascending order: for reports. */
  lines(): Array<number> {
    const found: Array<number> = []
    for (const head of this.#bucket)
      for (let first = head; first !== Nil; first = this.#other[first]) found.push(this.#line[first] as number)
    return found.sort((a, b) => a - b)
  }

  #firstOf(line: number): number {
    let first = this.#bucket[line & (BUCKETS - 1)]
    while (first !== Nil && this.#line[first] !== line) first = this.#other[first]
    return first
  }

  #node(line: number, item: number): number {
    if (this.#free === Nil) this.#grow()
    const node = this.#free
    this.#free = this.#next[node]
    this.#line[node] = line
    this.#item[node] = item
    this.waiting++
    return node
  }

  #enter(line: number, first: number, last: number): void {
    const bucket = line & (BUCKETS - 1)
    this.#last[first] = last
    this.#other[first] = this.#bucket[bucket]
    this.#bucket[bucket] = first
  }

  #leave(line: number, first: number): void {
    const bucket = line & (BUCKETS - 1)
    let before = this.#bucket[bucket]
    if (before === first) this.#bucket[bucket] = this.#other[first]
    else {
      while (this.#other[before] !== first) before = this.#other[before]
      this.#other[before] = this.#other[first]
    }
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
    this.#line = grown(this.#line, size * 2)
    this.#item = grown(this.#item, size * 2)
    this.#next = grown(this.#next, size * 2)
    this.#last = grown(this.#last, size * 2)
    this.#other = grown(this.#other, size * 2)
    this.#chain(size)
  }
}
