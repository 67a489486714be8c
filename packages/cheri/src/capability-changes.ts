/**
 * Capabilities as they come to registers and slots and go, told to the monitor. Law: every change of a slot, and of a
 * register without a name, goes through here.
 *
 *   CHERI11  others find a slot's change when a message could have told them: that is the tick that is told
 */
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { type MachineParts, Place, type RightsHolder } from "@isolde/core/isolation/unit"
import type { ExchangeObjects } from "./exchange-objects.ts"
import type { Registers } from "./registers.ts"
import { NONE, type StoredCapabilities } from "./stored-capabilities.ts"

export class CapabilityChanges {
  readonly stored: StoredCapabilities
  readonly #parts: MachineParts
  readonly #objects: ExchangeObjects
  readonly #registers: Registers

  constructor(parts: MachineParts, objects: ExchangeObjects, registers: Registers, stored: StoredCapabilities) {
    this.#parts = parts
    this.#objects = objects
    this.#registers = registers
    this.stored = stored
  }

  /** Some register of the thread gives `rights` to `object` while it runs `domain`, from `tick` on. */
  hold({ number, software }: RightsHolder, domain: number, object: number, rights: Rights, tick: number): void {
    const before = this.#registers.rights(software, domain, object)
    this.#registers.hold(software, domain, object, rights)
    if (before === rights) return
    this.#parts.enforced(number, Place.register, domain, this.#objects.regions[object], before, rights, tick)
  }

  /** CHERI8: the thread leaves `domain` through a gate; what it has held there is asked for again. */
  leave({ software }: RightsHolder, domain: number, tick: number): void {
    const registers = this.#registers
    for (
      let object = registers.firstHeld(software, domain);
      object !== NONE;
      object = registers.after(software, domain, object)
    )
      this.#parts.touched(this.#objects.regions[object], software, tick)
    registers.clear(software, domain)
  }

  /** A capability store to `slot`; with no rights a value without a tag. */
  keep(
    { number }: RightsHolder,
    slot: number,
    object: number,
    rights: Rights,
    tick: number,
    bounds = 0,
    untracked = 0
  ): void {
    const stored = this.stored
    const held = stored.object[slot]
    const before = held === object ? stored.usable(slot) : Right.none
    if (held !== NONE && held !== object) this.#slot(number, slot, held, stored.usable(slot), Right.none, tick)
    this.#slot(number, slot, object, before, rights, tick)
    stored.keep(slot, object, rights, this.#tileOf(number), tick, bounds, untracked)
  }

  /** A store over `slot` that leaves no tag. */
  clear({ number }: RightsHolder, slot: number, tick: number): void {
    const object = this.stored.object[slot]
    if (object !== NONE) this.#slot(number, slot, object, this.stored.usable(slot), Right.none, tick)
    this.stored.clear(slot, this.#tileOf(number), tick)
  }

  /** The load barrier: what `domain` has stored of `object` can't be loaded any more. */
  bar({ number }: RightsHolder, domain: number, object: number, tick: number): void {
    const stored = this.stored
    for (let slot = stored.first[object]; slot !== NONE; slot = stored.next[slot]) {
      if (stored.domainOf(slot) !== domain) continue
      this.#slot(number, slot, object, stored.usable(slot), Right.none, tick)
      stored.barred[slot] = 1
    }
    stored.bar(domain, object, this.#tileOf(number), tick)
  }

  /** Slots from which `domain` could load a capability with `right` to `region`. */
  copies(domain: number, region: number, right: Rights): number {
    const stored = this.stored
    let count = 0
    for (let slot = stored.first[this.#objects.of(region)]; slot !== NONE; slot = stored.next[slot])
      if (stored.domainOf(slot) === domain && (stored.usable(slot) & right) !== 0) count++
    return count
  }

  #slot(thread: number, slot: number, object: number, before: Rights, after: Rights, tick: number): void {
    if (before === after) return
    const domain = this.stored.domainOf(slot)
    const known = tick + this.stored.flight
    this.#parts.enforced(thread, Place.capability, domain, this.#objects.regions[object], before, after, known)
  }

  #tileOf(thread: number): number {
    return Math.floor(thread / this.#parts.numbers.threadsPerTile)
  }
}
