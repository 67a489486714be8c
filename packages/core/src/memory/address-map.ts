/**
 * Where a line lies: channel of its node, then rank, bank group, bank and row in that channel. The order of the
 * fields, least significant first, is data.
 *
 * Consecutive lines alternate between channels and, within one, between bank groups, so that a stream pays no tCCD_L;
 * a row fills before the next bank begins. Bank, group and rank are exchanged by the row's low bits (permutation-based
 * interleaving: Zhang, Zhu and Zhang, MICRO 2000; Pessl et al., USENIX Security 2016, found such XOR functions in
 * Intel's controllers), so that lines one row apart seldom share a bank. The very functions of a machine are
 * unpublished: assumed.
 */
import type { MachineNumbers } from "../machines/machine.ts"
import { LINE_BYTES } from "./pages.ts"

/** Fields of a line's number within its channel, least significant first; the row is what remains. */
export const FIELD_ORDER = ["group", "column", "bank", "rank"] as const

export class AddressMap {
  /** What `locate` found. `bank` counts over the whole channel, `group` too. */
  rank = 0
  group = 0
  bank = 0
  row = 0
  readonly #channels: number
  readonly #ranks: number
  readonly #groups: number
  readonly #banks: number
  readonly #sizes: Int32Array // [field]
  readonly #shifts: Int32Array // [field] bits of a size that is a power of two, or -1

  constructor({ banks, channels, groups, ranks, rowBytes }: MachineNumbers["memory"]) {
    this.#channels = channels
    this.#ranks = ranks
    this.#groups = groups
    this.#banks = banks
    const sizes = { group: groups, column: Math.max(1, (rowBytes / LINE_BYTES) | 0), bank: banks, rank: ranks }
    this.#sizes = Int32Array.from(FIELD_ORDER, (field) => sizes[field])
    this.#shifts = this.#sizes.map((size) => ((size & (size - 1)) === 0 ? 31 - Math.clz32(size) : -1))
  }

  /** Channel, of those of its node, that holds `line`. */
  channelOf(line: number): number {
    const within = this.within(line)
    return exchange(line % this.#channels, (within >>> 4) ^ (within >>> 10) ^ (within >>> 16), this.#channels)
  }

  /** Number of `line` among the lines of its channel. */
  within(line: number): number {
    return (line / this.#channels) | 0
  }

  /** Find the place of line `within` of a channel. */
  locate(within: number): void {
    let rest = within
    let group = 0
    let bank = 0
    let rank = 0
    for (let field = 0; field < FIELD_ORDER.length; field++) {
      const size = this.#sizes[field]
      const shift = this.#shifts[field]
      const value = shift >= 0 ? rest & (size - 1) : rest % size
      rest = shift >= 0 ? rest >>> shift : (rest / size) | 0
      if (field === GROUP) group = value
      else if (field === BANK) bank = value
      else if (field === RANK) rank = value
    }
    const row = rest
    let hash = row
    group = exchange(group, hash, this.#groups)
    hash = (hash / this.#groups) | 0
    bank = exchange(bank, hash, this.#banks)
    hash = (hash / this.#banks) | 0
    rank = exchange(rank, hash, this.#ranks)
    this.rank = rank
    this.group = rank * this.#groups + group
    this.bank = this.group * this.#banks + bank
    this.row = row
  }
}

const GROUP = FIELD_ORDER.indexOf("group")
const BANK = FIELD_ORDER.indexOf("bank")
const RANK = FIELD_ORDER.indexOf("rank")

/** A permutation of 0..size-1 chosen by `hash`: XOR where size is a power of two, a rotation else. */
function exchange(value: number, hash: number, size: number): number {
  return (size & (size - 1)) === 0 ? value ^ (hash & (size - 1)) : (value + hash) % size
}
