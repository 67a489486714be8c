/** The timed unit faults on exactly those accesses on which the rule fails, in random programs of one thread. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
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
import { mte } from "../src/index.ts"
import { insertTag, passes, type TagState } from "../src/tag-check.ts"

const DOMAINS = 3
const NAMES = ["application", "library", "plugin"]

/** Regions of odd sizes, several to a page, one of several pages, and a page of the shared runtime. */
const regions = [
  { name: "private 0", kind: RegionKind.private, owner: 0, bytes: 700 },
  { name: "private 1", kind: RegionKind.private, owner: 1, bytes: 333, packed: true },
  { name: "object 0", kind: RegionKind.exchange, owner: 2, bytes: 40, packed: true },
  { name: "object 1", kind: RegionKind.exchange, owner: 1, bytes: 16, packed: true },
  { name: "object 2", kind: RegionKind.exchange, owner: 0, bytes: 5000 },
  { name: "runtime", kind: RegionKind.shared, owner: 0, bytes: 4096 }
]
const FIRST_OBJECT = 2
const OBJECTS = 3

const steps = drawnSteps({ kind: 9, offset: 4095, bytes: 64, steps: 120 })

/** What the rule knows: the tag of every granule, the tag in the reserved register, and TCO. */
class Reference {
  readonly granules = new Map<bigint, number>()
  readonly faults = new Set<string>()
  readonly script: Array<OperationRecord> = []
  readonly #memory: ProgramMemory
  readonly #holders = regions.map((region) => region.owner)
  readonly #used = new Set<string>()
  readonly #pages: ReadonlyArray<number>
  #domain = 0
  #tco = false

  constructor(memory: ProgramMemory) {
    this.#memory = memory
    const owned = memory.regions.flatMap((placed, region) => {
      const { kind, owner } = regions[region] ?? { kind: RegionKind.shared, owner: 0 }
      return kind === RegionKind.shared ? [] : [{ placed, owner }]
    })
    // What no region claims on a page belongs to the page's first region.
    for (const { owner, placed } of owned.toReversed())
      this.#tag({ ...placed, offset: 0, bytes: placed.pages * 4096 }, owner)
    for (const { owner, placed } of owned) this.#tag(placed, owner)
    const covered = memory.regions.flatMap(({ page, pages }) => Array.from({ length: pages }, (_, n) => page + n))
    this.#pages = [...new Set([...covered, memory.free])]
  }

  step({ bytes, kind, offset, pick, store }: DrawnStep): void {
    if (kind === 0) this.#cross((this.#domain + 1 + (pick % (DOMAINS - 1))) % DOMAINS)
    else if (kind === 1) this.#move(FIRST_OBJECT + (pick % OBJECTS), pick % DOMAINS)
    else if (kind === 2 && pick < 12) this.#open()
    else this.#access(this.#pages[pick % this.#pages.length] ?? 0, offset, bytes, store)
  }

  #cross(to: number): void {
    this.script.push({ verb: Verb.enter, from: this.#domain, to })
    this.#domain = to
    this.#tco = false
  }

  #open(): void {
    this.script.push({ verb: Verb.open, from: this.#domain, to: (this.#domain + 1) % DOMAINS })
    this.#tco = true
  }

  #move(region: number, to: number): void {
    this.script.push({ verb: Verb.move, region, from: this.#holders[region] ?? 0, to, bytes: 16 })
    this.#holders[region] = to
    this.#tag(this.#memory.regions[region] as PlacedRegion, to)
  }

  #tag({ bytes, offset, page }: PlacedRegion, domain: number): void {
    const first = BigInt(page * 4096 + offset) & ~15n
    for (let at = first; at < BigInt(page * 4096 + offset + bytes); at += 16n) this.granules.set(at, domain + 1)
  }

  /** Each place is accessed once, so that a fault says which access it was. */
  #access(page: number, offset: number, wanted: number, store: boolean): void {
    const bytes = Math.min(wanted, 4096 - offset)
    const key = `${page}+${offset}`
    if (this.#used.has(key)) return
    this.#used.add(key)
    this.script.push({ verb: store ? Verb.store : Verb.load, page, offset, bytes })
    const address = insertTag(BigInt(page * 4096 + offset), this.#domain + 1)
    if (!passes({ address, bytes, stackRelative: false }, this.#state())) this.faults.add(key)
  }

  #state(): TagState {
    const tagged = new Set([...this.granules.keys()].map((granule) => granule >> 12n))
    return {
      tco: this.#tco,
      isTagged: (address) => tagged.has(address >> 12n),
      allocationTag: (granule) => this.granules.get(granule) ?? 0
    }
  }
}

describe("the unit agrees with the rule (MTE1, MTE2)", () => {
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
          domains: NAMES,
          regions,
          exchange: "borrow",
          freePages: 1,
          threads: (memory) => {
            const made = new Reference(memory)
            for (const each of drawn) made.step(each)
            made.script.push({ verb: Verb.compute, bytes: 1 })
            reference = made
            return [{ script: made.script }]
          }
        })
        const run = observe({ machine, mechanisms: [mte()], workload })
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
