/** The tables: two-dimensional walks, tags of contexts in TLBs, what a page says of the regions on it. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { MAX_REFERENCES } from "@isolde/core/translation/walk-plans"
import { type ObservedRun, type Program, type ProgramMemory, programRunner } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { ept } from "../src/index.ts"

const run = programRunner(ept)

const two = (script: (memory: ProgramMemory) => Array<OperationRecord>, more: Partial<Program> = {}): Program => ({
  domains: ["caller", "callee"],
  regions: [
    { name: "caller's", kind: RegionKind.private, owner: 0 },
    { name: "callee's", kind: RegionKind.private, owner: 1 },
    { name: "runtime", kind: RegionKind.shared, owner: 0 }
  ],
  threads: (memory) => [{ script: script(memory) }],
  ...more
})
const load = (memory: ProgramMemory, region: number): OperationRecord => ({
  verb: Verb.load,
  page: memory.regions[region]?.page ?? -1,
  bytes: 8
})
const enter: OperationRecord = { verb: Verb.enter, from: 0, to: 1, activation: 0 }
const leave: OperationRecord = { verb: Verb.leave, from: 1, to: 0, activation: 0 }
const translation = ({ system }: ObservedRun) => {
  const [tile] = system.tiles
  if (tile === undefined) throw new Error("a system without tiles")
  return tile.translation
}

describe("a walk", () => {
  test("EPT11 that finds nothing cached reads 24 table entries: (4 + 1) x (4 + 1) - 1 (F2-69)", () => {
    const { references, walks } = translation(run(two((memory) => [load(memory, 0)]))).walkers
    expect({ references, walks }).toEqual({ references: 24, walks: 1 })
    expect(MAX_REFERENCES).toBe((4 + 1) * (4 + 1) - 1)
  })

  test("EPT11 is needed once per context: VMFUNC keeps what the TLB holds of the others (F2-71)", () => {
    const twice = (memory: ProgramMemory) => [load(memory, 2), enter, load(memory, 2), leave, load(memory, 2)]
    const once = (memory: ProgramMemory) => [load(memory, 2), enter, load(memory, 2), leave]
    const none = () => [enter, leave]
    const walks = [none, once, twice].map((script) => translation(run(two(script))).walkers.walks)
    expect(walks.map((each) => each - (walks[0] ?? 0))).toEqual([0, 2, 2])
  })
})

describe("a context", () => {
  test("EPT5 maps its domain's own memory and the runtime, and no other domain's", () => {
    const { faults, system } = run(
      two((memory) => [
        ...[0, 1, 2].map((region) => load(memory, region)),
        enter,
        ...[0, 1, 2].map((region) => load(memory, region))
      ])
    )
    const [first, second] = [0, 1].map((region) => system.regions.extentPage[region])
    expect(faults.map(({ page }) => page)).toEqual([second, first])
  })

  test("EPT5 of the monitor maps both domains' memory, from the open to the gate", () => {
    const { faults, summary, system } = run(
      two(
        (memory) => [
          { verb: Verb.open, from: 0, to: 1 },
          {
            verb: Verb.copy,
            from: 0,
            to: 1,
            page: memory.regions[0]?.page ?? -1,
            toPage: memory.regions[1]?.page ?? -1,
            bytes: 256
          },
          enter,
          load(memory, 0)
        ],
        { exchange: "copy" }
      )
    )
    expect(summary.bytesCopied).toBe(256)
    expect(faults.map(({ page }) => page)).toEqual([system.regions.extentPage[0]])
  })

  test("EPT5, EPT6 gives a page to whoever holds one object on it, and with it the object beside", () => {
    const packed: Partial<Program> = {
      exchange: "borrow",
      regions: [
        { name: "one", kind: RegionKind.exchange, owner: 0, bytes: 64 },
        { name: "other", kind: RegionKind.exchange, owner: 0, bytes: 64, packed: true }
      ]
    }
    const moved = (...regions: ReadonlyArray<number>) => {
      const script = regions.map((region) => ({ verb: Verb.move, region, from: 0, to: 1, bytes: 64 }))
      const { rows, summary, system } = run(two(() => script, packed))
      const [t] = system.threads
      if (t === undefined) throw new Error("a system without threads")
      const allowed = [0, 1].map((domain) => {
        t.context = domain
        return [0, 1].map((region) => system.unit.allows(t, region))
      })
      return { allowed, exposure: summary.exposureByteCycles, rights: rows.rights.length }
    }
    const { none, readWrite } = Right
    expect(moved(0).allowed).toEqual([
      [readWrite, readWrite],
      [readWrite, readWrite]
    ])
    expect(moved(0, 1).allowed).toEqual([
      [none, none],
      [readWrite, readWrite]
    ])
    expect(moved(0).exposure).toBeGreaterThan(0)
  })
})
