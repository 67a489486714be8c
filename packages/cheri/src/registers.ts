/**
 * What each software thread holds in registers. Which compartment it runs is packed into its `authority`: DDC of
 * Restricted, the compartment that the switcher has open beside it, and whether the switcher runs; so an access goes
 * by these as of its dispatch. Law: a register belongs to one thread; nothing here is changed by another.
 *
 *   CHERI8   a gate leaves no exchange capability of its origin in registers
 */
import { Right, type Rights } from "@isolde/core/isolation/rights"

const FIELD = 15
const MASK = (1 << FIELD) - 1
const EXECUTIVE = 1 << (2 * FIELD)

/** The compartment of `domain`, in Restricted. */
export const restricted = (domain: number): number => domain

/** The switcher, called by `domain`'s compartment, with `second` open beside it (-1: none). */
export const executive = (domain: number, second: number): number => domain | ((second + 1) << FIELD) | EXECUTIVE

/** Domain whose memory DDC of Restricted covers. */
export const ddcOf = (authority: number): number => authority & MASK

/** Domain that the switcher has open beside it, or -1. */
export const secondOf = (authority: number): number => ((authority >>> FIELD) & MASK) - 1

export const isExecutive = (authority: number): boolean => (authority & EXECUTIVE) !== 0

/** Whether private memory of `domain` is reached under `authority`. */
export const opens = (authority: number, domain: number): boolean =>
  domain === ddcOf(authority) || domain === secondOf(authority)

/** No object. */
const NONE = -1

/** Exchange capabilities in registers. */
export class Registers {
  readonly #domains: number
  readonly #objects: number
  readonly #epoch: Int32Array // [software thread][domain] times that its registers were cleared
  readonly #held: Int32Array // [software thread][domain][object] epoch * 4 + Rights
  readonly #first: Int32Array // [software thread][domain] object that was held last since then, or NONE
  readonly #next: Int32Array // [software thread][domain][object] the one before it, or NONE

  constructor(threads: number, domains: number, objects: number) {
    this.#domains = domains
    this.#objects = objects
    this.#epoch = new Int32Array(threads * domains).fill(1)
    this.#held = new Int32Array(threads * domains * objects)
    this.#first = new Int32Array(threads * domains).fill(NONE)
    this.#next = new Int32Array(threads * domains * objects)
  }

  /** Rights to `object` that the thread's registers give while it runs `domain`. */
  rights(thread: number, domain: number, object: number): Rights {
    const row = thread * this.#domains + domain
    const held = this.#held[row * this.#objects + object]
    return held >>> 2 === this.#epoch[row] ? held & 3 : Right.none
  }

  hold(thread: number, domain: number, object: number, rights: Rights): void {
    const row = thread * this.#domains + domain
    const at = row * this.#objects + object
    if (this.#held[at] >>> 2 !== this.#epoch[row]) {
      this.#next[at] = this.#first[row]
      this.#first[row] = object
    }
    this.#held[at] = (this.#epoch[row] << 2) | rights
  }

  /** First of the objects that the thread has held in `domain` since it last left, or -1; `after` gives the others. */
  firstHeld(thread: number, domain: number): number {
    return this.#first[thread * this.#domains + domain]
  }

  after(thread: number, domain: number, object: number): number {
    return this.#next[(thread * this.#domains + domain) * this.#objects + object]
  }

  /** CHERI8: the thread leaves `domain` through a gate. */
  clear(thread: number, domain: number): void {
    const row = thread * this.#domains + domain
    this.#epoch[row]++
    this.#first[row] = NONE
  }
}
