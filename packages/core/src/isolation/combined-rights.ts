/**
 * Who could use a right that several mechanisms have to give: a copy of enforced state for each, and of all of them what
 * each gives to the same thread.
 *
 *   ER4  a right is held by a thread, running or waiting for its turn, to which every mechanism gives it, by accesses on
 *        their way, and where each leaves it to whoever comes to the domain on a tile
 */
import { Changed, EnforcedRights } from "./enforced-rights.ts"
import type { Regions } from "./regions.ts"
import { Right, type Rights } from "./rights.ts"
import type { ProtectionUnit } from "./unit.ts"

/** Bits of one mechanism's rights where they are packed. */
export const PACKED_BITS = 2

/** What all that give rights give together, and whose part of it changes. */
export class CombinedRights {
  readonly domain: Int16Array
  readonly beside: Float64Array
  readonly own: ReadonlyArray<Int32Array>
  readonly #each: ReadonlyArray<EnforcedRights>
  readonly #first: EnforcedRights
  readonly #tiles: number

  constructor(
    units: ReadonlyArray<ProtectionUnit>,
    regions: Regions,
    domains: number,
    workerOf: Int32Array,
    threadsPerTile: number
  ) {
    this.#each = units.map(
      ({ translatesAs }) => new EnforcedRights(regions, domains, workerOf, threadsPerTile, translatesAs !== undefined)
    )
    const [first] = this.#each
    this.#first = first
    this.domain = first.domain
    this.beside = first.beside
    this.own = first.own
    this.#tiles = Math.ceil(workerOf.length / threadsPerTile)
  }

  start(domain: number, region: number, unit: ProtectionUnit): void {
    for (const [at, each] of (unit.each ?? [unit]).entries()) this.#each[at].start(domain, region, each)
  }

  state(
    thread: number,
    domain: number,
    rights: Float64Array,
    from: number,
    count: number,
    image: number,
    software: number,
    ended: boolean
  ): Changed {
    let changed: Changed = Changed.named
    for (let at = 0; at < this.#each.length; at++)
      changed = this.#each[at].state(thread, domain, rights, from, count, image, software, ended, at * PACKED_BITS)
    return changed
  }

  /** Of mechanism `unit`. */
  cache(thread: number, domain: number, region: number, rights: Rights, unit: number): void {
    this.#each[unit].cache(thread, domain, region, rights)
  }

  copy(domain: number, region: number, before: Rights, after: Rights, unit: number): void {
    this.#each[unit].copy(domain, region, before, after)
  }

  hold(thread: number, domain: number, region: number, rights: Rights, unit: number): void {
    this.#each[unit].hold(thread, domain, region, rights)
  }

  inMemory(domain: number, region: number, unit: number): Rights {
    return this.#each[unit].inMemory(domain, region)
  }

  fly(domain: number, region: number, right: Rights, change: number): void {
    this.#first.fly(domain, region, right, change)
  }

  meets(thread: number, region: number): boolean {
    return this.#first.meets(thread, region)
  }

  /** ER2, of each. */
  reaches(thread: number, region: number): Rights {
    let rights: Rights = Right.readWrite
    for (const each of this.#each) rights &= each.reaches(thread, region)
    return rights
  }

  /** ER4. */
  held(domain: number, region: number, rights: Rights): boolean {
    if (this.#first.flies(domain, region, rights)) return true
    for (let thread = 0; thread < this.domain.length; thread++)
      if (this.domain[thread] === domain && (this.reaches(thread, region) & rights) !== 0) return true
    for (const [software, { domain: of, tile }] of this.#first.saved)
      if (of === domain && (this.#kept(software, tile, domain, region) & rights) !== 0) return true
    for (let tile = 0; tile < this.#tiles; tile++) if ((this.#found(tile, domain, region) & rights) !== 0) return true
    return false
  }

  /** What `software`, which waits for its turn on `tile`, is given by all. */
  #kept(software: number, tile: number, domain: number, region: number): Rights {
    let rights: Rights = Right.readWrite
    for (const each of this.#each)
      rights &= (each.saved.get(software)?.rights[region] ?? Right.none) | each.finds(tile, domain, region)
    return rights
  }

  #found(tile: number, domain: number, region: number): Rights {
    let rights: Rights = Right.readWrite
    for (const each of this.#each) rights &= each.finds(tile, domain, region)
    return rights
  }
}
