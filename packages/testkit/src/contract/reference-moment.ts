/**
 * Enforced state at one moment, for the slow monitor of tests: plain maps, and every question answered by going through
 * them. Law: of several mechanisms a thread has what all of them give it.
 */
import { PACKED_BITS } from "@isolde/core/isolation/combined-rights"
import { Report } from "@isolde/core/isolation/report-log"
import { Right } from "@isolde/core/isolation/rights"
import type { ProtectionUnit } from "@isolde/core/isolation/unit"
import type { System } from "@isolde/core/scenario/system"
import { type Copies, pair, type Reported } from "./reports-of.ts"

/** What a hardware thread runs, and what its registers hold. */
interface Running {
  readonly domain: number
  readonly software: number
  readonly beside: number
  /** Region -> rights, of all mechanisms packed. */
  readonly rights: Map<number, number>
}

export class ReferenceMoment {
  /** Hardware thread -> what it runs. */
  readonly running = new Map<number, Running>()
  readonly #system: System
  readonly #units: ReadonlyArray<ProtectionUnit>
  readonly #saved = new Map<number, Running & { readonly tile: number }>() // software thread
  readonly #cached = new Map<string, number>() // mechanism, tile, domain and region
  readonly #copies: Map<string, readonly [number, number]> // mechanism, domain and region
  readonly #flying = new Map<string, number>() // domain, region and right

  constructor(system: System, copies: Copies) {
    this.#system = system
    this.#units = system.unit.each ?? [system.unit]
    this.#copies = new Map(copies)
  }

  #own(thread: number): ReadonlyArray<number> {
    const worker = this.#system.used.indexOf(thread)
    const { worker: of } = this.#system.regions
    return worker < 0 ? [] : [...of.keys()].filter((region) => of[region] === -1 || of[region] === worker)
  }

  /** What `report` says is so from now on. */
  apply({ facts, kind, snapshot, thread }: Reported): void {
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = facts
    if (kind === Report.state) {
      const before = this.running.get(thread)
      const tile = this.#tileOf(thread)
      if (before !== undefined && before.software !== d && e === 0)
        this.#saved.set(before.software, { ...before, tile })
      this.#saved.delete(d)
      const [beside = 0, ...rights] = snapshot
      const held = new Map(this.#own(thread).map((region, at) => [region, rights[at] ?? 0]))
      this.running.set(thread, { domain: a, software: d, beside, rights: held })
    } else if (kind === Report.cached) {
      this.#cached.set(`${d} ${this.#tileOf(thread)} ${pair(a, b)}`, c)
    } else if (kind === Report.checked || kind === Report.performed) {
      const key = `${pair(a, b)} ${c}`
      this.#flying.set(key, (this.#flying.get(key) ?? 0) + (kind === Report.checked ? 1 : -1))
    } else if (kind === Report.enforced && this.#units[e]?.copies !== undefined) {
      const [before, after] = [c & 15, c >>> 4]
      if (d === 0) {
        const on = this.running.get(thread)
        const others = (on?.rights.get(b) ?? 0) & ~(Right.readWrite << (PACKED_BITS * e))
        if (on?.domain === a && on.rights.has(b)) on.rights.set(b, others | (after << (PACKED_BITS * e)))
      } else if (d >= 2 && d <= 4) {
        const place = `${e} ${pair(a, b)}`
        const [reads, writes] = this.#copies.get(place) ?? [0, 0]
        const change = (bit: number) => ((after >>> bit) & 1) - ((before >>> bit) & 1)
        this.#copies.set(place, [reads + change(0), writes + change(1)])
      }
    }
  }

  #inMemory(unit: number, domain: number, region: number): number {
    const [reads, writes] = this.#copies.get(`${unit} ${pair(domain, region)}`) ?? [0, 0]
    return (reads > 0 ? Right.read : 0) | (writes > 0 ? Right.write : 0)
  }

  #cachedOf(unit: number, tile: number, domain: number, region: number): number {
    return this.#cached.get(`${unit} ${tile} ${pair(domain, region)}`) ?? 0
  }

  /** What all mechanisms give, by what each does. */
  #ofAll(of: (unit: number) => number): number {
    return this.#units.reduce((rights, _, unit) => rights & of(unit), Right.readWrite as number)
  }

  /** What a hardware thread could do to `region`. */
  reaches(thread: number, region: number): number {
    const on = this.running.get(thread)
    if (on === undefined) return 0
    const { domain, rights } = on
    return this.#ofAll(
      (unit) =>
        partOf(rights.get(region), unit) |
        this.#inMemory(unit, domain, region) |
        this.#cachedOf(unit, this.#tileOf(thread), domain, region)
    )
  }

  /** Whether anything could use one of `rights`. */
  held(domain: number, region: number, rights: number): boolean {
    for (const [thread, on] of this.running)
      if (on.domain === domain && (this.reaches(thread, region) & rights) !== 0) return true
    // Generations are compared before what a tile has kept of an address space is used.
    const finds = (unit: number, tile: number) =>
      this.#inMemory(unit, domain, region) |
      (this.#units[unit]?.translatesAs === undefined ? this.#cachedOf(unit, tile, domain, region) : 0)
    for (const each of this.#saved.values()) {
      const given = this.#ofAll((unit) => partOf(each.rights.get(region), unit) | finds(unit, each.tile))
      if (each.domain === domain && (given & rights) !== 0) return true
    }
    for (let tile = 0; tile < this.#system.numbers.tiles; tile++)
      if ((this.#ofAll((unit) => finds(unit, tile)) & rights) !== 0) return true
    return [Right.read, Right.write].some(
      (right) => (rights & right) !== 0 && (this.#flying.get(`${pair(domain, region)} ${right}`) ?? 0) > 0
    )
  }

  #tileOf(thread: number): number {
    return Math.floor(thread / this.#system.numbers.threadsPerTile)
  }
}

/** What of `packed` is mechanism `unit`'s. */
const partOf = (packed = 0, unit = 0): number => (packed >>> (PACKED_BITS * unit)) & Right.readWrite
