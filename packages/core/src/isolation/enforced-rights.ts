/**
 * Who could use a right, by what the machine would enforce: the monitor's copy of enforced state, brought up to date
 * report by report in the order of ticks. Nothing in the run reads it (law L4).
 *
 *   ER1  a right is held by registers of hardware threads and saved contexts, translations and walks of tiles, copies in
 *        memory, and accesses that were checked and have not performed
 *   ER2  a hardware thread reaches what its registers hold, what its tile has cached for its domain, and what lies in
 *        memory for its domain
 *   ER3  a software thread that is descheduled keeps what its registers held; one that has ended keeps nothing
 */
import { grown } from "../kernel/grown.ts"
import { PairCells } from "./pair-cells.ts"
import type { Regions } from "./regions.ts"
import { Right, type Rights } from "./rights.ts"
import type { ProtectionUnit } from "./unit.ts"

/** Nobody: the domain of a hardware thread that has reported nothing. */
export const Nobody = -1

/** What a descheduled thread's registers hold. */
export interface SavedRights {
  readonly domain: number
  /** Tile whose hardware thread it left. */
  readonly tile: number
  readonly rights: Uint8Array // [region]
}

/** What a state report has changed for whoever asks who holds what. */
export const Changed = {
  /** Rights to the regions that it names, as far as anything. */
  named: 0,
  /** Any right of the domains that the thread ran before and runs now. */
  thread: 1,
  /** Any right: another software thread runs. */
  software: 2
} as const
export type Changed = (typeof Changed)[keyof typeof Changed]

export class EnforcedRights {
  /** [thread] domain that it runs. */
  readonly domain: Int16Array
  /** [thread] bytes beside the regions that it reaches beyond intent. */
  readonly beside: Float64Array
  /** [thread] regions that the workload on it may meet. */
  readonly own: ReadonlyArray<Int32Array>
  readonly #regions: number
  readonly #worker: Int16Array // [region]
  readonly #workerOf: Int32Array // [thread]
  readonly #threadsPerTile: number
  readonly #software: Int32Array // [thread] software thread that runs on it
  readonly #registers: Array<Uint8Array> // [thread][region] rights, those of an image or its own
  readonly #images: Array<Uint8Array> = [] // [image][region] rights
  readonly #apart: Array<Uint8Array | undefined> = [] // [thread][region] rights of registers that no image is kept of
  readonly #nothing: Uint8Array // [region] rights that a thread has at first
  /** Software thread -> its context. */
  readonly saved = new Map<number, SavedRights>()
  readonly #cached: Array<Uint8Array | undefined> // [tile][domain][region] rights
  readonly #spaces: boolean
  readonly #pairs: number
  readonly #cells: PairCells
  #copies: Int32Array // [cell][read, write] places in memory
  #flying: Int32Array // [cell][read, write] accesses

  /**
   * `workerOf`: worker of each hardware thread, or -1 for one that runs nothing of the workload. `spaces`: what a tile has
   * cached of a domain is used while one of its threads runs the domain, and not before generations were compared.
   */
  constructor(regions: Regions, domains: number, workerOf: Int32Array, threadsPerTile: number, spaces = false) {
    this.#spaces = spaces
    const threads = workerOf.length
    this.#regions = regions.count
    this.#worker = regions.worker
    this.#workerOf = workerOf
    this.#threadsPerTile = threadsPerTile
    this.domain = new Int16Array(threads).fill(Nobody)
    this.beside = new Float64Array(threads)
    this.own = Array.from(workerOf, (worker) =>
      Int32Array.from(regions.worker.keys()).filter(
        (region) => worker >= 0 && (regions.worker[region] === -1 || regions.worker[region] === worker)
      )
    )
    this.#software = Int32Array.from({ length: threads }, (_, thread) => thread)
    this.#nothing = new Uint8Array(regions.count)
    this.#registers = this.own.map(() => this.#nothing)
    this.#cached = Array<Uint8Array | undefined>(Math.ceil(threads / threadsPerTile)).fill(undefined)
    this.#pairs = domains * regions.count
    this.#cells = new PairCells(domains, regions.count)
    this.#copies = new Int32Array(this.#cells.length * 2)
    this.#flying = new Int32Array(this.#cells.length * 2)
  }

  /** What of `domain`'s rights to `region` lies in memory at the start. */
  start(domain: number, region: number, unit: ProtectionUnit): void {
    if (unit.copies === undefined) return
    const reads = unit.copies(domain, region, Right.read)
    const writes = unit.copies(domain, region, Right.write)
    if (reads === 0 && writes === 0) return
    const at = 2 * this.#open(domain, region)
    this.#copies[at] = reads
    this.#copies[at + 1] = writes
  }

