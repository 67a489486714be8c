/**
 * Translation contexts: an address-space identifier (PCID, ASID) together with a second-level context (EPTP index; VPID and
 * VMID are the same for all, there being one virtual machine). As one number: identifier times the number of
 * second-level contexts, plus the second-level one.
 * Law: what an invalidation is about is two conditions and a word on global entries, and nothing else.
 */

/** Contexts that a TLB tag can tell apart. */
export const MAX_CONTEXTS = 512

/** Every address space, or every second-level context. */
export const Any = -1

/** In place of an address space: that of the thread that executes the instruction. */
export const Current = -2

/** Whether an entry serves every address space. */
export const Global = { no: 0, yes: 1 } as const

/** What an instruction invalidates; Intel's and Arm's names in brackets. */
export const Invalidation = {
  /** An address in the current space and global, with all of the space's walk caches (INVLPG). */
  page: 0,
  /** An address in a space, with the walk-cache entries on its way (INVPCID 0, TLBI VAE1). */
  address: 1,
  /** An address in every space, global too (TLBI VAAE1). */
  addressEverywhere: 2,
  /** A space but for global entries (CR3 write, INVPCID 1, TLBI ASIDE1). */
  space: 3,
  /** Everything (INVPCID 2, TLBI VMALLE1). */
  all: 4,
  /** Everything but global entries (INVPCID 3). */
  allButGlobal: 5,
  /** One second-level context, second-level translations too (INVEPT 1). */
  secondLevel: 6,
  /** Every second-level context (INVEPT 2, TLBI ALLE1). */
  allSecondLevels: 7
} as const
export type Invalidation = (typeof Invalidation)[keyof typeof Invalidation]

/** The contexts that one invalidation is about. */
export class Contexts {
  #space = Any
  #secondLevel = Any
  #globals = false
  /** Second-level contexts of the machine. */
  readonly #count: number

  constructor(count: number) {
    this.#count = count
  }

  /** Entries of `space` in `secondLevel`, either of them Any; of global ones all or none. */
  set(space: number, secondLevel: number, globals: boolean): this {
    this.#space = space
    this.#secondLevel = secondLevel
    this.#globals = globals
    return this
  }

  match(context: number, global: number): boolean {
    if (this.#secondLevel !== Any && context % this.#count !== this.#secondLevel) return false
    if (global === Global.yes) return this.#globals
    return this.#space === Any || ((context / this.#count) | 0) === this.#space
  }

  /** The same for a walk, which doesn't know yet whether it will find a global entry. */
  mayMatch(context: number): boolean {
    return this.match(context, Global.no) || this.match(context, Global.yes)
  }

  /** The one address space in the one second-level context that `context` is, and global entries. */
  setOne(context: number): this {
    return this.set((context / this.#count) | 0, context % this.#count, true)
  }

  matchSecondLevel(secondLevel: number): boolean {
    return this.#secondLevel === Any || this.#secondLevel === secondLevel
  }
}
