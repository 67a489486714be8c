/**
 * What an access may reach: DDC, the shared runtime, the objects to which the thread holds a capability or can load one,
 * or, if it names a handle, that capability alone. Law: it reads registers, slots and where memory lies, and no policy.
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts, RightsHolder } from "@isolde/core/isolation/unit"
import { Handle, type HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault } from "@isolde/core/processor/memory-port"
import type { CapabilityChanges } from "./capability-changes.ts"
import type { ExchangeObjects } from "./exchange-objects.ts"
import { type GovernedMemory, INSIDE, OUTSIDE, TRUSTED, UNGOVERNED } from "./governed-memory.ts"
import { type Handles, rightsIn } from "./handles.ts"
import { ddcOf, isExecutive, opens, type Registers, secondOf } from "./registers.ts"
import { NONE, type StoredCapabilities } from "./stored-capabilities.ts"

/** Faults of the check: outside every capability's bounds, or no valid capability that permits it. */
export const CapabilityFault = { bounds: Fault.mechanism, tag: Fault.mechanism + 1 } as const

export class Reach {
  readonly stored: StoredCapabilities
  readonly #memory: GovernedMemory
  readonly #objects: ExchangeObjects
  readonly #registers: Registers
  readonly #handles: Handles
  readonly #changes: CapabilityChanges
  readonly #kind: Uint8Array // [region] RegionKind
  readonly #owner: Int16Array // [region] domain
  readonly #tile: Int16Array // [thread]

  constructor(
    { numbers, regions, threads }: MachineParts,
    memory: GovernedMemory,
    objects: ExchangeObjects,
    registers: Registers,
    handles: Handles,
    changes: CapabilityChanges
  ) {
    this.#changes = changes
    this.#memory = memory
    this.#objects = objects
    this.#registers = registers
    this.stored = changes.stored
    this.#handles = handles
    this.#kind = regions.kind
    this.#owner = regions.owner
    this.#tile = Int16Array.from({ length: threads }, (_, thread) => Math.floor(thread / numbers.threadsPerTile))
  }

  /** Bytes beside their objects within the bounds of the capabilities that `thread` could use. */
  slack(thread: HardwareThread): number {
    const { rounded, slack } = this.#objects
    let bytes = 0
    for (let i = 0; i < rounded.length; i++)
      if (this.rights(thread, ddcOf(thread.authority), rounded[i], thread.tick) !== Right.none)
        bytes += slack[rounded[i]]
    return bytes
  }

  /** CHERI1: a fault, or Fault.none. */
  check(thread: HardwareThread, page: number, offset: number, bytes: number, store: boolean, tick: number): number {
    const memory = this.#memory
    if (thread.handle !== Handle.implicit) return this.#through(thread.handle, page, offset, bytes, store)
    const what = memory.at(page, offset)
    let fault = this.#judge(thread, what, store, tick)
    const end = offset + bytes < 4096 ? offset + bytes : 4096
    for (let at = memory.until(page, offset); at < end && fault === Fault.none; at = memory.until(page, at)) {
      const next = memory.at(page, at)
      if (next !== what)
        fault = this.#crosses(what, next) ? CapabilityFault.bounds : this.#judge(thread, next, store, tick)
    }
    return fault !== Fault.none && this.#rounded(thread, page, offset, bytes, store, tick) ? Fault.none : fault
  }

  /** CHERI13 */
  #through(handle: number, page: number, offset: number, bytes: number, store: boolean): number {
    if (this.#handles.permits(handle, page, offset, bytes, store ? Right.write : Right.read)) return Fault.none
    return handle < 0 ? CapabilityFault.tag : CapabilityFault.bounds
  }

