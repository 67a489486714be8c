/**
 * A situation's key, whatever its caches are called: the least of the keys that renaming them gives.
 * Law: two situations have the same key if, and only if, they differ in the names of the caches alone.
 */
import { order, type Renamings, renamedSets } from "./renaming.ts"
import { CacheBytes, MessageBytes, Nobody, type Situation } from "./situation.ts"

const End = 0xff

export class CanonicalKey {
  /** The key, `length` bytes of it. */
  bytes = new Uint8Array(1024)
  length = 0
  /** The renaming that led to it. */
  renaming = 0
  /** The renamings that change nothing in what has this key, a bit each. */
  unchanged = 1
  readonly #situation: Situation
  readonly #renamings: Renamings
  readonly #masks: ReadonlyArray<Uint8Array> // [renaming][sharers] renamed sharers
  #other = new Uint8Array(1024)

  constructor(situation: Situation, renamings: Renamings) {
    this.#situation = situation
    this.#renamings = renamings
    this.#masks = renamings.all.map(renamedSets)
  }

  /** Find the key of the situation as it is now. */
  find(): void {
    let best = -1
    let found = 0
    const equal = new Uint8Array(this.#renamings.count)
    for (const [renaming, names] of this.#renamings.all.entries()) {
      if (!this.#ascends(names)) continue
      const length = this.#encode(names, this.#masks[renaming] as Uint8Array)
      const compared = best < 0 ? -1 : order(this.#other, length, this.bytes, this.length)
      if (compared > 0) continue
      if (compared < 0) {
        const key = this.#other
        this.#other = this.bytes
        this.bytes = key
        this.length = length
        best = renaming
        found = 0
      }
      equal[found++] = renaming
    }
    this.renaming = best
    this.unchanged = 0
    const back = this.#renamings.inverse[best] as number
    for (let i = 0; i < found; i++) this.unchanged |= 1 << this.#renamings.compose(equal[i] as number, back)
  }

  /** Make the situation what `key` says. */
  load(key: Uint8Array, offset: number): void {
    const s = this.#situation
    s.bytes.fill(0)
    let from = offset
    for (let i = 0; i < s.fixed; i++) s.bytes[i] = key[from++] as number
    for (let channel = key[from++] as number; channel !== End; channel = key[from++] as number) {
      const at = s.channelAt(channel)
      const count = key[from++] as number
      s.bytes[at] = count
      for (let i = 0; i < count * MessageBytes; i++) s.bytes[at + 1 + i] = key[from++] as number
    }
  }

  /** Under `names` the caches stand in the order of what they hold: others need not be looked at. */
  #ascends(names: Uint8Array): boolean {
    const s = this.#situation
    for (let a = 0; a < s.caches; a++) {
      for (let b = 0; b < s.caches; b++) {
        if ((names[b] as number) - (names[a] as number) !== 1) continue
        const x = s.cacheAt(a)
        const y = s.cacheAt(b)
        for (let i = 0; i < 4; i++) {
          const difference = s.at(x + i) - s.at(y + i)
          if (difference > 0) return false
          if (difference < 0) break
        }
      }
    }
    return true
  }

  #encode(names: Uint8Array, masks: Uint8Array): number {
    const s = this.#situation
    const key = this.#other
    for (let c = 0; c < s.caches; c++) {
      const at = s.cacheAt(c)
      const to = s.cacheAt(names[c] as number)
      for (let i = 0; i < CacheBytes - MessageBytes; i++) key[to + i] = s.at(at + i)
      this.#encodeMessage(at + CacheBytes - MessageBytes, to + CacheBytes - MessageBytes, names)
    }
    const home = s.homeAt
    const owner = s.at(home + 1)
    key[home] = s.at(home)
    key[home + 1] = owner === Nobody ? Nobody : (names[owner] as number)
    key[home + 2] = masks[s.at(home + 2)] as number
    key[home + 3] = s.at(home + 3)
    key[home + 4] = s.at(home + 4)
    for (let at = home + 5; at < s.memoryAt; at += MessageBytes) this.#encodeMessage(at, at, names)
    key[s.memoryAt] = s.at(s.memoryAt)
    return this.#encodeChannels(names)
  }

  #encodeMessage(at: number, to: number, names: Uint8Array): void {
    const s = this.#situation
    const type = s.at(at)
    const tile = s.at(at + 1)
    this.#other[to] = type
    this.#other[to + 1] = type === 0 ? 0 : (names[tile & 15] as number) | (tile & 0xf0)
    this.#other[to + 2] = s.at(at + 2)
  }

  #encodeChannels(names: Uint8Array): number {
    const s = this.#situation
    let to = s.fixed
    // In the order of the channels' new numbers, whatever the old ones were.
    for (let channel = 0; channel < s.channelTo.length; channel++) {
      const from = this.#unnamed(s.channelFrom[channel] as number, names)
      const at = s.between(from, this.#unnamed(s.channelTo[channel] as number, names))
      const count = s.at(at)
      if (count === 0) continue
      this.#other[to++] = channel
      this.#other[to++] = count
      for (let i = 0; i < count; i++, to += MessageBytes) this.#encodeMessage(at + 1 + i * MessageBytes, to, names)
    }
    this.#other[to++] = End
    return to
  }

  /** The party that is called `name` under `names`. */
  #unnamed(name: number, names: Uint8Array): number {
    return name < this.#situation.caches ? names.indexOf(name) : name
  }
}