  /**
   * `thread` runs `software` in `domain`. Its registers are those of `image`, or its own if that is negative, in which
   * `rights[from ...]` has changed: bytes beside regions first, then regions and rights, `shift` bits up. ER3.
   */
  state(
    thread: number,
    domain: number,
    rights: Float64Array,
    from: number,
    count: number,
    image: number,
    software: number,
    ended: boolean,
    shift = 0
  ): Changed {
    const before = this.#software[thread]
    const was = this.#registers[thread]
    if (before !== software) {
      if (!ended)
        this.saved.set(before, { domain: this.domain[thread], tile: this.#tileOf(thread), rights: was.slice() })
      this.#software[thread] = software
      this.saved.delete(software)
    }
    const registers = image < 0 ? this.#ownOf(thread) : this.#imageOf(image)
    for (let at = from + 1; at < from + count; at += 2)
      registers[rights[at]] = (rights[at + 1] >>> shift) & Right.readWrite
    const isSame = was === registers && this.domain[thread] === domain
    this.#registers[thread] = registers
    this.domain[thread] = domain
    this.beside[thread] = rights[from]
    return before !== software ? Changed.software : isSame ? Changed.named : Changed.thread
  }

  #imageOf(image: number): Uint8Array {
    let found = this.#images[image] as Uint8Array | undefined
    if (found === undefined) {
      found = new Uint8Array(this.#regions)
      this.#images[image] = found
    }
    return found
  }

  /** Registers that no image is kept of. */
  #ownOf(thread: number): Uint8Array {
    let found = this.#apart[thread]
    if (found === undefined) {
      found = new Uint8Array(this.#regions)
      this.#apart[thread] = found
    }
    return found
  }

  /** The tile of `thread` holds `rights` of `domain` in translations and walks. */
  cache(thread: number, domain: number, region: number, rights: Rights): void {
    const tile = this.#tileOf(thread)
    this.#cached[tile] ??= new Uint8Array(this.#pairs)
    this.#cached[tile][this.#at(domain, region)] = rights
  }

  /** One place in memory that gives `domain` rights to `region` changes. */
  copy(domain: number, region: number, before: Rights, after: Rights): void {
    const at = 2 * this.#open(domain, region)
    this.#copies[at] += (after & 1) - (before & 1)
    this.#copies[at + 1] += ((after >>> 1) & 1) - ((before >>> 1) & 1)
  }

  /** A register of `thread` gives `domain` these rights from now on. */
  hold(thread: number, domain: number, region: number, rights: Rights): void {
    if (this.domain[thread] === domain && this.meets(thread, region)) this.#registers[thread][region] = rights
  }

  /** What lies in memory for `domain`. */
  inMemory(domain: number, region: number): Rights {
    return this.#inMemory(this.#cells.find(domain, region))
  }

  /** `change` more accesses of `domain` are on their way to `region` with `right`. */
  fly(domain: number, region: number, right: Rights, change: number): void {
    const at = 2 * this.#open(domain, region) + (right >>> 1)
    this.#flying[at] += change
  }

  /** True if `region` is one that the workload on `thread` may meet. */
  meets(thread: number, region: number): boolean {
    const worker = this.#workerOf[thread]
    return worker >= 0 && (this.#worker[region] < 0 || this.#worker[region] === worker)
  }

  /** ER2. */
  reaches(thread: number, region: number): Rights {
    const domain = this.domain[thread]
    if (domain < 0) return Right.none
    const cached = this.#cached[this.#tileOf(thread)]
    const inMemory = this.inMemory(domain, region)
    return this.#registers[thread][region] | inMemory | (cached === undefined ? 0 : cached[this.#at(domain, region)])
  }

  /** What `saved` finds at its next turn, and what whoever comes to its domain does: without registers of its own. */
  finds(tile: number, domain: number, region: number): Rights {
    const cached = this.#cached[tile]
    const kept = cached === undefined || this.#spaces ? Right.none : cached[this.#at(domain, region)]
    return this.inMemory(domain, region) | kept
  }

  /** Accesses of `domain` on their way to `region` use one of `rights`. */
  flies(domain: number, region: number, rights: Rights): boolean {
    const cell = this.#cells.find(domain, region)
    if ((rights & Right.read) !== 0 && this.#flying[2 * cell] > 0) return true
    return (rights & Right.write) !== 0 && this.#flying[2 * cell + 1] > 0
  }

  /** ER1: true if anything could use one of `rights` of `domain`. */
  held(domain: number, region: number, rights: Rights): boolean {
    const at = this.#at(domain, region)
    if ((rights & this.inMemory(domain, region)) !== 0 || this.flies(domain, region, rights)) return true
    for (let tile = 0; tile < this.#cached.length; tile++) {
      const cached = this.#cached[tile]
      if (cached !== undefined && (cached[at] & rights) !== 0 && this.#uses(tile, domain)) return true
    }
    for (let thread = 0; thread < this.domain.length; thread++)
      if (this.domain[thread] === domain && (this.#registers[thread][region] & rights) !== 0) return true
    for (const saved of this.saved.values())
      if (saved.domain === domain && (saved.rights[region] & rights) !== 0) return true
    return false
  }

  /** Whether what `tile` has cached of `domain` would be used as it is. */
  #uses(tile: number, domain: number): boolean {
    if (!this.#spaces) return true
    const first = tile * this.#threadsPerTile
    for (let thread = first; thread < first + this.#threadsPerTile; thread++)
      if (this.domain[thread] === domain) return true
    return false
  }

  #tileOf(thread: number): number {
    return Math.floor(thread / this.#threadsPerTile)
  }

  #at(domain: number, region: number): number {
    return domain * this.#regions + region
  }

  #inMemory(cell: number): Rights {
    return (this.#copies[2 * cell] > 0 ? Right.read : 0) | (this.#copies[2 * cell + 1] > 0 ? Right.write : 0)
  }

  #open(domain: number, region: number): number {
    const cell = this.#cells.open(domain, region)
    if (this.#copies.length < this.#cells.length * 2) {
      this.#copies = grown(this.#copies, this.#cells.length * 2)
      this.#flying = grown(this.#flying, this.#cells.length * 2)
    }
    return cell
  }
}