  #judge(thread: HardwareThread, what: number, store: boolean, tick: number): number {
    if (what === UNGOVERNED) return Fault.none
    const { authority } = thread
    if (what === TRUSTED) return isExecutive(authority) ? Fault.none : CapabilityFault.bounds
    if (what === OUTSIDE) return CapabilityFault.bounds
    if (what <= INSIDE) return opens(authority, INSIDE - what) ? Fault.none : CapabilityFault.bounds
    if (this.#kind[what] === RegionKind.shared) return Fault.none
    if (this.#kind[what] === RegionKind.private)
      return opens(authority, this.#owner[what]) ? Fault.none : CapabilityFault.bounds
    const object = this.#objects.of(what)
    const wanted = store ? Right.write : Right.read
    if (this.#use(thread, ddcOf(authority), object, wanted, tick)) return Fault.none
    const second = secondOf(authority)
    return second !== NONE && this.#use(thread, second, object, wanted, tick) ? Fault.none : CapabilityFault.tag
  }

  /** CHERI1: no single capability covers an exchange object and what lies beside it. */
  #crosses(one: number, other: number): boolean {
    return (
      (one >= 0 && this.#kind[one] === RegionKind.exchange) || (other >= 0 && this.#kind[other] === RegionKind.exchange)
    )
  }

  /** A register with a capability for the access, loaded from a slot first if none holds one. */
  #use(thread: HardwareThread, domain: number, object: number, wanted: Rights, tick: number): boolean {
    const inRegister = this.#registers.rights(thread.software, domain, object)
    if ((inRegister & wanted) !== 0) return true
    const inMemory = this.stored.whole(domain, object, this.#tile[thread.number], thread.tick)
    if ((inMemory & wanted) === 0) return false
    this.#changes.hold(thread, domain, object, inRegister | inMemory, tick)
    return true
  }

  /** CHERI3: some capability's bounds, rounded outwards, cover the access. */
  #rounded(thread: HardwareThread, page: number, offset: number, bytes: number, store: boolean, tick: number): boolean {
    const { rounded } = this.#objects
    const wanted = store ? Right.write : Right.read
    for (let i = 0; i < rounded.length; i++) {
      if (!this.#objects.covers(rounded[i], page, offset, bytes)) continue
      if (this.#use(thread, ddcOf(thread.authority), rounded[i], wanted, tick)) return true
    }
    return false
  }

  /** Everything that the thread may do with `region`. */
  allows(thread: RightsHolder, region: number, tick?: number): Rights {
    const held = this.holds(thread, region, tick ?? thread.tick)
    if (this.#kind[region] !== RegionKind.exchange) return held
    return held | this.rights(thread, ddcOf(thread.authority), this.#objects.of(region), tick)
  }

  /** Of that, what its registers hold by themselves; the switcher reads the other side's slots as well. */
  holds(thread: RightsHolder, region: number, tick: number): Rights {
    const { authority, handles, software } = thread
    if (this.#kind[region] === RegionKind.shared) return Right.readWrite
    if (this.#kind[region] === RegionKind.private)
      return opens(authority, this.#owner[region]) ? Right.readWrite : Right.none
    const object = this.#objects.of(region)
    const rights = this.#registers.rights(software, ddcOf(authority), object) | rightsIn(handles, object)
    const second = secondOf(authority)
    return second === NONE ? rights : rights | this.rights(thread, second, object, tick)
  }

  /** The load barrier keeps what `domain` has of `object` from the thread. */
  isBarred({ number, tick }: RightsHolder, domain: number, object: number): boolean {
    return this.stored.isBarred(domain, object, this.#tile[number], tick)
  }

  /** Rights to `object` that the thread could load from `domain`'s slots. */
  loadable({ number }: RightsHolder, domain: number, object: number, tick: number): Rights {
    return this.stored.reachable(domain, object, this.#tile[number], tick)
  }

  /** Rights to all of `object` in registers without a name, or that could be loaded: what names no register goes by. */
  whole({ number, software }: RightsHolder, domain: number, object: number, tick?: number): Rights {
    const inMemory = this.stored.whole(domain, object, this.#tile[number], tick)
    return this.#registers.rights(software, domain, object) | inMemory
  }

  /** Rights to any part of `object` in registers without a name, or that could be loaded from a slot. */
  rights({ number, software }: RightsHolder, domain: number, object: number, tick?: number): Rights {
    const inMemory = this.stored.reachable(domain, object, this.#tile[number], tick)
    return this.#registers.rights(software, domain, object) | inMemory
  }
}
