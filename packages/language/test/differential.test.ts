/** The timed unit faults on exactly those steps that the rule calls wrong, in random programs of one thread. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { type DrawnStep, drawnSteps, observe, type ProgramMemory, programWorkload, tinyMachine } from "@isolde/testkit"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { language } from "../src/index.ts"
import { check, type Step } from "../src/owned-reference.ts"

const DOMAINS = 3
/** Objects of 64 bytes side by side behind private memory of the first two domains; the last is alone. */
const regions = [
  { name: "private 0", kind: RegionKind.private, owner: 0, bytes: 512 },
  { name: "object 0", kind: RegionKind.exchange, owner: 2, bytes: 64, packed: true },
  { name: "object 1", kind: RegionKind.exchange, owner: 1, bytes: 64, packed: true },
  { name: "private 1", kind: RegionKind.private, owner: 1, bytes: 512 },
  { name: "object 2", kind: RegionKind.exchange, owner: 0, bytes: 4096 }
]
const OBJECTS = [1, 2, 4]

const drawn = drawnSteps({ kind: 7, offset: 63, bytes: 16, steps: 120 })

/** A step of the rule for each operation, its index the last byte of the access. */
function written(of: ReadonlyArray<DrawnStep>, memory: ProgramMemory) {
  const script: Array<OperationRecord> = []
  const steps: Array<Step> = []
  const places: Array<string> = []
  const used = new Set<string>()
  const holders = regions.map(({ owner }) => owner)
  let domain = 0
  let runtime = false
  const push = (record: OperationRecord, step: Step, place = "") => {
    script.push(record)
    steps.push(step)
    places.push(place)
  }
  for (const { bytes, kind, offset, pick, store } of of) {
    const object = OBJECTS[pick % OBJECTS.length] ?? 0
    if (kind === 0) {
      const to = (domain + 1 + (pick % (DOMAINS - 1))) % DOMAINS
      push({ verb: Verb.enter, from: domain, to }, { kind: "enter", domain: to })
      domain = to
      runtime = false
    } else if (kind === 1) {
      const to = (pick >> 2) % DOMAINS
      push({ verb: Verb.move, region: object, from: holders[object] ?? 0, to }, { kind: "move", object, to })
      holders[object] = to
    } else if (kind === 2 && pick < 9) {
      script.push({ verb: Verb.open, from: domain, to: (domain + 1) % DOMAINS })
      steps.push({ kind: "enter", domain })
      places.push("")
      runtime = true
    } else {
      const region = pick % regions.length
      const placed = memory.regions[region]
      const at = (placed?.offset ?? 0) + offset
      const place = `${placed?.page}+${at}`
      if (placed === undefined || used.has(place)) continue
      used.add(place)
      const isObject = OBJECTS.includes(region)
      const index = isObject ? offset + bytes - 1 : 0
      const record = { verb: store ? Verb.store : Verb.load, page: placed.page, offset: at, bytes }
      push(record, { kind: runtime ? "runtime" : "access", object: region, index }, place)
    }
  }
  script.push({ verb: Verb.compute, bytes: 1 })
  const lengths = regions.map(({ bytes }) => bytes)
  const found = check({ owners: regions.map(({ owner }) => owner), lengths, steps, domain: 0 })
  return { script, faults: new Set(found.map(({ step }) => places[step])) }
}

describe("the unit agrees with the rule (LANG1, LANG2, LANG3, LANG7)", () => {
  test.each([
    { name: "one instruction at a time", inOrder: true },
    { name: "out of order", inOrder: false }
  ])("$name", ({ inOrder }) => {
    const machine = tinyMachine({ base: "haswell-ep-10", cores: 1, inOrder })
    let faults = 0
    fc.assert(
      fc.property(drawn, (of) => {
        let expected = new Set<string | undefined>()
        const workload = programWorkload({
          domains: ["application", "library", "plugin"],
          regions,
          exchange: "borrow",
          threads: (memory) => {
            const made = written(of, memory)
            expected = made.faults
            return [{ script: made.script }]
          }
        })
        const run = observe({ machine, mechanisms: [language()], workload })
        expect(new Set(run.faults.map(({ offset, page }) => `${page}+${offset}`))).toEqual(expected)
        faults += expected.size
      }),
      { numRuns: 30, seed: 20_24 }
    )
    expect(faults).toBeGreaterThan(200)
  })
})
