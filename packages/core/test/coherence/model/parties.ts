/** Who sends what to whom in the model. Law: messages from one party to another keep their order. */
import { CacheFlag, HomeFlag, Nobody, Sent, type Situation } from "./situation.ts"

export class Parties {
  readonly situation: Situation
  /** The message being taken, and the one being sent. */
  readonly sent = new Sent()
  readonly out = new Sent()

  constructor(situation: Situation) {
    this.situation = situation
  }

  /** Nobody begins to write to memory while another write is under way, or the machine would not be finite. */
  memoryIdle(line: number): boolean {
    const s = this.situation
    return s.at(s.channelAt(line, this.channel(s.home, s.memory))) === 0
  }

  channel(from: number, to: number): number {
    const s = this.situation
    return s.channelOf[from * (s.caches + 2) + to] as number
  }

  send(line: number, from: number, to: number, type: number, tile: number, acks = 0, flags = 0): void {
    const out = this.out
    out.type = type
    out.tile = tile
    out.acks = acks
    out.flags = flags
    this.situation.append(this.situation.channelAt(line, this.channel(from, to)), out)
  }

  /** A store makes every other copy an old one. */
  stored(line: number, c: number): void {
    const s = this.situation
    for (let other = 0; other < s.caches; other++) s.lower(s.cacheAt(line, other) + 2, CacheFlag.latest)
    if (c !== Nobody) s.raise(s.cacheAt(line, c) + 2, CacheFlag.latest)
    s.lower(s.homeAt(line) + 3, HomeFlag.latest)
    s.bytes[s.memoryAt(line)] = 0
    s.outdate(line)
  }
}
