/**
 * The lines of a load: its own, and where it straddles two the other. Each half claims a port of the L1D for itself.
 * Law: a load that waits for one half has the other, or is made again when something arrives.
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import * as fromRetry from "../coherence/retry.ts"
import type { Ports } from "./ports.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Retry } = fromRetry

export class LoadLines {
  readonly #caches: PrivateCaches
  readonly #ports: Ports
  readonly #portBytes: number

  /** `portBytes`: what one port moves in a tick. */
  constructor(caches: PrivateCaches, ports: Ports, portBytes: number) {
    this.#caches = caches
    this.#ports = ports
    this.#portBytes = portBytes
  }

  /** Ask at `tick` for `line`, and for the `rest` if that isn't -1: tick of the data, Retry, or -1 - what it waits for. */
  ask(line: number, rest: number, bytes: number, tick: number, site: number): number {
    const from = this.#ports.claim(tick)
    let ready = this.#caches.load(line, from, site)
    if (ready === Retry) this.#ports.release(from)
    else if (bytes > this.#portBytes && ready >= 0) ready += this.#otherParts(bytes, from)
    return rest < 0 ? ready : this.#secondLine(rest, from, ready, site)
  }

  /** Ticks by which the rest of a load that is wider than a port comes later than its first part. */
  #otherParts(bytes: number, from: number): number {
    let last = from
    for (let left = bytes - this.#portBytes; left > 0; left -= this.#portBytes) last = this.#ports.claim(last)
    return last - from
  }

  /** The half of a load in the other line; `ready` is what the first half waits for. */
  #secondLine(line: number, from: number, ready: number, site: number): number {
    const cause = this.#caches.cause
    const start = this.#ports.claim(from)
    const second = this.#caches.load(line, start, site)
    if (second === Retry) this.#ports.release(start)
    // With one half there it waits for the other; with neither it is made again when one has arrived.
    if (ready < 0 || second < 0) return ready >= 0 ? second : second >= 0 ? ready : Retry
    if (second > ready) return second
    this.#caches.cause = cause
    return ready
  }
}
