/**
 * Which exchanged object is in which explicit region register, and the memory that says which of them a domain's
 * hfi_enter fills. Law: memory is a word for each domain, or a row of the thread's own; registers are `authority`.
 *
 *   PRO17  the n-th object of a worker has the register behind those of everybody's objects
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts } from "@isolde/core/isolation/unit"

/** Explicit regions, one for each exchanged object; private and shared memory lie in implicit ones. */
export const EXPLICIT_REGIONS = 4
/** Implicit data regions that an hfi_enter fills. */
export const IMPLICIT_REGIONS = 2

const None = -1

export class RegionRegisters {
  /** Lock word of the shared rows, or -1. */
  readonly lock: number
  /** Regions that have registers. */
  readonly objects: Int32Array
  readonly #owner: Int16Array // [region] domain
  readonly #of: Int8Array // [region] register, or None
  readonly #worker: Int16Array // [region]
  readonly #domains: number
  readonly #words: Int32Array // [domain] word that says what it has of everybody's objects
  readonly #own: Uint8Array // [software thread][domain] bits of its worker's objects
  readonly #known: Uint8Array // [software thread][domain] bits of everybody's, as it last read them

  constructor({ domains, exchange, regions, softwareThreads, words }: MachineParts) {
    const { kind, owner, worker } = regions
    this.#domains = domains
    this.#worker = worker
    this.#of = new Int8Array(regions.count).fill(None)
    const all = Array.from({ length: regions.count }, (_, region) => region)
    const objects = exchange === "borrow" ? all.filter((region) => kind[region] === RegionKind.exchange) : []
    const common = objects.filter((region) => worker[region] < 0)
    common.forEach((region, at) => {
      this.#of[region] = at
    })
    const next = new Map<number, number>()
    for (const region of objects.filter((each) => worker[each] >= 0)) {
      const at = next.get(worker[region]) ?? common.length
      this.#of[region] = at
      next.set(worker[region], at + 1)
    }
    this.lock = common.length > 0 ? words.allocate(1) : None
    this.#words = Int32Array.from({ length: domains }, () => (common.length > 0 ? words.allocate(1) : None))
    this.#own = new Uint8Array(softwareThreads * domains)
    this.#known = new Uint8Array(softwareThreads * domains)
    for (const region of common) {
      if (owner[region] < 0) continue
      if (common.length > 0) words.values[this.#words[owner[region]]] |= this.bitsOf(region, Right.readWrite)
      for (let thread = 0; thread < softwareThreads; thread++)
        this.#known[thread * domains + owner[region]] |= this.bitsOf(region, Right.readWrite)
    }
    this.objects = Int32Array.from(objects)
    this.#owner = owner
  }

  /** `thread` runs worker `worker`. */
  attach(thread: number, worker: number): void {
    for (const region of this.objects) {
      const owner = this.#owner[region]
      if (this.#worker[region] !== worker || owner < 0) continue
      this.#own[thread * this.#domains + owner] |= this.bitsOf(region, Right.readWrite)
    }
  }

  /** Register of `region`, or -1 for memory in an implicit region. */
  of(region: number): number {
    return this.#of[region]
  }

  isCommon(region: number): boolean {
    return this.#of[region] !== None && this.#worker[region] < 0
  }

  wordOf(domain: number): number {
    return this.#words[domain]
  }

  bitsOf(region: number, rights: Rights): number {
    return rights << (2 * this.#of[region])
  }

  /** What an hfi_enter of `thread` into `domain` puts into the registers. */
  row(thread: number, domain: number): number {
    const at = thread * this.#domains + domain
    return this.#own[at] | this.#known[at]
  }

  /** The thread has read the shared row of `domain`. */
  read(thread: number, domain: number, bits: number): void {
    this.#known[thread * this.#domains + domain] = bits
  }

  /** `domain` has `rights` to `region` from now on, in the row that is the thread's own. */
  record(thread: number, domain: number, region: number, rights: Rights): void {
    const at = thread * this.#domains + domain
    this.#own[at] = (this.#own[at] & ~this.bitsOf(region, Right.readWrite)) | this.bitsOf(region, rights)
  }

  /** The shared row `bits` with `rights` to `region`. */
  changed(bits: number, region: number, rights: Rights): number {
    return (bits & ~this.bitsOf(region, Right.readWrite)) | this.bitsOf(region, rights)
  }
}
