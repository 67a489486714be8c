/**
 * As many situations of a model as fit into a bounded memory, breadth first: of each it keeps 64 bits, and the whole
 * keys of two depths alone. Law: it says how far it came, and whether that is everything. Two situations with the same
 * bits would be taken for one: at 2^28 of them the chance that any two have the same is one in 250.
 *
 *   A situation in which nothing is under way and somebody waits is found wherever it is; that deliveries come to an
 *   end is looked at from one situation in 64.
 */
import type { ProtocolModel } from "./protocol-model.ts"
import { Violation } from "./violation.ts"

const CHUNK = 1 << 24
/** Deliveries after which a way to rest is none. */
const LONGEST = 1000

export interface BoundedExploration {
  readonly situations: number
  readonly transitions: number
  /** What can follow was looked at for every situation so many steps from the beginning, or fewer. */
  readonly depth: number
  readonly ended: "complete" | "no room" | "no time"
}

export interface Bounds {
  /** Places of 8 bytes for situations, a power of two; nine in ten are filled at most. */
  readonly slots: number
  readonly seconds: number
}

/** 63 bits of each situation seen, in open addressing. */
class Fingerprints {
  count = 0
  readonly most: number
  readonly #mask: number
  readonly #low: Uint32Array // [slot]
  readonly #high: Uint32Array // [slot] odd; 0 if the slot is free

  constructor(slots: number) {
    this.#mask = slots - 1
    this.most = Math.floor(slots * 0.9)
    this.#low = new Uint32Array(slots)
    this.#high = new Uint32Array(slots)
  }

  /** True if the key is new. */
  add(key: Uint8Array, length: number): boolean {
    let a = 0x811c_9dc5
    let b = 0x9e37_79b9
    for (let i = 0; i < length; i++) {
      const byte = key[i] as number
      a = Math.imul(a ^ byte, 0x0100_0193)
      b = Math.imul(b ^ byte ^ (b >>> 13), 0x5bd1_e995)
    }
    const low = mixed(a) >>> 0
    const high = (mixed(b ^ (a >>> 7)) | 1) >>> 0
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const there = this.#high[slot] as number
      if (there === 0) {
        this.#low[slot] = low
        this.#high[slot] = high
        this.count++
        return true
      }
      if (there === high && this.#low[slot] === low) return false
    }
  }
}

function mixed(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return h ^ (h >>> 16)
}

/** The keys of one depth, each after its length; a length of zero ends a chunk that is not full. */
class Frontier {
  count = 0
  readonly #chunks: Array<Uint8Array> = []
  #used = CHUNK

  add(key: Uint8Array, length: number): void {
    if (this.#used + length + 2 > CHUNK) {
      this.#chunks.push(new Uint8Array(CHUNK))
      this.#used = 0
    }
    const chunk = this.#chunks[this.#chunks.length - 1] as Uint8Array
    chunk[this.#used] = length & 0xff
    chunk[this.#used + 1] = length >> 8
    chunk.set(key.subarray(0, length), this.#used + 2)
    this.#used += length + 2
    this.count++
  }

  /** Each key's chunk and offset, until `look` says false. */
  each(look: (chunk: Uint8Array, offset: number) => boolean): void {
    for (const chunk of this.#chunks) {
      for (let at = 0; at + 2 <= CHUNK; ) {
        const length = (chunk[at] as number) | ((chunk[at + 1] as number) << 8)
        if (length === 0) break
        if (!look(chunk, at + 2)) return
        at += length + 2
      }
    }
  }
}

/** Explore `model` within the bounds; throws a Violation with the situation that it came from. */
export function exploreBounded(model: ProtocolModel, { seconds, slots }: Bounds): BoundedExploration {
  const { situation } = model
  const seen = new Fingerprints(slots)
  const until = performance.now() + seconds * 1000
  let transitions = 0
  let looked = 0
  let depth = -1
  let ended: BoundedExploration["ended"] = "complete"
  let next = new Frontier()
  const visit = () => {
    transitions++
    const length = situation.canonical()
    if (seen.add(situation.key, length)) next.add(situation.key, length)
  }
  const look = (chunk: Uint8Array, offset: number): boolean => {
    situation.load(chunk, offset)
    try {
      model.expand(visit)
      if ((++looked & 63) === 0) comeToRest(model)
    } catch (error) {
      situation.load(chunk, offset)
      throw error instanceof Violation ? new Violation(`${error.message}\n${model.describe()}`) : error
    }
    if (seen.count >= seen.most) ended = "no room"
    else if ((looked & 1023) === 0 && performance.now() > until) ended = "no time"
    return ended === "complete"
  }
  situation.clear()
  visit()
  while (next.count > 0 && ended === "complete") {
    const frontier = next
    next = new Frontier()
    frontier.each(look)
    if (ended === "complete") depth++
  }
  return { situations: seen.count, transitions, depth, ended }
}

function comeToRest(model: ProtocolModel): void {
  for (let left = LONGEST; model.settleOne(); left--) if (left === 0) throw new Violation("never comes to rest")
}
