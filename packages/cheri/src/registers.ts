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

/** Exchange capabilities in registers. */
export class Registers {
  readonly #domains: number
  readonly #objects: number
  readonly #epoch: Int32Array // [software thread][domain] times that its registers were cleared
  readonly #held: Int32Array // [software thread][domain][object] epoch * 4 + Rights

  constructor(threads: number, domains: number, objects: number) {
    this.#domains = domains
    this.#objects = objects
    this.#epoch = new Int32Array(threads * domains)
    this.#held = new Int32Array(threads * domains * objects)
  }

  /** Rights to `object` that the thread's registers give while it runs `domain`. */
  rights(thread: number, domain: number, object: number): Rights {
    const row = thread * this.#domains + domain
    const held = this.#held[row * this.#objects + object]
    return held >>> 2 === this.#epoch[row] ? held & 3 : Right.none
  }

  hold(thread: number, domain: number, object: number, rights: Rights): void {
    const row = thread * this.#domains + domain
    this.#held[row * this.#objects + object] = (this.#epoch[row] << 2) | rights
  }

  /** CHERI8: the thread leaves `domain` through a gate. */
  clear(thread: number, domain: number): void {
    this.#epoch[thread * this.#domains + domain]++
  }
}
