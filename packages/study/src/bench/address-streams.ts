/**
 * The address streams of the memory benchmark, as the baselines' generator makes them: accesses of `cores` cores by
 * turns, 30 % of them stores; with several cores one in twenty goes to a megabyte that all share.
 *
 *     hit   95 % uniform in 16 KiB of the core's own, the rest uniform in 256 MiB of its own
 *     miss  uniform in 256 MiB of its own
 *     mix   a third strides lines through 8 MiB, a third Zipf (0.9) over 65,536 lines, a third uniform in 256 MiB
 *
 * Law: the same generator (xorshift128+, fixed seed) and the same order of draws, so the n-th access is the same
 * address in both.
 */
export type StreamKind = "hit" | "miss" | "mix"

/** Accesses of one core, in order. */
export interface AddressStream {
  /** [access] line of the address, from byte 0 on. */
  readonly line: Int32Array
  /** [access] byte within the line. */
  readonly offset: Uint8Array
  /** [access] 1 for a store. */
  readonly store: Uint8Array
}

const MASK_64 = (1n << 64n) - 1n
const ZIPF = 65_536

/** Per core, its part of the first `accesses` accesses. */
export function addressStreams(kind: StreamKind, cores: number, accesses: number): ReadonlyArray<AddressStream> {
  const random = new Xorshift()
  const each = Math.ceil(accesses / cores)
  const streams = Array.from({ length: cores }, () => ({
    line: new Int32Array(each),
    offset: new Uint8Array(each),
    store: new Uint8Array(each)
  }))
  const zipf = kind === "mix" ? zipfTable() : new Float64Array(0)
  const strides = Array.from({ length: cores }, () => 0)
  for (let i = 0; i < accesses; i++) {
    const core = i % cores
    const stream = streams[core] as AddressStream
    const base = (core + 1) * 2 ** 29 + core * 0x5000
    const chance = random.next()
    let address: number
    if (cores > 1 && chance.modulo(100) < 5) address = random.next().low(20)
    else if (kind === "hit") {
      address = base + (random.next().modulo(100) < 95 ? random.next().low(14) : random.next().low(28))
    } else if (kind === "miss") address = base + random.next().low(28)
    else {
      const third = random.next().modulo(3)
      if (third === 0) {
        const stride = strides[core] as number
        address = base + (stride % 0x80_0000)
        strides[core] = stride + 64
      } else if (third === 1) address = base + ((ranked(zipf, random.next()) * 40_503) & 0xffff) * 64
      else address = base + random.next().low(28)
    }
    const at = (i / cores) | 0
    stream.line[at] = Math.floor(address / 64)
    stream.offset[at] = address & 56
    stream.store[at] = random.next().modulo(10) < 3 ? 1 : 0
  }
  return streams
}

/** xorshift128+ of 64-bit words in halves of 32 bits, less the lowest 11 bits of each draw. */
class Xorshift {
  #a = halves(0x9e3779b97f4a7c15n)
  #b = halves(0xd1b54a32d192ed03n)
  #high = 0
  #low = 0

  next(): this {
    const [aHigh, aLow] = this.#a
    const [bHigh, bLow] = this.#b
    const low = (aLow >>> 0) + (bLow >>> 0)
    this.#low = low >>> 0
    this.#high = ((aHigh >>> 0) + (bHigh >>> 0) + (low > 0xffff_ffff ? 1 : 0)) >>> 0
    const xHigh = aHigh ^ bHigh
    const xLow = aLow ^ bLow
    // a = rotl(a, 24) ^ x ^ (x << 16); b = rotl(x, 37)
    this.#a[0] = ((aHigh << 24) | (aLow >>> 8)) ^ xHigh ^ ((xHigh << 16) | (xLow >>> 16))
    this.#a[1] = ((aLow << 24) | (aHigh >>> 8)) ^ xLow ^ (xLow << 16)
    this.#b[0] = (xLow << 5) | (xHigh >>> 27)
    this.#b[1] = (xHigh << 5) | (xLow >>> 27)
    return this
  }

  /** The draw modulo `n`, a small number. */
  modulo(n: number): number {
    const high = this.#high >>> 11
    const low = ((this.#high << 21) | (this.#low >>> 11)) >>> 0
    return ((high % n) * (0x1_0000_0000 % n) + (low % n)) % n
  }

  /** Its lowest `bits` bits, at most 31. */
  low(bits: number): number {
    return ((this.#high << 21) | (this.#low >>> 11)) & ((1 << bits) - 1)
  }

  /** Its lowest 40 bits as a fraction. */
  fraction(): number {
    const low = ((this.#high << 21) | (this.#low >>> 11)) >>> 0
    return (((this.#high >>> 11) & 0xff) * 0x1_0000_0000 + low) / 1_099_511_627_776
  }
}

function halves(word: bigint): [high: number, low: number] {
  return [Number((word & MASK_64) >> 32n) | 0, Number(word & 0xffff_ffffn) | 0]
}

function zipfTable(): Float64Array {
  let sum = 0
  return Float64Array.from({ length: ZIPF }, (_, rank) => {
    sum += (rank + 1) ** -0.9
    return sum
  })
}

function ranked(table: Float64Array, random: Xorshift): number {
  const wanted = random.fraction() * (table[ZIPF - 1] as number)
  let low = 0
  let high = ZIPF - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((table[middle] as number) < wanted) low = middle + 1
    else high = middle
  }
  return low
}
