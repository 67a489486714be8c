/**
 * A protocol's situation as bytes: what every party holds and what is under way, for some caches and some lines.
 * Law: two situations that differ only in the names of the caches, or of the lines, have the same key.
 *
 *   line     = cache* home waiting* memory channel*
 *   cache    = state, acks + 8, flags, stalled message
 *   home     = state, owner, sharers, flags, messages waiting
 *   channel  = messages under way; one for each pair that talks
 *   message  = type + 1, tile | acks << 4, flags
 */
import { less, permutations, renamedSets } from "./renaming.ts"

/** Flags of a message: the last store's data; none needed; data newer than memory; other tiles had a part in it. */
export const Carries = { latest: 1, whole: 2, dirty: 4, peer: 8 } as const
/** Flags of a cache: it knows how many acknowledgements come; its copy is the last store's; it overwrites the line. */
export const CacheFlag = { counted: 1, latest: 2, whole: 4 } as const
/** Flags of a home: the slice has the line, as the last store left it, newer than memory; the line has a way. */
export const HomeFlag = { present: 1, latest: 2, dirty: 4, way: 8 } as const

const MESSAGE = 3
const CACHE = 3 + MESSAGE
const HOME = 5
/** Most messages under way between two parties. */
const DEPTH = 8
const CHANNEL = 1 + DEPTH * MESSAGE
const End = 0xff
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
  readonly lines: number
  readonly home: number
  readonly memory: number
  readonly bytes: Uint8Array
  /** [from][to] channel, or -1. */
  readonly channelOf: Int8Array
  readonly channelFrom: ReadonlyArray<number>
  readonly channelTo: ReadonlyArray<number>
  readonly #line: number
  readonly #channels: number
  readonly #permutations: ReadonlyArray<Uint8Array>
  readonly #masks: ReadonlyArray<Uint8Array> // [permutation][sharers] renamed sharers
  readonly #orders: ReadonlyArray<Uint8Array> // of the lines
  readonly #key = new Uint8Array(4096)
  readonly #best = new Uint8Array(4096)

  constructor(caches: number, lines: number) {
    this.caches = caches
    this.lines = lines
    this.home = caches
    this.memory = caches + 1
    const parties = caches + 2
    this.channelOf = new Int8Array(parties * parties).fill(-1)
    const from: Array<number> = []
    const to: Array<number> = []
    for (let a = 0; a < parties; a++) {
      for (let b = 0; b < parties; b++) {
        const talk = a !== b && (a < caches ? b !== this.memory : a === this.home || b === this.home)
        if (talk) this.channelOf[a * parties + b] = from.push(a) - 1
        if (talk) to.push(b)
      }
    }
    this.channelFrom = from
    this.channelTo = to
    this.#channels = caches * CACHE + HOME + caches * MESSAGE + 1
    this.#line = this.#channels + from.length * CHANNEL
    this.bytes = new Uint8Array(lines * this.#line + 1 + lines)
    this.#permutations = permutations(caches)
    this.#orders = permutations(lines)
    this.#masks = this.#permutations.map(renamedSets)
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

  /** Where cache `c` keeps what it knows of `line`. */
  cacheAt(line: number, c: number): number {
    return line * this.#line + c * CACHE
  }

  homeAt(line: number): number {
    return line * this.#line + this.caches * CACHE
  }

  /** Where it stands whether memory has the last store's data. */
  memoryAt(line: number): number {
    return line * this.#line + this.#channels - 1
  }

  /** Lines that wait for a way: how many, then which. */
  get waitersAt(): number {
    return this.lines * this.#line
  }

  channelAt(line: number, channel: number): number {
    return line * this.#line + this.#channels + channel * CHANNEL
  }

  /** Nobody holds anything; memory has the data. */
  clear(): void {
    this.bytes.fill(0)
    for (let line = 0; line < this.lines; line++) {
      for (let c = 0; c < this.caches; c++) this.bytes[this.cacheAt(line, c) + 1] = 8
      this.bytes[this.homeAt(line) + 1] = Nobody
      this.bytes[this.memoryAt(line)] = 1
    }
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
    if (count === DEPTH && at >= this.#channels) throw new RangeError("a channel overflows")
    this.write(at + 1 + count * MESSAGE, sent)
    this.bytes[at] = count + 1
  }

  prepend(at: number, sent: Sent): void {
    const count = this.at(at)
    this.bytes.copyWithin(at + 1 + MESSAGE, at + 1, at + 1 + count * MESSAGE)
    this.write(at + 1, sent)
    this.bytes[at] = count + 1
  }

  takeFirst(at: number, into: Sent): void {
    const count = this.at(at)
    this.read(at + 1, into)
    this.bytes.copyWithin(at + 1, at + 1 + MESSAGE, at + 1 + count * MESSAGE)
    this.bytes.fill(0, at + 1 + (count - 1) * MESSAGE, at + 1 + count * MESSAGE)
    this.bytes[at] = count - 1
  }

  /** The data of every message of `line` under way are old from now on. */
  outdate(line: number): void {
    for (let channel = 0; channel < this.channelTo.length; channel++) {
      const at = this.channelAt(line, channel)
      for (let i = 0; i < this.at(at); i++) this.lower(at + 1 + i * MESSAGE + 2, Carries.latest)
    }
    const home = this.homeAt(line)
    for (let i = 0; i < this.at(home + 4); i++) this.lower(home + 5 + i * MESSAGE + 2, Carries.latest)
    for (let c = 0; c < this.caches; c++) this.lower(this.cacheAt(line, c) + 5, Carries.latest)
  }

  /** Restore from a key. */
  load(key: Uint8Array, offset: number): void {
    this.clear()
    let from = offset
    for (let line = 0; line < this.lines; line++) {
      const to = this.cacheAt(line, 0)
      for (let i = 0; i < this.#channels; i++) this.bytes[to + i] = key[from++] as number
      for (let channel = key[from++] as number; channel !== End; channel = key[from++] as number) {
        const at = this.channelAt(line, channel)
        const count = key[from++] as number
        this.bytes[at] = count
        for (let i = 0; i < count * MESSAGE; i++) this.bytes[at + 1 + i] = key[from++] as number
      }
    }
    for (let i = 0; i <= this.lines; i++) this.bytes[this.waitersAt + i] = key[from++] as number
  }

  /** The least of the keys that renaming caches and lines gives; its length is the result. It stands in `key`. */
  canonical(): number {
    let length = 0
    for (const order of this.#orders) {
      if (!this.#follows(order)) continue
      for (let p = 0; p < this.#permutations.length; p++) {
        const names = this.#permutations[p] as Uint8Array
        if (!this.#ascends(order[0] as number, names)) continue
        const size = this.#encode(order, names, this.#masks[p] as Uint8Array)
        if (length === 0 || less(this.#key, size, this.#best, length)) {
          this.#best.set(this.#key.subarray(0, size))
          length = size
        }
      }
    }
    return length
  }

  get key(): Uint8Array {
    return this.#best
  }

  /** In `order` the lines stand in the order of what their homes hold of them: others need not be looked at. */
  #follows(order: Uint8Array): boolean {
    for (let i = 1; i < order.length; i++) {
      const x = this.homeAt(order[i - 1] as number)
      const y = this.homeAt(order[i] as number)
      if ((this.at(x) - this.at(y) || this.at(x + 3) - this.at(y + 3) || this.at(x + 4) - this.at(y + 4)) > 0)
        return false
    }
    return true
  }

  /** Under `names` the caches stand in the order of what they hold of `line`: others need not be looked at. */
  #ascends(line: number, names: Uint8Array): boolean {
    for (let a = 0; a < this.caches; a++) {
      for (let b = 0; b < this.caches; b++) {
        if ((names[b] as number) - (names[a] as number) !== 1) continue
        const x = this.cacheAt(line, a)
        const y = this.cacheAt(line, b)
        for (let i = 0; i < 4; i++) {
          const difference = this.at(x + i) - this.at(y + i)
          if (difference > 0) return false
          if (difference < 0) break
        }
      }
    }
    return true
  }

  #encode(order: Uint8Array, names: Uint8Array, masks: Uint8Array): number {
    const key = this.#key
    let to = 0
    for (const line of order) {
      for (let c = 0; c < this.caches; c++) {
        const at = this.cacheAt(line, c)
        const place = to + (names[c] as number) * CACHE
        for (let i = 0; i < 3; i++) key[place + i] = this.at(at + i)
        this.#encodeMessage(at + 3, place + 3, names)
      }
      to += this.caches * CACHE
      const home = this.homeAt(line)
      key[to++] = this.at(home)
      const owner = this.at(home + 1)
      key[to++] = owner === Nobody ? Nobody : (names[owner] as number)
      key[to++] = masks[this.at(home + 2)] as number
      key[to++] = this.at(home + 3)
      key[to++] = this.at(home + 4)
      for (let i = 0; i < this.caches; i++, to += MESSAGE) this.#encodeMessage(home + 5 + i * MESSAGE, to, names)
      key[to++] = this.at(this.memoryAt(line))
      to = this.#encodeChannels(line, to, names)
    }
    const waiting = this.at(this.waitersAt)
    key[to++] = waiting
    for (let i = 1; i <= this.lines; i++) key[to++] = i <= waiting ? order.indexOf(this.at(this.waitersAt + i)) : 0
    return to
  }

  #encodeMessage(at: number, to: number, names: Uint8Array): void {
    const type = this.at(at)
    const tile = this.at(at + 1)
    this.#key[to] = type
    this.#key[to + 1] = type === 0 ? 0 : (names[tile & 15] as number) | (tile & 0xf0)
    this.#key[to + 2] = this.at(at + 2)
  }

  #encodeChannels(line: number, start: number, names: Uint8Array): number {
    const parties = this.caches + 2
    let to = start
    // In the order of the channels' new numbers, whatever the old ones were.
    for (let channel = 0; channel < this.channelTo.length; channel++) {
      const from = this.#unnamed(this.channelFrom[channel] as number, names)
      const end = this.#unnamed(this.channelTo[channel] as number, names)
      const at = this.channelAt(line, this.channelOf[from * parties + end] as number)
      const count = this.at(at)
      if (count === 0) continue
      this.#key[to++] = channel
      this.#key[to++] = count
      for (let i = 0; i < count; i++, to += MESSAGE) this.#encodeMessage(at + 1 + i * MESSAGE, to, names)
    }
    this.#key[to++] = End
    return to
  }

  /** The party that is called `name` under `names`. */
  #unnamed(name: number, names: Uint8Array): number {
    return name < this.caches ? names.indexOf(name) : name
  }
}
