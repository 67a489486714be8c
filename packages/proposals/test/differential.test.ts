/** The timed units fault on exactly those accesses that the rules refuse, in random programs of one thread. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import {
  type DrawnStep,
  drawnSteps,
  observe,
  type PlacedRegion,
  type ProgramMemory,
  programWorkload,
  tinyMachine
} from "@isolde/testkit"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { proposals } from "../src/index.ts"
import { entryAllows, granuleOf, keyOpens, regionAllows, tagsMatch } from "../src/may-access.ts"

const DOMAINS = 3
const HANDLES = 3
const SLOTS = 4

/** Two objects share a page, one has a page, one has two. */
const regions = [
  { name: "private 0", kind: RegionKind.private, owner: 0, bytes: 4096 },
  { name: "private 1", kind: RegionKind.private, owner: 1, bytes: 4096 },
  { name: "object 0", kind: RegionKind.exchange, owner: 2, bytes: 64 },
  { name: "object 1", kind: RegionKind.exchange, owner: 1, bytes: 32, packed: true },
  { name: "object 2", kind: RegionKind.exchange, owner: 0, bytes: 4096 },
  { name: "object 3", kind: RegionKind.exchange, owner: 0, bytes: 8192 },
  { name: "runtime", kind: RegionKind.shared, owner: 0, bytes: 4096 }
]
const FIRST_OBJECT = 2
const OBJECTS = 4

type Base = "keys" | "tags" | "proxy" | "xpc" | "hfi" | "ideal"

const steps = drawnSteps({ kind: 13, offset: 4095, bytes: 32, steps: 100 })

interface Pointer {
  readonly region: number
  readonly version: number
}

/** What the rules know: who holds what, keys of pages, tags of granules, versions of entries, and pointers. */
class Reference {
  readonly faults = new Set<string>()
  readonly script: Array<OperationRecord> = []
  readonly #base: Base
  readonly #placed: ReadonlyArray<PlacedRegion>
  readonly #holders = regions.map(({ owner }) => owner)
  readonly #rights = new Map<number, number>() // domain x regions + region -> rights
  readonly #versions = new Map<number, number>() // the same -> version of its entry
  readonly #holderOfPage = new Map<number, number>()
  readonly #tags = new Map<number, number>() // address / 16 -> tag
  readonly #granules = new Map<number, number>() // page -> bytes
  readonly #registers = Array<Pointer | undefined>(HANDLES).fill(undefined)
  readonly #slots = new Map<number, Pointer | undefined>()
  readonly #used = new Set<string>()
  #domain = 0
  #open: ReadonlyArray<number> = []

  constructor(base: Base, memory: ProgramMemory) {
    this.#base = base
    this.#placed = memory.regions
    for (const [region, { kind, owner }] of regions.entries()) {
      if (kind === RegionKind.shared) continue
      this.#set(owner, region, Right.readWrite)
      this.#give(region, owner)
    }
    // What no region claims on a page is its first region's.
    for (const { page, pages } of memory.regions)
      for (let at = page; at < page + pages; at++)
        this.#granules.set(at, granuleOf(Array.from({ length: 256 }, (_, granule) => this.#regionAt(at, granule * 16))))
  }

