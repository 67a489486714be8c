/**
 * A line's situation as bytes: what every party holds of it and what is under way. Memory answers a home at once, as
 * far as a model can tell (parties.ts), so what is under way to it needs no place.
 *
 *   line     = cache* home waiting* memory channel*
 *   cache    = state, acks + 8, flags, stalled message
 *   home     = state, owner, sharers, flags, messages waiting
 *   channel  = messages under way; one for each pair that talks
 *   message  = type + 1, tile | acks << 4, flags
 */

/** Flags of a message: the last store's data; none needed; newer than memory; other tiles had a part in it; to keep. */
export const Carries = { latest: 1, whole: 2, dirty: 4, peer: 8, keeps: 16 } as const
/** Flags of a cache: it knows how many acknowledgements come; its copy is the last store's; it overwrites the line. */
export const CacheFlag = { counted: 1, latest: 2, whole: 4 } as const
/** Flags of a home: the slice has the line, as the last store left it, newer than memory; the line has a way. */
export const HomeFlag = { present: 1, latest: 2, dirty: 4, way: 8 } as const

export const MessageBytes = 3
export const CacheBytes = 3 + MessageBytes
const HOME = 5
/** Most messages under way between two parties. */
const DEPTH = 8
const CHANNEL = 1 + DEPTH * MessageBytes
export const Nobody = 0xff

/** One message, where it is read to and written from. */
export class Sent {
  type = 0
  tile = 0
  acks = 0
  flags = 0
}

export class Situation {
  readonly caches: number
  readonly home: number
  readonly memory: number
  readonly bytes: Uint8Array
  /** Bytes before the channels. */
  readonly fixed: number
  /** [from][to] channel, or -1. */
  readonly channelOf: Int8Array
  readonly channelFrom: ReadonlyArray<number>
  readonly channelTo: ReadonlyArray<number>
  readonly homeAt: number
  /** Where it stands whether memory has the last store's data. */
  readonly memoryAt: number

  constructor(caches: number) {
    this.caches = caches
    this.home = caches
    this.memory = caches + 1
    const parties = caches + 2
    this.channelOf = new Int8Array(parties * parties).fill(-1)
    const from: Array<number> = []
    const to: Array<number> = []
    for (let a = 0; a < parties; a++) {
      for (let b = 0; b < this.memory; b++) {
        const talk = a !== b && (a !== this.memory || b === this.home)
        if (talk) this.channelOf[a * parties + b] = from.push(a) - 1
        if (talk) to.push(b)
      }
    }
    this.channelFrom = from
    this.channelTo = to
    this.homeAt = caches * CacheBytes
    this.memoryAt = this.homeAt + HOME + caches * MessageBytes
    this.fixed = this.memoryAt + 1
    this.bytes = new Uint8Array(this.fixed + from.length * CHANNEL)
  }

  at(index: number): number {
    return this.bytes[index] as number
  }

  raise(index: number, flags: number): void {
    this.bytes[index] = this.at(index) | flags
  }

  lower(index: number, flags: number): void {
    this.bytes[index] = this.at(index) & ~flags
  }

  /** Where cache `c` keeps what it knows of the line. */
  cacheAt(c: number): number {
    return c * CacheBytes
  }

  channelAt(channel: number): number {
    return this.fixed + channel * CHANNEL
  }

  /** Where the messages under way from one party to another stand: how many, then each. */
  between(from: number, to: number): number {
    return this.channelAt(this.channelOf[from * (this.caches + 2) + to] as number)
  }

  /** Nobody holds anything; memory has the data. */
  clear(): void {
    this.bytes.fill(0)
    for (let c = 0; c < this.caches; c++) this.bytes[this.cacheAt(c) + 1] = 8
    this.bytes[this.homeAt + 1] = Nobody
    this.bytes[this.memoryAt] = 1
  }

  read(at: number, into: Sent): void {
    into.type = this.at(at) - 1
    into.tile = this.at(at + 1) & 15
    into.acks = this.at(at + 1) >> 4
    into.flags = this.at(at + 2)
  }

  write(at: number, sent: Sent): void {
    this.bytes[at] = sent.type + 1
    this.bytes[at + 1] = sent.tile | (sent.acks << 4)
    this.bytes[at + 2] = sent.flags
  }

  /** Put a message behind the others of the queue at `at`, which is a channel or what waits at a home. */
  append(at: number, sent: Sent): void {
    const count = this.at(at)
    if (count === (at < this.fixed ? this.caches : DEPTH)) throw new RangeError("a queue overflows")
    this.write(at + 1 + count * MessageBytes, sent)
    this.bytes[at] = count + 1
  }

  prepend(at: number, sent: Sent): void {
    const count = this.at(at)
    this.bytes.copyWithin(at + 1 + MessageBytes, at + 1, at + 1 + count * MessageBytes)
    this.write(at + 1, sent)
    this.bytes[at] = count + 1
  }

  takeFirst(at: number, into: Sent): void {
    const count = this.at(at)
    this.read(at + 1, into)
    this.bytes.copyWithin(at + 1, at + 1 + MessageBytes, at + 1 + count * MessageBytes)
    this.bytes.fill(0, at + 1 + (count - 1) * MessageBytes, at + 1 + count * MessageBytes)
    this.bytes[at] = count - 1
  }

  /** The data of every message under way are old from now on. */
  outdate(): void {
    for (let channel = 0; channel < this.channelTo.length; channel++) {
      const at = this.channelAt(channel)
      for (let i = 0; i < this.at(at); i++) this.lower(at + 1 + i * MessageBytes + 2, Carries.latest)
    }
    for (let i = 0; i < this.at(this.homeAt + 4); i++)
      this.lower(this.homeAt + 5 + i * MessageBytes + 2, Carries.latest)
    for (let c = 0; c < this.caches; c++) this.lower(this.cacheAt(c) + 5, Carries.latest)
  }
}
