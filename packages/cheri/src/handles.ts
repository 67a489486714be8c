/**
 * Capabilities in registers that a program names: a handle is an object, the rights to it, and bounds, packed into a
 * number as a thread's register holds it. Derivation is the rule's (capability.ts), so nobody gains by it.
 *
 *   CHERI13  an access through a handle is allowed by that capability alone; an empty register permits nothing
 *   CHERI14  a gate leaves handles 0 to 7 to the callee, 0 and 1 to the caller, and no others
 */
import type { Rights } from "@isolde/core/isolation/rights"
import { PAGE_BYTES, type Pages } from "@isolde/core/memory/pages"
import { HANDLES, Handle } from "@isolde/core/processor/hardware-thread"
import { type Capability, derive, Permission, UNSEALED } from "./capability.ts"
import type { ExchangeObjects } from "./exchange-objects.ts"

const OBJECT = 15
const BOUNDS = OBJECT + 2
/** Bounds of a handle to all of its object. */
const WHOLE = 0

/** The capability to `object` with `rights` and bounds number `bounds`. */
export const handleOf = (object: number, rights: Rights, bounds = WHOLE): number =>
  rights === 0 ? Handle.empty : object | (rights << OBJECT) | (bounds << BOUNDS)

export const objectOf = (handle: number): number => handle & ((1 << OBJECT) - 1)
export const rightsOf = (handle: number): Rights => (handle >>> OBJECT) & 3
export const boundsOf = (handle: number): number => handle >>> BOUNDS

/** Registers that pass a gate, as arguments and as results. */
export const passed = { in: 8, out: 2 } as const

/** CHERI14: registers from `first` on are cleared. */
export function clearFrom(handles: Int32Array, first: number): void {
  for (let register = first; register < HANDLES; register++) handles[register] = Handle.empty
}

/** Registers with a capability to `object` are cleared. */
export function forget(handles: Int32Array, object: number): void {
  for (let register = 0; register < HANDLES; register++)
    if (handles[register] >= 0 && objectOf(handles[register]) === object) handles[register] = Handle.empty
}

/** Rights to `object` in any of the registers. */
export function rightsIn(handles: Int32Array, object: number): Rights {
  let rights: Rights = 0
  for (let register = 0; register < HANDLES; register++)
    if (handles[register] >= 0 && objectOf(handles[register]) === object) rights |= rightsOf(handles[register])
  return rights
}

export class Handles {
  readonly #objects: ExchangeObjects
  readonly #pages: Pages
  // Bounds that were asked for, from number 1 on.
  readonly #base: Array<number> = [0]
  readonly #top: Array<number> = [0]

  constructor(objects: ExchangeObjects, pages: Pages) {
    this.#objects = objects
    this.#pages = pages
  }

  /** CHERI2: `handle` narrowed to `rights` and to `bytes` from `offset` of its object on (0: as they are). */
  narrowed(handle: number, rights: Rights, offset: number, bytes: number): number {
    if (handle < 0) return Handle.empty
    const object = objectOf(handle)
    const bounds = boundsOf(handle)
    const least = rights & rightsOf(handle)
    if (bytes === 0) return handleOf(object, least, bounds)
    const whole = this.#objects.boundsOf(object)[0]
    const parent: Capability = {
      tag: true,
      base: bounds === WHOLE ? whole.base : this.#base[bounds],
      top: bounds === WHOLE ? whole.top : this.#top[bounds],
      permissions: Permission.load | Permission.store,
      otype: UNSEALED
    }
    const child = derive(parent, this.#objects.startOf(object) + offset, bytes, parent.permissions)
    if (!child.tag) return Handle.empty
    const isWhole = this.#objects.runs[object] === 1 && child.base === whole.base && child.top === whole.top
    return handleOf(object, least, isWhole ? WHOLE : this.#number(child.base, child.top))
  }

  /** CHERI13 */
  permits(handle: number, page: number, offset: number, bytes: number, wanted: Rights): boolean {
    if (handle < 0 || (rightsOf(handle) & wanted) === 0) return false
    const bounds = boundsOf(handle)
    if (bounds === WHOLE) return this.#objects.covers(objectOf(handle), page, offset, bytes)
    const address = this.#pages.low[page] * PAGE_BYTES + offset
    return address >= this.#base[bounds] && address + bytes <= this.#top[bounds]
  }

  #number(base: number, top: number): number {
    for (let bounds = 1; bounds < this.#base.length; bounds++)
      if (this.#base[bounds] === base && this.#top[bounds] === top) return bounds
    this.#top.push(top)
    return this.#base.push(base) - 1
  }
}
