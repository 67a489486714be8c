/**
 * Who sends what to whom in the model. Law: messages from one party to another keep their order.
 *
 * What a home sends to memory takes effect at once. Nothing is lost by it: nobody but memory sees such a message, they
 * keep their order, and what memory does with one (note or read whether it has the last store's data) gives the same
 * before and after whatever anybody else does in the meantime. A store in between makes old what memory has and what
 * is under way alike. The answer takes its time.
 */
import { Message } from "@isolde/core/coherence/message"
import { CacheFlag, Carries, HomeFlag, Nobody, Sent, type Situation } from "./situation.ts"

export class Parties {
  readonly situation: Situation
  /** The message being taken, and the one being sent. */
  readonly sent = new Sent()
  readonly out = new Sent()

  constructor(situation: Situation) {
    this.situation = situation
  }

  send(from: number, to: number, type: number, tile: number, acks = 0, flags = 0): void {
    const s = this.situation
    if (type === Message.MemWrite) {
      s.bytes[s.memoryAt] = flags & Carries.latest
      return
    }
    const read = type === Message.MemRead
    const out = this.out
    out.type = read ? Message.MemData : type
    out.tile = tile
    out.acks = acks
    out.flags = read ? s.at(s.memoryAt) : flags
    s.append(read ? s.between(s.memory, s.home) : s.between(from, to), out)
  }

  /** A store makes every other copy an old one. */
  stored(c: number): void {
    const s = this.situation
    for (let other = 0; other < s.caches; other++) s.lower(s.cacheAt(other) + 2, CacheFlag.latest)
    if (c !== Nobody) s.raise(s.cacheAt(c) + 2, CacheFlag.latest)
    s.lower(s.homeAt + 3, HomeFlag.latest)
    s.bytes[s.memoryAt] = 0
    s.outdate()
  }
}
