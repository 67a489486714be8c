/**
 * The timed unit against the rule (L8): random programs of one thread, run on a real machine, must fault exactly
 * where capabilities made and stored by the rule's own functions permit nothing.
 */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { observe, type ProgramMemory, type ProgramRegion, programWorkload, tinyMachine } from "@isolde/testkit"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Capability, derive, overwritten, Permission, permits, UNSEALED } from "../src/capability.ts"
import { cheri } from "../src/index.ts"

const DOMAINS = 3
const SLOTS = 4
/** Exchange objects: packed neighbours, one that ends inside a granule, one with exact bounds over a page, one whose bounds are rounded. */
const sizes = [64, 32, 4096, 70_032, 20]
const regions: ReadonlyArray<ProgramRegion> = [
  ...Array.from({ length: DOMAINS }, (_, owner) => ({ name: `private ${owner}`, kind: RegionKind.private, owner })),
  { name: "runtime", kind: RegionKind.shared, owner: 0 },
  ...sizes.map((bytes, at) => ({
    name: `object ${at}`,
    kind: RegionKind.exchange,
    owner: at % DOMAINS,
    bytes,
    packed: at === 1
  }))
]
const FIRST_OBJECT = DOMAINS + 1

interface Step {
  readonly kind: number
  readonly domain: number
  readonly object: number
  readonly slot: number
  readonly place: number
  readonly store: boolean
}

const steps: fc.Arbitrary<ReadonlyArray<Step>> = fc.array(
  fc.record({
    kind: fc.nat(13),
    domain: fc.nat(DOMAINS - 1),
    object: fc.nat(sizes.length - 1),
    slot: fc.nat(SLOTS - 1),
    place: fc.nat(7),
    store: fc.boolean()
  }),
  { minLength: 10, maxLength: 60 }
)

const root: Capability = { tag: true, base: 0, top: 2 ** 48, permissions: 511, otype: UNSEALED }
const permissionsOf = (rights: number): number =>
  (rights & 1 ? Permission.load : 0) | (rights & 2 ? Permission.store : 0)

/** Longer than a window: accesses before it have been judged. An older one would find what is given behind it (DEVIATIONS). */
const judged: OperationRecord = { verb: Verb.compute, bytes: 2000 }

/** One thread by the rule: capabilities in registers and slots, and which accesses they permit. */
class RuleMachine {
  readonly script: Array<OperationRecord> = []
  readonly faults: Array<string> = []
  readonly #memory: ProgramMemory
  readonly #private: ReadonlyArray<Capability>
  readonly #slots: Array<Map<string, Capability>> = Array.from({ length: DOMAINS }, () => new Map())
  readonly #registers: Array<Map<number, Capability>> = Array.from({ length: DOMAINS }, () => new Map())
  readonly #owners = sizes.map((_, object) => object % DOMAINS)
  #domain = 0

  constructor(memory: ProgramMemory) {
    this.#memory = memory
    this.#private = regions.slice(0, DOMAINS).map((_, region) => this.#derive(region, 3))
    sizes.forEach((_, object) => {
      this.#slots[object % DOMAINS]?.set(`home ${object}`, this.#derive(FIRST_OBJECT + object, 3))
    })
  }

  step({ domain, kind, object, place, slot, store }: Step): void {
    const region = FIRST_OBJECT + object
    const other = (this.#domain + 1 + (domain % (DOMAINS - 1))) % DOMAINS
    if (kind === 0) this.#pass(domain % 2 === 0 ? Verb.enter : Verb.leave, other)
    else if (kind === 1) this.#give(Verb.grant, object, domain, store ? 3 : 1)
    else if (kind === 2) this.#revoke(object, domain, store ? 0 : 1)
    else if (kind === 3) this.#move(object, this.#domain, other)
    else if (kind === 4) this.#keep(object, slot)
    else if (kind === 5) this.#recall(slot)
    else if (kind === 6) this.#drop(object)
    else this.#access(kind < 9 ? domain : kind === 9 ? DOMAINS : region, place, store)
  }

  #pass(verb: Verb, to: number): void {
    this.script.push({ verb, from: this.#domain, to })
    this.#registers[this.#domain]?.clear()
    this.#domain = to
  }

  #move(object: number, from: number, to: number): void {
    this.script.push(judged, { verb: Verb.move, region: FIRST_OBJECT + object, from, to })
    // RO1: who doesn't own it moves nothing.
    if (this.#owners[object] !== from) return
    this.#owners[object] = to
    this.#forget(object, from)
    this.#hand(object, to, 3)
  }

  /** A grant narrows what was granted before. */
  #give(verb: Verb, object: number, to: number, rights: number): void {
    this.script.push(judged, { verb, region: FIRST_OBJECT + object, from: this.#domain, to, rights })
    const has = this.#held(object, to).some(({ permissions }) => (permissions & ~permissionsOf(rights)) !== 0)
    if (has) this.#forget(object, to)
    this.#hand(object, to, rights)
  }

  #revoke(object: number, from: number, rights: number): void {
    this.script.push(judged, { verb: Verb.revoke, region: FIRST_OBJECT + object, from, rights })
    this.#forget(object, from)
    if (rights !== 0) this.#hand(object, from, rights)
  }

  #keep(object: number, slot: number): void {
    const region = FIRST_OBJECT + object
    this.script.push({ verb: Verb.keep, region, toOffset: slot })
    const held = this.#held(object, this.#domain).reduce((all, { permissions }) => all | permissions, 0)
    const kept = { ...this.#derive(region, 3), permissions: held, tag: held !== 0 }
    this.#slots[this.#domain]?.set(`slot ${slot}`, kept)
  }

  #recall(slot: number): void {
    this.script.push(judged, { verb: Verb.recall, toOffset: slot })
    const kept = this.#slots[this.#domain]?.get(`slot ${slot}`)
    if (kept?.tag) this.#registers[this.#domain]?.set(kept.base, kept)
  }

  #drop(object: number): void {
    this.script.push({ verb: Verb.drop, region: FIRST_OBJECT + object })
    this.#registers[this.#domain]?.delete(this.#derive(FIRST_OBJECT + object, 3).base)
  }

