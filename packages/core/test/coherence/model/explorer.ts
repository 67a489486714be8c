/**
 * Every situation that a model can reach, breadth first, kept as keys in one arena; then, for each of them, whether a
 * way leads back to rest. Law: nothing is forgotten and nothing approximated; a bound that is hit is a failure.
 */
import type { RandomStream } from "@isolde/core/kernel/random"
import type { ProtocolModel } from "./protocol-model.ts"
import { Violation } from "./violation.ts"

const CHUNK = 1 << 24

export interface Explored {
  readonly situations: number
  readonly transitions: number
  /** Steps of the longest way to the situation found last. */
  readonly depth: number
  readonly bytes: number
}

class Keys {
  count = 0
  bytes = 0
  #chunks: Array<Uint8Array> = []
  #used = CHUNK
  #starts = new Float64Array(1 << 16) // [situation] chunk * CHUNK + offset
  #lengths = new Uint16Array(1 << 16) // [situation]
  #table = new Int32Array(1 << 18) // [slot] situation + 1

  /** The number of a key; a new one gets the next. */
  number(key: Uint8Array, length: number, add = true): number {
    const mask = this.#table.length - 1
    let slot = hash(key, length) & mask
    for (let entry = this.#table[slot] as number; entry !== 0; entry = this.#table[slot] as number) {
      if (this.#is(entry - 1, key, length)) return entry - 1
      slot = (slot + 1) & mask
    }
    if (!add) return -1
    if (this.#used + length > CHUNK) {
      this.#chunks.push(new Uint8Array(CHUNK))
      this.#used = 0
    }
    const chunk = this.#chunks.length - 1
    ;(this.#chunks[chunk] as Uint8Array).set(key.subarray(0, length), this.#used)
    if (this.count === this.#lengths.length) this.#grow()
    this.#starts[this.count] = chunk * CHUNK + this.#used
    this.#lengths[this.count] = length
    this.#used += length
    this.bytes += length
    this.#table[slot] = ++this.count
    if (this.count * 2 > this.#table.length) this.#rehash()
    return this.count - 1
  }

  chunkOf(situation: number): Uint8Array {
    return this.#chunks[Math.floor((this.#starts[situation] as number) / CHUNK)] as Uint8Array
  }

  offsetOf(situation: number): number {
    return (this.#starts[situation] as number) % CHUNK
  }

  #is(situation: number, key: Uint8Array, length: number): boolean {
    if (this.#lengths[situation] !== length) return false
    const chunk = this.chunkOf(situation)
    const offset = this.offsetOf(situation)
    for (let i = 0; i < length; i++) if (chunk[offset + i] !== key[i]) return false
    return true
  }

  #grow(): void {
    const starts = new Float64Array(this.#starts.length * 2)
    starts.set(this.#starts)
    this.#starts = starts
    const lengths = new Uint16Array(this.#lengths.length * 2)
    lengths.set(this.#lengths)
    this.#lengths = lengths
  }

  #rehash(): void {
    this.#table = new Int32Array(this.#table.length * 2)
    const mask = this.#table.length - 1
    for (let situation = 0; situation < this.count; situation++) {
      const offset = this.offsetOf(situation)
      const key = this.chunkOf(situation).subarray(offset, offset + (this.#lengths[situation] as number))
      let slot = hash(key, key.length) & mask
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask
      this.#table[slot] = situation + 1
    }
  }
}

function hash(key: Uint8Array, length: number): number {
  let h = 0x811c_9dc5
  for (let i = 0; i < length; i++) h = Math.imul(h ^ (key[i] as number), 0x0100_0193)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b_3c6d)
  return h ^ (h >>> 13)
}

/** Explore `model`; throws a Violation with the way to it. More than `limit` situations are a RangeError. */
export function explore(model: ProtocolModel, limit = 1e8): Explored {
  const keys = new Keys()
  let parents = new Int32Array(1 << 16)
  let transitions = 0
  let at = -1
  const { situation } = model
  const visit = () => {
    transitions++
    const length = situation.canonical()
    const before = keys.count
    keys.number(situation.key, length)
    if (keys.count === before) return
    if (keys.count > limit) throw new RangeError(`more than ${limit} situations`)
    if (keys.count > parents.length) {
      const wider = new Int32Array(parents.length * 2)
      wider.set(parents)
      parents = wider
    }
    parents[before] = at
  }
  situation.clear()
  visit()
  try {
    for (at = 0; at < keys.count; at++) {
      situation.load(keys.chunkOf(at), keys.offsetOf(at))
      model.expand(visit)
    }
    comeToRest(model, keys)
  } catch (error) {
    if (error instanceof Violation) throw new Violation(`${error.message}\n${way(model, keys, parents, at)}`)
    throw error
  }
  let depth = 0
  for (let s = keys.count - 1; s > 0; s = parents[s] as number) depth++
  return { situations: keys.count, transitions, depth, bytes: keys.bytes }
}

/** From every situation, delivering what is under way leads to rest: followed once for each. */
function comeToRest(model: ProtocolModel, keys: Keys): void {
  const { situation } = model
  const safe = new Uint8Array(keys.count)
  const path: Array<number> = []
  for (let from = 0; from < keys.count; from++) {
    for (let s = from; safe[s] === 0; ) {
      safe[s] = 1
      path.push(s)
      situation.load(keys.chunkOf(s), keys.offsetOf(s))
      if (!model.settleOne()) break
      s = keys.number(situation.key, situation.canonical(), false)
      if (safe[s] === 1) throw new Violation("never comes to rest")
    }
    for (const s of path) safe[s] = 2
    path.length = 0
  }
}

function way(model: ProtocolModel, keys: Keys, parents: Int32Array, end: number): string {
  const lines: Array<string> = []
  for (let s = end; s >= 0 && lines.length < 64; s = s === 0 ? -1 : (parents[s] as number)) {
    model.situation.load(keys.chunkOf(s), keys.offsetOf(s))
    lines.unshift(model.describe())
  }
  return lines.join("\n")
}

/** Steps for which a wanderer holds up what one cache tells the home. */
const EPISODE = 256

/** Go from situation to situation at random, for `steps` steps, with messages to the home that are late; throws a Violation. */
export function wander(model: ProtocolModel, steps: number, random: RandomStream): void {
  const { bytes, caches, channelOf, home } = model.situation
  const chosen = new Uint8Array(bytes.length)
  let choices = 0
  const visit = () => {
    if (random.below(++choices) === 0) chosen.set(bytes)
  }
  model.situation.clear()
  for (let step = 0; step < steps; step++) {
    if (step % EPISODE === 0) model.held = channelOf[random.below(caches) * (caches + 2) + home] as number
    choices = 0
    model.expand(visit)
    if (choices > 0) bytes.set(chosen)
    else model.held = -1
  }
}
