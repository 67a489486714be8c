/**
 * Rights that live in memory: a number for each domain and region, changed by a store. Whoever issued the store goes
 * by it from there on, as loads find their own thread's buffered stores; everybody else from the time at which a
 * message of the store's performing could have reached them.
 *
 *   SR1  an access goes by what its own software thread had changed when it dispatched, however late it is judged
 *   SR2  to others a change is not there before its store performs, nor in the quickest message's time from then on
 */
import { invariant } from "../kernel/model-defect.ts"

/** Changes of a software thread that are remembered, a power of two: more than a window of instructions can hold. */
const REMEMBERED = 512
/** Most of them whose stores are buffered: a tag store's tag has eight bits. */
const BUFFERED = 256
const STRIDE = 5
/** How many changes a thread has issued is kept in this many bits, with what else an authority holds. */
export const ISSUED_BITS = 20
const ISSUED_MASK = (1 << ISSUED_BITS) - 1
/** Never performed yet. */
const Pending = 0x7fff_ffff

export class StoredRights {
  /** The change that performed last: its domain and region, and what its own thread found before and after it. */
  domain = 0
  region = 0
  before = 0
  after = 0
  readonly #regions: number
  readonly #travel: number
  readonly #value: Int32Array // [domain][region] after all that has performed
  readonly #known: Int32Array // [domain][region] tick from which others find `value`
  readonly #earlier: Int32Array // [domain][region] what they find until then
  readonly #knownEarlier: Int32Array // [domain][region] since when
  readonly #earliest: Int32Array // [domain][region] what they found until then
  readonly #issued: Int32Array // [software thread] changes that it has issued
  readonly #performed: Int32Array // [software thread] the first of them that has not performed
  readonly #buffered: Int32Array // [hardware thread] changes that were issued on it
  readonly #journal: Int32Array // [software thread][change][cell, before, after, tick of performing, mark of its store]

  /** `travel`: ticks of the quickest message to another tile. */
  constructor(domains: number, regions: number, threads: number, softwareThreads: number, travel: number) {
    this.#regions = regions
    this.#travel = travel
    this.#value = new Int32Array(domains * regions)
    this.#known = new Int32Array(domains * regions)
    this.#earlier = new Int32Array(domains * regions)
    this.#knownEarlier = new Int32Array(domains * regions)
    this.#earliest = new Int32Array(domains * regions)
    this.#issued = new Int32Array(softwareThreads)
    this.#performed = new Int32Array(softwareThreads)
    this.#buffered = new Int32Array(threads)
    this.#journal = new Int32Array(softwareThreads * REMEMBERED * STRIDE)
  }

  /** Part of the state in which the machine starts. */
  initialise(domain: number, region: number, value: number): void {
    this.#value[domain * this.#regions + region] = value
  }

  /** Changes that `software` has issued so far, in ISSUED_BITS: what an access that it dispatches now goes by (SR1). */
  issued(software: number): number {
    return this.#issued[software] & ISSUED_MASK
  }

  /** `software` issues a change on hardware thread `thread`. Its store bears the tag that this returns. */
  issue(thread: number, software: number, domain: number, region: number, value: number): number {
    const change = this.#issued[software]
    invariant(
      change - this.#performed[software] < BUFFERED,
      "SR1",
      `software thread ${software} has ${BUFFERED} changes of rights buffered`
    )
    const at = this.#at(software, change)
    const tag = this.#buffered[thread]++ & (BUFFERED - 1)
    const before = this.of(software, this.issued(software), domain, region, Pending)
    this.#journal[at] = domain * this.#regions + region
    this.#journal[at + 1] = before
    this.#journal[at + 2] = value
    this.#journal[at + 3] = Pending
    this.#journal[at + 4] = thread * BUFFERED + tag
    this.#issued[software] = change + 1
    return tag
  }

  /** The store with `tag` of hardware thread `thread`, where `software` runs now, performs at `tick`. */
  perform(thread: number, software: number, tag: number, tick: number): void {
    const mark = thread * BUFFERED + tag
    let author = software
    let at = this.#find(author, mark)
    // Another thread has taken its turn since.
    for (let other = 0; at < 0; other++) {
      invariant(other < this.#issued.length, "SR2", `thread ${thread} performs a change that nobody issued`)
      author = other
      at = this.#find(author, mark)
    }
    const cell = this.#journal[at]
    this.#earliest[cell] = this.#earlier[cell]
    this.#knownEarlier[cell] = this.#known[cell]
    this.#earlier[cell] = this.#value[cell]
    this.#value[cell] = this.#journal[at + 2]
    this.#known[cell] = tick + this.#travel
    this.#journal[at + 3] = tick
    if (at === this.#at(author, this.#performed[author])) this.#performed[author]++
    this.domain = (cell / this.#regions) | 0
    this.region = cell % this.#regions
    this.before = this.#journal[at + 1]
    this.after = this.#journal[at + 2]
  }

  /** What a thread that had issued `remembered` changes when its access dispatched finds at `tick`. */
  of(software: number, remembered: number, domain: number, region: number, tick: number): number {
    const cell = domain * this.#regions + region
    const last = this.#issued[software]
    const issued = last - ((last - remembered) & ISSUED_MASK)
    if (last > 0 && (last !== issued || this.#performed[software] !== last || tick < this.#known[cell])) {
      const own = this.#own(software, issued, cell, tick)
      if (own !== Pending) return own
    }
    if (tick >= this.#known[cell]) return this.#value[cell]
    return tick >= this.#knownEarlier[cell] ? this.#earlier[cell] : this.#earliest[cell]
  }

  /** What the thread's latest change of `cell` made of it, or its next one found at `tick`, or Pending if neither says. */
  #own(software: number, issued: number, cell: number, tick: number): number {
    const journal = this.#journal
    const last = this.#issued[software]
    const least = last > REMEMBERED ? last - REMEMBERED : 0
    for (let change = issued; change < last; change++) {
      const at = this.#at(software, change)
      if (change < least || journal[at] !== cell) continue
      if (journal[at + 3] <= tick && journal[at + 3] !== Pending) return journal[at + 1]
      break // not there yet: what others have changed since it was issued counts
    }
    for (let change = issued - 1; change >= least; change--) {
      const at = this.#at(software, change)
      if (journal[at] !== cell) continue
      // Performed, and changed by somebody else since: memory's word counts.
      return journal[at + 3] + this.#travel < this.#known[cell] ? Pending : journal[at + 2]
    }
    return Pending
  }

  /** Place of the buffered change of `software` whose store is `mark`, or -1. Those that are over are left behind. */
  #find(software: number, mark: number): number {
    const last = this.#issued[software]
    let first = this.#performed[software]
    while (first < last && this.#journal[this.#at(software, first) + 3] !== Pending) first++
    this.#performed[software] = first
    for (let change = first; change < last; change++) {
      const at = this.#at(software, change)
      if (this.#journal[at + 3] === Pending && this.#journal[at + 4] === mark) return at
    }
    return -1
  }

  #at(software: number, change: number): number {
    return (software * REMEMBERED + (change & (REMEMBERED - 1))) * STRIDE
  }
}