  #access(region: number, place: number, store: boolean): void {
    const placed = this.#memory.regions[region]
    if (placed === undefined) return
    const bytes = 16
    const end = placed.offset + placed.bytes
    // At the start, inside, at the very end, over the end, right behind, and well behind it; never over a line.
    const at = [0, 16, placed.bytes - 16, placed.bytes - 8, placed.bytes, placed.bytes + 16, 8, placed.bytes - 32][
      place
    ] as number
    const offset = placed.offset + at
    if (offset < 0 || (offset % 64) + bytes > 64 || Math.floor(offset / 4096) > Math.floor((end - 1) / 4096)) return
    if (region <= DOMAINS && at + bytes > placed.bytes) return
    const page = placed.page + Math.floor(offset / 4096)
    this.script.push({ verb: store ? Verb.store : Verb.load, page, offset: offset % 4096, bytes })
    const address = placed.page * 4096 + offset
    const wanted = store ? Permission.store : Permission.load
    const allowed = this.#reach().some((capability) => permits(capability, address, bytes, wanted))
    if (!allowed) this.faults.push(`${store ? "store" : "load"} ${page}+${offset % 4096}`)
    // What the access went through is in a register from now on.
    for (const stored of this.#slots[this.#domain]?.values() ?? []) {
      const held = this.#registers[this.#domain]?.get(stored.base)
      if (stored.tag && permits(stored, address, bytes, wanted) && !(held && permits(held, address, bytes, wanted)))
        this.#registers[this.#domain]?.set(stored.base, this.#joined(stored))
    }
  }

  /** A register and the slots together: what any of them would permit. */
  #joined(capability: Capability): Capability {
    const object = sizes.findIndex((_, at) => this.#derive(FIRST_OBJECT + at, 3).base === capability.base)
    const permissions = this.#held(object, this.#domain).reduce((all, each) => all | each.permissions, 0)
    return { ...capability, permissions }
  }

  #reach(): Array<Capability> {
    return [
      this.#private[this.#domain] as Capability,
      this.#derive(DOMAINS, 3),
      ...(this.#registers[this.#domain]?.values() ?? []),
      ...(this.#slots[this.#domain]?.values() ?? [])
    ]
  }

  #held(object: number, domain: number): Array<Capability> {
    const { base } = this.#derive(FIRST_OBJECT + object, 3)
    const all = [...(this.#registers[domain]?.values() ?? []), ...(this.#slots[domain]?.values() ?? [])]
    return all.filter((capability) => capability.tag && capability.base === base)
  }

  /** Tags of the domain's stored copies go, and this thread's register. */
  #forget(object: number, domain: number): void {
    const { base } = this.#derive(FIRST_OBJECT + object, 3)
    for (const [slot, kept] of this.#slots[domain] ?? [])
      if (kept.base === base) this.#slots[domain]?.set(slot, overwritten(kept))
    this.#registers[domain]?.delete(base)
  }

  #hand(object: number, domain: number, rights: number): void {
    const capability = this.#derive(FIRST_OBJECT + object, rights)
    this.#registers[domain]?.set(capability.base, capability)
    this.#slots[domain]?.set(`home ${object}`, capability)
  }

  #derive(region: number, rights: number): Capability {
    const placed = this.#memory.regions[region]
    if (placed === undefined) throw new Error(`region ${region} was not placed`)
    return derive(root, placed.page * 4096 + placed.offset, placed.bytes, permissionsOf(rights))
  }
}

describe("CHERI1 the unit faults exactly where the rule permits nothing", () => {
  const machines = {
    "one thing at a time": tinyMachine({ base: "morello", cores: 1, inOrder: true }),
    "out of order": tinyMachine({ base: "morello", cores: 1 })
  }

  test.each(Object.entries(machines))("%s", (_, machine) => {
    let faults = 0
    fc.assert(
      fc.property(steps, (drawn) => {
        let rule: RuleMachine | undefined
        const workload = programWorkload({
          domains: Array.from({ length: DOMAINS }, (_each, domain) => `domain ${domain}`),
          exchange: "borrow",
          regions,
          threads: (memory) => {
            rule = new RuleMachine(memory)
            for (const step of drawn) rule.step(step)
            return [{ script: [...rule.script, { verb: Verb.compute, bytes: 1 }] }]
          }
        })
        const run = observe({ machine, mechanisms: [cheri()], workload })
        const found = run.faults.map(({ offset, page, store }) => `${store ? "store" : "load"} ${page}+${offset}`)
        expect(found.sort()).toEqual([...(rule?.faults ?? [])].sort())
        faults += found.length
      }),
      { numRuns: 60, seed: 2026 }
    )
    expect(faults).toBeGreaterThan(100)
  })
})
