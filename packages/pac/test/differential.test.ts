/** The timed unit faults on exactly those accesses that the rule refuses, in random programs of one thread. */
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
import { pac } from "../src/index.ts"
import { allows, authenticate, type Pointer, sign, sizeLog2Of } from "../src/signed-pointer.ts"

const DOMAINS = 3
const HANDLES = 3
const SLOTS = 4
const KEY = 99

/** Objects of powers of two, at offsets of their size, two of them beside private memory. */
const regions = [
  { name: "private 0", kind: RegionKind.private, owner: 0, bytes: 1024 },
  { name: "object 0", kind: RegionKind.exchange, owner: 2, bytes: 64, packed: true },
  { name: "object 1", kind: RegionKind.exchange, owner: 1, bytes: 32, packed: true },
  { name: "private 1", kind: RegionKind.private, owner: 1, bytes: 4096 },
  { name: "object 2", kind: RegionKind.exchange, owner: 0, bytes: 4096 },
  { name: "runtime", kind: RegionKind.shared, owner: 0, bytes: 4096 }
]
const OBJECTS = [1, 2, 4]

const steps = drawnSteps({ kind: 13, offset: 255, bytes: 32, steps: 120 })

/** What the rule knows: numbers of entries, the pointers that domains, registers and slots have. */
class Reference {
  readonly faults = new Set<string>()
  readonly script: Array<OperationRecord> = []
  readonly #memory: ProgramMemory
  readonly #holders = regions.map((region) => region.owner)
  readonly #numbers = new Map<number, number>() // entry -> number
  readonly #pointers = new Map<number, Pointer>() // entry -> what its domain signed last
  readonly #registers = Array<Pointer | undefined>(HANDLES).fill(undefined)
  readonly #signed = new Map<Pointer, Pointer>() // what each authenticated one was before
  readonly #slots = new Map<number, Pointer | undefined>() // domain x SLOTS + slot
  readonly #used = new Set<string>()
  #next = 1
  #domain = 0
  #trusted = false

  constructor(memory: ProgramMemory) {
    this.#memory = memory
    for (const [region, { kind, owner }] of regions.entries())
      for (let domain = 0; domain < DOMAINS; domain++)
        if (owner === domain || kind === RegionKind.shared) this.#sign(domain, region)
  }

  step({ bytes, kind, offset, pick, store }: DrawnStep): void {
    const handle = pick % HANDLES
    const region = OBJECTS[pick % OBJECTS.length] as number
    if (kind === 0) this.#cross((this.#domain + 1 + (pick % (DOMAINS - 1))) % DOMAINS)
    else if (kind === 1) this.#move(region, (pick >> 2) % DOMAINS)
    else if (kind === 2 && pick < 9) this.#open()
    else if (kind === 3) this.#derive(region, handle, (pick >> 3) % 2 === 0)
    else if (kind === 4 && pick < 20) this.#drop(handle)
    else if (kind === 5) this.#keep(region, handle, pick % SLOTS)
    else if (kind === 6) this.#recall(handle, pick % SLOTS)
    else if (kind === 7) this.#grantOrRevoke(region, pick % DOMAINS, pick % 2 === 0)
    else this.#access(pick % regions.length, offset, bytes, store, kind > 10 ? handle : -1)
  }

  #entry = (domain: number, region: number): number => region * DOMAINS + domain
  #number = (entry: number): { number: number } => ({ number: this.#numbers.get(entry) ?? 0 })

