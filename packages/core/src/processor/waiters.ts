/**
 * Who waits for what: a list per miss and per walker, in the order in which its members came, and one more list of
 * those who found no buffer or walker free and ask again when something arrives. Members are small numbers, rows of
 * the window's accesses or of the store buffer.
 *
 *   WA1  a member is in one list at most
 */
import type { Columns } from "../kernel/columns.ts"
import { grown } from "../kernel/grown.ts"

/** End of a list. */
export const None = -1

/** The list of those who ask again. */
export const AGAIN = 0

/** Lists for which there is room at first. */
const LISTS = 128

/** Waits from here on are walkers, those below are misses. */
export const FIRST_WALK = 1 << 16

/** List of those who wait for `wait`, a miss or a walker. */
export const listOf = (wait: number): number => (((wait & (FIRST_WALK - 1)) << 1) | (wait >= FIRST_WALK ? 1 : 0)) + 1

export class Waiters {
  readonly next: Int32Array // [member] the one behind it, or None
  /** The first of those who ask again found every walker busy (else None), when so many walks were over. */
  stuck = None
  stuckAt = 0
  #heads: Int32Array // [list]
  #tails: Int32Array // [list]

  constructor(members: number, columns: Columns) {
    this.next = columns.int32(members)
    this.#heads = columns.int32(LISTS).fill(None)
    this.#tails = columns.int32(LISTS).fill(None)
  }

  append(list: number, member: number): void {
    if (list >= this.#heads.length) this.#grow(list + 1)
    const tail = this.#tails[list]
    this.next[member] = None
    this.#tails[list] = member
    if (tail < 0) this.#heads[list] = member
    else this.next[tail] = member
  }

  /** First member of `list`, or None. */
  first(list: number): number {
    return list < this.#heads.length ? this.#heads[list] : None
  }

  /** Empty `list`; its first member, from which `next` leads to the others. */
  take(list: number): number {
    if (list >= this.#heads.length) return None
    const head = this.#heads[list]
    this.#heads[list] = None
    this.#tails[list] = None
    return head
  }

  /** The first member of `list` leaves it. */
  drop(list: number): void {
    const second = this.next[this.#heads[list]]
    this.#heads[list] = second
    if (second < 0) this.#tails[list] = None
  }

  #grow(lists: number): void {
    const size = Math.max(lists, this.#heads.length * 2)
    this.#heads = grown(this.#heads, size, None)
    this.#tails = grown(this.#tails, size, None)
  }
}
