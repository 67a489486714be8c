/**
 * Which message may be delivered at once, because nothing that could happen before it would make a difference.
 *
 *   ED1  it is the first from the home to a cache that awaits something and to which nobody else has, or can have,
 *        anything to say before: no peer's message is under way to it, and none that names it as the requester is at
 *        the home, at a peer, or on the way there
 *   ED2  it takes no right to read away, and no message waits at the cache
 *
 * By ED1 the delivery commutes with whatever can happen before it: the cache does nothing of its own accord while it
 * awaits something, and everything else that happens leaves alone what the cache holds and only adds to queues that it
 * adds to as well, or takes from their other ends. By ED2 whatever is wrong without the delivery is wrong after it: it
 * only adds rights. The message is used up, and a cache sends none to a cache by way of its home, so such deliveries
 * come to an end. Hence a way to any violation has one beside it on which such messages are delivered at once, with the
 * same cells of the tables.
 */
import { LastStable } from "@isolde/core/coherence/cache-protocol"
import { Message } from "@isolde/core/coherence/message"
import { reads } from "./invariants.ts"
import { MessageBytes, type Situation } from "./situation.ts"

const isRequest = (type: number): boolean => type === Message.GetS || type === Message.GetM || type === Message.MemData
const isForward = (type: number): boolean =>
  type === Message.FwdGetS || type === Message.FwdGetM || type === Message.Inv
const isData = (type: number): boolean =>
  type === Message.Data || type === Message.DataE || type === Message.DataAcks || type === Message.Grant

export class EagerDeliveries {
  readonly #situation: Situation

  constructor(situation: Situation) {
    this.#situation = situation
  }

  /** A channel whose first message may be delivered at once, or -1. */
  next(): number {
    const s = this.#situation
    for (let c = 0; c < s.caches; c++) {
      const state = s.at(s.cacheAt(c))
      const at = s.between(s.home, c)
      if (state <= LastStable || s.at(at) === 0 || s.at(s.cacheAt(c) + 3) !== 0) continue
      if (reads(state) && !isData(s.at(at + 1) - 1)) continue
      if (this.#hearsOnlyItsHome(c)) return s.channelOf[s.home * (s.caches + 2) + c] as number
    }
    return -1
  }

  #hearsOnlyItsHome(c: number): boolean {
    const s = this.#situation
    if (this.#names(s.homeAt + 4, c, isRequest) || this.#names(s.between(s.memory, s.home), c, isRequest)) return false
    if (this.#names(s.between(c, s.home), c, isRequest)) return false
    for (let peer = 0; peer < s.caches; peer++) {
      if (peer === c) continue
      if (s.at(s.between(peer, c)) > 0 || this.#names(s.between(s.home, peer), c, isForward)) return false
      const stalled = s.cacheAt(peer) + 3
      if (isForward(s.at(stalled) - 1) && (s.at(stalled + 1) & 15) === c) return false
    }
    return true
  }

  /** A message of the queue at `at` is one of `kind` on behalf of cache `c`. */
  #names(at: number, c: number, kind: (type: number) => boolean): boolean {
    const s = this.#situation
    for (let i = 0; i < s.at(at); i++) {
      const message = at + 1 + i * MessageBytes
      if (kind(s.at(message) - 1) && (s.at(message + 1) & 15) === c) return true
    }
    return false
  }
}
