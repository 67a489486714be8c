/**
 * Messages under way on long links (to a fabric, from it, between sockets), where their next leg is claimed when they
 * arrive and not before: a claim never reaches further ahead than one leg.
 * Law: slots are reused; nothing allocates once there are as many as were ever under way at a time.
 */
import { grown } from "../kernel/grown.ts"

const None = -1

export class LongLinks {
  a = new Int32Array(0) // [slot] payload
  line = new Int32Array(0) // [slot]
  source = new Int32Array(0) // [slot] owner
  destination = new Int32Array(0) // [slot] owner
  stop = new Int32Array(0) // [slot] at the far end
  hops = new Int32Array(0) // [slot] links so far
  leg = new Int32Array(0) // [slot] long links so far
  sent = new Int32Array(0) // [slot] tick
  time = new Float64Array(0) // [slot] ticks, when the first flit is at the far end
  slowest = new Float64Array(0) // [slot] most ticks of a flit on a link so far
  #taken = new Uint8Array(0) // [slot] 1 while a message is in it
  #next = new Int32Array(0) // [slot] next free slot
  #free = None

  /** A free slot, to be filled in. */
  take(): number {
    if (this.#free === None) this.#grow()
    const slot = this.#free
    this.#free = this.#next[slot]
    this.#taken[slot] = 1
    return slot
  }

  /** The message of `slot` is on its next leg. */
  release(slot: number): void {
    this.#taken[slot] = 0
    this.#next[slot] = this.#free
    this.#free = slot
  }

  /** Messages of `line` under way: their payloads and where they go, for reports. */
  of(line: number): Array<{ readonly a: number; readonly destination: number }> {
    const slots = Array.from(this.line.keys()).filter((slot) => this.#taken[slot] === 1 && this.line[slot] === line)
    return slots.map((slot) => ({ a: this.a[slot], destination: this.destination[slot] }))
  }

  #grow(): void {
    const from = this.a.length
    const size = Math.max(64, from * 2)
    this.a = grown(this.a, size)
    this.line = grown(this.line, size)
    this.source = grown(this.source, size)
    this.destination = grown(this.destination, size)
    this.stop = grown(this.stop, size)
    this.hops = grown(this.hops, size)
    this.leg = grown(this.leg, size)
    this.sent = grown(this.sent, size)
    this.time = grown(this.time, size)
    this.slowest = grown(this.slowest, size)
    this.#taken = grown(this.#taken, size)
    this.#next = grown(this.#next, size)
    for (let slot = size - 1; slot >= from; slot--) this.release(slot)
  }
}
