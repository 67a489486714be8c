/**
 * Capabilities in memory: slots of 16 bytes with one tag each, and what a domain could load from its own. A change
 * by another tile is seen only when a message could have told of it.
 *
 *   CHERI5   storing a capability sets its slot's tag; a clearing store takes it away
 *   CHERI20  a narrowed one is no capability to all of its object, which an access without a register goes by
 *   CHERI11  a thread sees its own tile's changes at once, those of others `flight` ticks later
 */
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { ModelDefect } from "@isolde/core/kernel/model-defect"
import { OlderChanges } from "./older-changes.ts"

/** No slot, or no object in a slot. */
export const NONE = -1

/** Changes of one domain's rights to one object that are found at once. */
const HISTORY = 4
/** Bits of rights before those to all of an object. */
const WHOLE = 2
const LONG_AGO = -0x4000_0000
const NEVER = 0x7fff_ffff

export class StoredCapabilities {
  /** Capabilities of an object, newest first: `first[object]`, then `next[slot]`. */
  readonly first: Int32Array // [object] slot, or NONE
  readonly next: Int32Array // [slot] slot, or NONE
  readonly object: Int32Array // [slot] object, or NONE while its tag is clear
  readonly rights: Uint8Array // [slot] Rights
  readonly bounds: Uint16Array // [slot] bounds of the capability, by number; 0 is all of its object
  readonly untracked: Uint8Array // [slot] 1 when its store was not entered in the table
  readonly barred: Uint8Array // [slot] 1 when the load barrier keeps its capability from being loaded
  /** Ticks of the quickest message to another tile. */
  readonly flight: number
  /** Tags set by capability stores, and cleared by clearing stores, in this run. */
  kept = 0
  cleared = 0
  readonly #older = new OlderChanges()
  readonly #previous: Int32Array // [slot] slot, or NONE
  readonly #perDomain: number
  readonly #domains: number
  readonly #changedAt: Int32Array // [domain][object][change] tick
  readonly #changedBy: Int16Array // [domain][object][change] tile
  readonly #after: Uint8Array // [domain][object][change] Rights, and from bit WHOLE on those to all of it
  readonly #barred: Int32Array // [domain][object] tick of the load barrier, or NEVER
  readonly #lifted: Int32Array // [domain][object] tick from which a capability was stored anew, or NEVER
  readonly #barredBy: Int16Array // [domain][object] tile
  readonly #newest: Uint8Array // [domain][object] change

  constructor(domains: number, objects: number, perDomain: number, flight: number) {
    const slots = domains * perDomain
    this.#domains = domains
    this.#perDomain = perDomain
    this.flight = flight
    this.first = new Int32Array(objects).fill(NONE)
    this.next = new Int32Array(slots).fill(NONE)
    this.object = new Int32Array(slots).fill(NONE)
    this.rights = new Uint8Array(slots)
    this.bounds = new Uint16Array(slots)
    this.untracked = new Uint8Array(slots)
    this.barred = new Uint8Array(slots)
    this.#previous = new Int32Array(slots).fill(NONE)
    this.#changedAt = new Int32Array(domains * objects * HISTORY).fill(LONG_AGO)
    this.#changedBy = new Int16Array(domains * objects * HISTORY)
    this.#after = new Uint8Array(domains * objects * HISTORY)
    this.#newest = new Uint8Array(domains * objects)
    this.#barred = new Int32Array(domains * objects).fill(NEVER)
    this.#lifted = new Int32Array(domains * objects).fill(NEVER)
    this.#barredBy = new Int16Array(domains * objects)
  }

