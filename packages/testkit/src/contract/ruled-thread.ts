/**
 * What a mechanism's rule says of a thread whose pointers hold rights, in the tests over every verb: it is told of what a
 * program does in program order, and asked what each access finds. Law: a rule knows what its specification knows,
 * and nothing of the unit.
 */
import { Nobody } from "@isolde/core/isolation/ownership"
import type { Rights } from "@isolde/core/isolation/rights"

/** An access as a rule sees it: inside one region that the mechanism checks, by a domain that runs by itself. */
export interface RuledAccess {
  readonly domain: number
  readonly region: number
  readonly page: number
  readonly offset: number
  readonly bytes: number
  readonly store: boolean
  /** What the operations before it left `domain` of the region. */
  readonly rights: Rights
  /** … and each domain. */
  readonly all: ReadonlyArray<Rights>
}

/** Where a program stands. */
export interface Standing {
  readonly domain: number
  /** What operations have left each domain of `region`. */
  rights(region: number): ReadonlyArray<Rights>
  /** Where the object `region` begins, and the next place in it that will be accessed. */
  place(region: number): { readonly page: number; readonly offset: number; readonly next: number }
}

/** What a handle register is derived to. */
export interface Derivation {
  readonly region: number
  /** Handle registers; `from` -1: what the domain has without naming one. */
  readonly from: number
  readonly to: number
  readonly rights: Rights
  /** Bytes from `offset` on; 0: all. */
  readonly offset: number
  readonly bytes: number
}

/** An unprivileged instruction: its code and operands. */
export interface Instruction {
  readonly code: number
  readonly a: number
  readonly b: number
}

export interface RuledThread {
  /** Derivations may be of fewer rights and of parts. Default: of everything. */
  readonly narrows?: boolean
  /** Whether the access through handle register `handle` (-1: without one) gets through; undefined if nothing says. */
  passes(access: RuledAccess, handle: number): boolean | undefined
  // What becomes of pointers, where registers with them hold rights.
  derive?(at: Standing, derivation: Derivation): void
  keep?(at: Standing, region: number, slot: number, handle: number): void
  recall?(at: Standing, slot: number, handle: number): void
  /** Register `handle`, or, for -1, whatever holds an authority to `region`. */
  drop?(at: Standing, region: number, handle: number): void
  /** Behind a gate: `at` is where it led. */
  gate?(at: Standing, isReturn: boolean): void
  /** Behind a change of the rights of `domain` to `region`, which were `before`, to what `at` says. */
  changed?(at: Standing, region: number, domain: number, before: Rights): void
  /** The domain executes an instruction, which `pick` chooses, on object `region`, handle register and slot. */
  instruct?(at: Standing, pick: number, region: number, handle: number, slot: number): Instruction
}

/** Handle registers, and slots of domains, as values `P` of a rule; undefined is none. */
export class Pointers<P> {
  readonly #registers = new Map<number, P>()
  readonly #slots = new Map<string, P>()

  register(handle: number): P | undefined {
    return this.#registers.get(handle)
  }

  set(handle: number, value: P | undefined): void {
    if (value === undefined) this.#registers.delete(handle)
    else this.#registers.set(handle, value)
  }

  slot(domain: number, slot: number): P | undefined {
    return this.#slots.get(`${domain} ${slot}`)
  }

  store(domain: number, slot: number, value: P | undefined): void {
    if (value === undefined) this.#slots.delete(`${domain} ${slot}`)
    else this.#slots.set(`${domain} ${slot}`, value)
  }

  /** Registers that hold something. */
  held(): ReadonlyArray<readonly [number, P]> {
    return [...this.#registers]
  }

  /** Slots of `domain` that hold something, and what. */
  kept(domain: number): ReadonlyArray<readonly [number, P]> {
    return [...this.#slots].flatMap(([key, value]) => {
      const [of, slot] = key.split(" ").map(Number)
      return of === domain ? [[slot as number, value] as const] : []
    })
  }
}

/** Domain that holds a region, or Nobody. */
export const holderOf = (all: ReadonlyArray<Rights>): number => {
  const holder = all.findIndex((rights) => rights !== 0)
  return holder < 0 ? Nobody : holder
}