  step({ bytes, kind, offset, pick, store }: DrawnStep): void {
    const region = FIRST_OBJECT + (pick % OBJECTS)
    const handle = pick % HANDLES
    const proxy = this.#base === "proxy"
    if (kind === 0) this.#cross((this.#domain + 1 + (pick % (DOMAINS - 1))) % DOMAINS)
    else if (kind === 1) this.#move(region, (pick >> 2) % DOMAINS)
    else if (kind === 2 && pick < 9) this.#openBoth()
    else if (kind === 3 && this.#base !== "keys" && this.#base !== "tags")
      this.#change(region, pick % DOMAINS, pick >> 4)
    else if (kind === 4 && proxy) this.#derive(region, handle)
    else if (kind === 5 && proxy) this.#keep(region, handle, pick % SLOTS)
    else if (kind === 6 && proxy) this.#recall(handle, pick % SLOTS)
    else this.#access(pick % regions.length, offset, bytes, store, proxy && kind > 10 ? handle : -1)
  }

  #cross(to: number): void {
    this.script.push({ verb: Verb.enter, from: this.#domain, to })
    this.#domain = to
    this.#open = []
  }

  #openBoth(): void {
    const to = (this.#domain + 1) % DOMAINS
    this.script.push({ verb: Verb.open, from: this.#domain, to })
    this.#open = [this.#domain, to]
  }

  #move(region: number, to: number): void {
    const from = this.#holders[region] ?? 0
    if (from === to) return
    this.script.push({ verb: Verb.move, region, from, to, bytes: 16 })
    this.#holders[region] = to
    this.#set(from, region, Right.none)
    this.#set(to, region, Right.readWrite)
    this.#give(region, to)
  }

  #change(region: number, domain: number, rights: number): void {
    if (domain === this.#holders[region]) return
    this.script.push({ verb: rights === 0 ? Verb.revoke : Verb.grant, region, from: domain, to: domain, rights })
    this.#set(domain, region, rights)
  }

  #set(domain: number, region: number, rights: number): void {
    const at = domain * regions.length + region
    if (rights !== 0 && (this.#rights.get(at) ?? 0) === 0) this.#versions.set(at, (this.#versions.get(at) ?? 0) + 1)
    this.#rights.set(at, rights)
  }

  /** Pages and granules of `region` come to be `domain`'s. */
  #give(region: number, domain: number): void {
    const { bytes, offset, page, pages } = this.#placed[region] as PlacedRegion
    for (let at = page; at < page + pages; at++) this.#holderOfPage.set(at, domain)
    const whole = regions.filter((_, other) => this.#placed[other]?.page === page).length === 1
    const end = whole ? pages * 4096 : offset + bytes
    for (let at = page * 4096 + offset; at < page * 4096 + end; at += 16) this.#tags.set(at / 16, domain + 1)
  }

  #derive(region: number, to: number): void {
    this.script.push({ verb: Verb.derive, region, handle: -1, toHandle: to, rights: Right.readWrite })
    this.#registers[to] = this.#own(region)
  }

  #keep(region: number, handle: number, slot: number): void {
    this.script.push({ verb: Verb.keep, region, handle, toOffset: slot })
    this.#slots.set(this.#domain * SLOTS + slot, this.#registers[handle])
  }

  #recall(handle: number, slot: number): void {
    this.script.push({ verb: Verb.recall, handle, toOffset: slot })
    this.#registers[handle] = this.#slots.get(this.#domain * SLOTS + slot)
  }

  #own(region: number): Pointer | undefined {
    const at = this.#domain * regions.length + region
    return (this.#rights.get(at) ?? 0) === 0 ? undefined : { region, version: this.#versions.get(at) ?? 0 }
  }

  /** Each place is accessed once, so that a fault says which access it was. */
  #access(region: number, from: number, bytes: number, store: boolean, handle: number): void {
    const placed = this.#placed[region] as PlacedRegion
    const offset = placed.offset + (from % Math.min(placed.bytes, 4096))
    if (offset + bytes > 4096) return
    const key = `${placed.page}+${offset}`
    if (this.#used.has(key)) return
    this.#used.add(key)
    this.script.push({ verb: store ? Verb.store : Verb.load, page: placed.page, offset, bytes, handle })
    if (!this.#passes(region, placed, offset, bytes, store, handle)) this.faults.add(key)
  }

  #passes(
    region: number,
    placed: PlacedRegion,
    offset: number,
    bytes: number,
    store: boolean,
    handle: number
  ): boolean {
    if (regions[region]?.kind === RegionKind.shared) return handle < 0 || this.#open.length > 0
    if (this.#base === "keys") {
      const open = this.#open.length > 0 ? this.#open : [this.#domain]
      const register = open.reduce((bits, domain) => bits & ~(3 << (2 * (domain + 1))), -4)
      return keyOpens(register, (this.#holderOfPage.get(placed.page) ?? 0) + 1, true, true, store)
    }
    if (this.#open.length > 0) return true
    if (this.#base === "tags") return tagsMatch(this.#domain + 1, this.#tagsOf(placed.page, offset, bytes))
    const at = this.#domain * regions.length + region
    const rights = this.#rights.get(at) ?? 0
    const size = regions[region]?.kind === RegionKind.exchange ? placed.bytes : 4096
    if (this.#base === "hfi") return regionAllows([{ from: placed.offset, bytes: size, rights }], offset, bytes, store)
    const version = this.#versions.get(at) ?? 0
    const pointer = handle < 0 ? { region, version } : this.#registers[handle]
    if (pointer?.region !== region) return false
    return entryAllows({ rights, bytes: size, version }, pointer.version, offset - placed.offset, bytes, store)
  }

  #tagsOf(page: number, offset: number, bytes: number): Array<number> {
    const granule = this.#granules.get(page) ?? 16
    const first = Math.floor(offset / granule) * granule
    const heads = Array.from({ length: Math.ceil((offset + bytes - first) / granule) }, (_, n) => first + n * granule)
    return heads.map((head) => this.#tags.get((page * 4096 + head) / 16) ?? 0)
  }

  #regionAt(page: number, offset: number): number {
    const here = [...this.#placed.entries()].filter(([, each]) => page >= each.page && page < each.page + each.pages)
    const inside = here.find(([, each]) => {
      const at = (page - each.page) * 4096 + offset
      return at >= each.offset && at < each.offset + each.bytes
    })
    return (inside ?? here[0])?.[0] ?? -1
  }
}

const configurations: ReadonlyArray<readonly [name: string, machine: string, config: Record<string, unknown>]> = [
  ["keys (PRO1)", "tiger-lake", { base: "keys" }],
  ["keys with one-cycle switches (PRO6)", "tiger-lake", { base: "keys", oneCycleSwitch: true }],
  ["tags (PRO2, PRO3)", "cortex-x3", { base: "tags" }],
  ["tags of 16 bytes (PRO2)", "cortex-x3", { base: "tags", variableGranule: false, tagRegister: false, tagBits: 4 }],
  ["proxies (PRO4, PRO13)", "morello", { base: "proxy", slots: SLOTS }],
  ["segments (PRO4, PRO15)", "neoverse-n1", { base: "xpc" }],
  ["regions (PRO5, PRO19)", "tiger-lake", { base: "hfi" }],
  ["the ideal (PRO16)", "tiger-lake", { base: "ideal" }]
]

describe("the units agree with the rules", () => {
  test.each(configurations)("%s", (_, base, config) => {
    const machines = [true, false].map((inOrder) => tinyMachine({ base, cores: 1, inOrder }))
    let faults = 0
    let passed = 0
    fc.assert(
      fc.property(steps, fc.nat(1), (drawn, at) => {
        let reference: Reference | undefined
        const workload = programWorkload({
          domains: ["application", "library", "plugin"],
          regions,
          exchange: "borrow",
          threads: (memory) => {
            const made = new Reference(config.base as Base, memory)
            for (const each of drawn) made.step(each)
            made.script.push({ verb: Verb.compute, bytes: 1 })
            reference = made
            return [{ script: made.script }]
          }
        })
        const run = observe({
          machine: machines[at] ?? tinyMachine(),
          mechanisms: [proposals(config as never)],
          workload
        })
        expect(new Set(run.faults.map(({ offset, page }) => `${page}+${offset}`))).toEqual(reference?.faults)
        faults += reference?.faults.size ?? 0
        passed += (reference?.script.length ?? 0) - (reference?.faults.size ?? 0)
      }),
      { numRuns: 16, seed: 20_24 }
    )
    // Both answers must have been asked for often.
    expect(faults).toBeGreaterThan(80)
    expect(passed).toBeGreaterThan(80)
  })
})