  /** Domain in whose memory `slot` lies. */
  domainOf(slot: number): number {
    return (slot / this.#perDomain) | 0
  }

  /** Rights of the capability in `slot` to whoever loads it. */
  usable(slot: number): Rights {
    return this.barred[slot] === 1 ? Right.none : (this.rights[slot] as Rights)
  }

  /** The load barrier: from `tick` on, or from when a message from `tile` could tell, no load by `domain` succeeds. */
  bar(domain: number, object: number, tile: number, tick: number): void {
    const at = object * this.#domains + domain
    this.#barred[at] = tick
    this.#lifted[at] = NEVER
    this.#barredBy[at] = tile
  }

  /** Whether the load barrier keeps `domain` from loading a capability to `object`, as `tile` knows it at `tick`. */
  isBarred(domain: number, object: number, tile: number, tick: number): boolean {
    return this.#isBarred(object * this.#domains + domain, tile, tick)
  }

  /** Rights to `object` that code of `domain` on `tile` could load at `tick`; after all changes without a tick. */
  reachable(domain: number, object: number, tile: number, tick?: number): Rights {
    return this.#seen(domain, object, tile, tick) & Right.readWrite
  }

  /** Of those, the rights of capabilities to all of it, which were not narrowed. */
  whole(domain: number, object: number, tile: number, tick?: number): Rights {
    return this.#seen(domain, object, tile, tick) >>> WHOLE
  }

  /** A capability store of `tile` at `tick`: an untagged value (no rights) clears the slot. */
  keep(slot: number, object: number, rights: Rights, tile: number, tick: number, bounds = 0, untracked = 0): void {
    this.#remove(slot, tile, tick)
    this.bounds[slot] = bounds
    this.untracked[slot] = untracked
    this.barred[slot] = 0
    if (rights === Right.none) return
    const at = object * this.#domains + this.domainOf(slot)
    if (this.#barred[at] !== NEVER && this.#lifted[at] === NEVER) this.#lifted[at] = tick
    this.kept++
    this.object[slot] = object
    this.rights[slot] = rights
    const next = this.first[object]
    this.next[slot] = next
    if (next !== NONE) this.#previous[next] = slot
    this.first[object] = slot
    this.#changed(this.domainOf(slot), object, tile, tick)
  }

  /** A clearing store of `tile` at `tick`. */
  clear(slot: number, tile: number, tick: number): void {
    this.cleared++
    this.#remove(slot, tile, tick)
  }

  /** Both, packed. */
  #seen(domain: number, object: number, tile: number, tick: number | undefined): number {
    const at = object * this.#domains + domain
    const newest = this.#newest[at]
    if (this.#isBarred(at, tile, tick)) return Right.none
    if (tick === undefined) return this.#after[at * HISTORY + newest]
    const seen = tick - this.flight
    for (let back = 0; back < HISTORY; back++) {
      const change = at * HISTORY + ((newest - back) & (HISTORY - 1))
      if (this.#changedAt[change] <= seen || this.#changedBy[change] === tile) return this.#after[change]
    }
    const rights = this.#older.find(at, tile, seen)
    if (rights === undefined)
      throw new ModelDefect("CHERI11", `nobody knows what of object ${object} could be loaded at tick ${tick}`)
    return rights
  }

  #isBarred(at: number, tile: number, tick: number | undefined): boolean {
    if (this.#barred[at] === NEVER) return false
    if (tick === undefined) return this.#lifted[at] === NEVER
    const seen = this.#barredBy[at] === tile ? tick : tick - this.flight
    return seen >= this.#barred[at] && seen < this.#lifted[at]
  }

  #remove(slot: number, tile: number, tick: number): void {
    const object = this.object[slot]
    if (object === NONE) return
    const next = this.next[slot]
    const previous = this.#previous[slot]
    if (previous === NONE) this.first[object] = next
    else this.next[previous] = next
    if (next !== NONE) this.#previous[next] = previous
    this.next[slot] = this.#previous[slot] = this.object[slot] = NONE
    this.rights[slot] = Right.none
    this.#changed(this.domainOf(slot), object, tile, tick)
  }

  #changed(domain: number, object: number, tile: number, tick: number): void {
    let rights: Rights = Right.none
    for (let slot = this.first[object]; slot !== NONE; slot = this.next[slot])
      if (this.domainOf(slot) === domain)
        rights |= this.rights[slot] | (this.bounds[slot] === 0 ? this.rights[slot] << WHOLE : 0)
    const at = object * this.#domains + domain
    const newest = this.#newest[at]
    if (this.#after[at * HISTORY + newest] === rights) return
    this.#newest[at] = (newest + 1) & (HISTORY - 1)
    const change = at * HISTORY + this.#newest[at]
    const next = at * HISTORY + ((newest + 2) & (HISTORY - 1))
    this.#older.add(
      at,
      this.#changedAt[change],
      this.#changedBy[change],
      this.#after[change],
      this.#changedAt[next],
      tick
    )
    this.#changedAt[change] = tick
    this.#changedBy[change] = tile
    this.#after[change] = rights
  }
}