  #sign(domain: number, region: number): void {
    const entry = this.#entry(domain, region)
    this.#numbers.set(entry, this.#next++)
    const bytes = regions[region]?.bytes ?? 0
    const bare = { entry, offset: 0, sizeLog2: sizeLog2Of(bytes), signature: undefined, authenticated: false }
    this.#pointers.set(entry, sign(KEY, bare, this.#number(entry)))
  }

  #cross(to: number): void {
    this.script.push({ verb: Verb.enter, from: this.#domain, to })
    this.#domain = to
    this.#trusted = false
  }

  #open(): void {
    this.script.push({ verb: Verb.open, from: this.#domain, to: (this.#domain + 1) % DOMAINS })
    this.#trusted = true
  }

  #move(region: number, to: number): void {
    const from = this.#holders[region] ?? 0
    if (from === to) return
    this.script.push({ verb: Verb.move, region, from, to, bytes: 16 })
    this.#holders[region] = to
    this.#numbers.delete(this.#entry(from, region))
    this.#sign(to, region)
  }

  #grantOrRevoke(region: number, domain: number, grant: boolean): void {
    if (domain === this.#holders[region]) return
    const rights = grant ? Right.readWrite : Right.none
    this.script.push({ verb: grant ? Verb.grant : Verb.revoke, region, from: domain, to: domain, rights })
    if (grant) this.#sign(domain, region)
    else this.#numbers.delete(this.#entry(domain, region))
  }

  #derive(region: number, to: number, fromRegister: boolean): void {
    const from = fromRegister ? (to + 1) % HANDLES : -1
    this.script.push({ verb: Verb.derive, region, handle: from, toHandle: to, rights: Right.readWrite })
    const pointer = from < 0 ? this.#own(region) : this.#registers[from]
    if (pointer === undefined || pointer.authenticated) {
      this.#registers[to] = pointer
      return
    }
    const used = this.#isOwn(pointer) ? authenticate(KEY, pointer, this.#number(pointer.entry)) : undefined
    this.#registers[to] = used
    if (used !== undefined) this.#signed.set(used, pointer)
  }

  /** Code of a domain looks for its own entry of an object. */
  #isOwn = (pointer: Pointer): boolean => pointer.entry % DOMAINS === this.#domain

  #own(region: number): Pointer | undefined {
    const entry = this.#entry(this.#domain, region)
    return this.#numbers.has(entry) ? this.#pointers.get(entry) : undefined
  }

  #drop(handle: number): void {
    this.script.push({ verb: Verb.drop, handle })
    this.#registers[handle] = undefined
  }

  #keep(region: number, handle: number, slot: number): void {
    this.script.push({ verb: Verb.keep, region, handle, toOffset: slot })
    const pointer = this.#registers[handle]
    this.#slots.set(this.#domain * SLOTS + slot, pointer && (this.#signed.get(pointer) ?? pointer))
  }

  #recall(handle: number, slot: number): void {
    this.script.push({ verb: Verb.recall, handle, toOffset: slot })
    this.#registers[handle] = this.#slots.get(this.#domain * SLOTS + slot)
  }

  /** Each place is accessed once, so that a fault says which access it was. */
  #access(region: number, from: number, bytes: number, store: boolean, handle: number): void {
    const placed = this.#memory.regions[region] as PlacedRegion
    const offset = placed.offset + from * (placed.bytes > 64 ? 4 : 1)
    if (offset + bytes > 4096) return
    const key = `${placed.page}+${offset}`
    if (this.#used.has(key)) return
    this.#used.add(key)
    this.script.push({ verb: store ? Verb.store : Verb.load, page: placed.page, offset, bytes, handle })
    const [found, start, end] = this.#objectAt(placed.page, offset)
    if (this.#trusted) return
    const pointer = handle < 0 ? this.#pointers.get(this.#entry(this.#domain, found)) : this.#registers[handle]
    const isFor = pointer !== undefined && Math.floor(pointer.entry / DOMAINS) === found
    const inside = offset + bytes <= end
    const at = pointer && { ...pointer, offset: offset - start, sizeLog2: Math.max(pointer.sizeLog2, 12) }
    const passes =
      isFor &&
      inside &&
      at !== undefined &&
      (at.authenticated || this.#isOwn(at)) &&
      allows(KEY, at, this.#number(at.entry), bytes)
    if (!passes) this.faults.add(key)
  }

  /** Region at an address, and where its object begins and ends. */
  #objectAt(page: number, offset: number): readonly [number, number, number] {
    let best: readonly [number, number, number] = [-1, 0, 4096]
    const here = this.#memory.regions.flatMap((placed, region) => (placed.page === page ? [{ placed, region }] : []))
    const first = here[0]
    if (first !== undefined) best = [first.region, 0, 4096]
    for (const { placed, region } of here) {
      if (regions[region]?.kind !== RegionKind.exchange) continue
      const end = placed.offset + placed.bytes
      if (offset >= placed.offset && offset < end) return [region, placed.offset, end]
      if (offset < placed.offset) best = [best[0], 0, Math.min(best[2], placed.offset)]
    }
    return best
  }
}

describe("the unit agrees with the rule (PAC2, PAC3, PAC9, PAC10)", () => {
  test.each([
    { name: "one instruction at a time", inOrder: true },
    { name: "out of order", inOrder: false }
  ])("$name", ({ inOrder }) => {
    const machine = tinyMachine({ base: "cortex-x3", cores: 1, inOrder })
    let faults = 0
    let passed = 0
    fc.assert(
      fc.property(steps, (drawn) => {
        let reference: Reference | undefined
        const workload = programWorkload({
          domains: ["application", "library", "plugin"],
          regions,
          exchange: "borrow",
          threads: (memory) => {
            const made = new Reference(memory)
            for (const each of drawn) made.step(each)
            made.script.push({ verb: Verb.compute, bytes: 1 })
            reference = made
            return [{ script: made.script }]
          }
        })
        const run = observe({ machine, mechanisms: [pac()], workload })
        expect(new Set(run.faults.map(({ offset, page }) => `${page}+${offset}`))).toEqual(reference?.faults)
        faults += reference?.faults.size ?? 0
        passed += (reference?.script.length ?? 0) - (reference?.faults.size ?? 0)
      }),
      { numRuns: 40, seed: 20_24 }
    )
    // Both answers must have been asked for often.
    expect(faults).toBeGreaterThan(200)
    expect(passed).toBeGreaterThan(200)
  })
})
