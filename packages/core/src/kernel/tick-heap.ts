/**
 * The far future: a binary min-heap of (tick, node), for events beyond one revolution of the wheel.
 * Order among equal ticks is left open here: the wheel sorts them when they come near.
 */
import { grown } from "./grown.ts"

export class TickHeap {
  size = 0
  #ticks = new Int32Array(256) // [row]
  #nodes = new Int32Array(256) // [row]

  /** Earliest tick. Only meaningful while `size > 0`. */
  get first(): number {
    return this.#ticks[0]
  }

  /** The nodes held, in no order. */
  nodes(): Int32Array {
    return this.#nodes.subarray(0, this.size)
  }

  push(tick: number, node: number): void {
    if (this.size === this.#ticks.length) this.#grow()
    const ticks = this.#ticks
    const nodes = this.#nodes
    let hole = this.size++
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (ticks[parent] <= tick) break
      ticks[hole] = ticks[parent]
      nodes[hole] = nodes[parent]
      hole = parent
    }
    ticks[hole] = tick
    nodes[hole] = node
  }

  /** Remove the earliest row and return its node. */
  pop(): number {
    const ticks = this.#ticks
    const nodes = this.#nodes
    const top = nodes[0]
    const last = --this.size
    const tick = ticks[last]
    const node = nodes[last]
    let hole = 0
    for (let child = 1; child < last; child = 2 * hole + 1) {
      if (child + 1 < last && ticks[child + 1] < ticks[child]) child++
      if (tick <= ticks[child]) break
      ticks[hole] = ticks[child]
      nodes[hole] = nodes[child]
      hole = child
    }
    ticks[hole] = tick
    nodes[hole] = node
    return top
  }

  #grow(): void {
    this.#ticks = grown(this.#ticks, this.#ticks.length * 2)
    this.#nodes = grown(this.#nodes, this.#nodes.length * 2)
  }
}
