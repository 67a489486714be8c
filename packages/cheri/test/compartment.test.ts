/** What a compartment reaches: its own memory, the runtime, and the switcher's through its entry alone (CHERI6, CHERI7). */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { observe, type PlacedRegion, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { cheri } from "../src/index.ts"
import { compute, enter, leave, OBJECT, run } from "./programs.ts"

const machine = tinyMachine({ base: "morello", cores: 1 })

/** Offsets at which a thread of three domains' program faults; region 3 is the runtime. */
function faultsOf(script: (load: (region: number, offset: number) => OperationRecord) => Array<OperationRecord>) {
  const workload = programWorkload({
    domains: ["application", "library", "other"],
    exchange: "copy",
    regions: [
      ...[0, 1, 2].map((owner) => ({ name: `private ${owner}`, kind: RegionKind.private, owner })),
      { name: "runtime", kind: RegionKind.shared, owner: 0 }
    ],
    threads: ({ regions }) => [
      {
        script: [
          ...script((region, offset) => ({
            verb: Verb.load,
            page: (regions[region] as PlacedRegion).page,
            offset,
            bytes: 8
          })),
          compute(1)
        ]
      }
    ]
  })
  const { faults } = observe({ machine, mechanisms: [cheri()], workload })
  return faults.map(({ offset }) => offset).sort((x, y) => x - y)
}

describe("CHERI6 a compartment", () => {
  test("reaches its own memory and the runtime, and no other compartment's", () => {
    const faults = faultsOf((load) => [
      load(0, 0),
      load(3, 8),
      load(1, 16),
      enter(1, 0),
      load(0, 24),
      load(1, 32),
      load(3, 40),
      leave(1, 0),
      load(0, 48)
    ])
    expect(faults).toEqual([16, 24])
  })

  test("is opened beside another by the switcher, for copies, until the next gate", () => {
    const faults = faultsOf((load) => [
      load(1, 0),
      { verb: Verb.open, from: 0, to: 1 },
      load(0, 8),
      load(1, 16),
      load(2, 24),
      enter(1, 0),
      load(0, 32),
      load(1, 40)
    ])
    expect(faults).toEqual([0, 24, 32])
  })
})

describe("CHERI7 the switcher's memory", () => {
  test("is out of reach of compartments, as are another compartment's sealed entries", () => {
    const result = run({
      machine,
      threads: ({ regions }) => {
        const after = (regions[OBJECT]?.page ?? 0) + 1
        // The kernel's words; slots, nodes and buckets of the runtime; two pages of entries, records, the trusted stack.
        return [Array.from({ length: 11 }, (_, page) => ({ verb: Verb.load, page: after + page, offset: 0, bytes: 8 }))]
      }
    })
    const first = result.faults[0]?.page ?? 0
    expect(result.faults.map(({ page }) => page - first)).toEqual([0, 1, 2])
    expect(first + 3).toBe(result.system.pages.count)
  })

  test("is reached by its own gates without a fault, however deep", () => {
    const deep = Array.from({ length: 100 }, (_, depth) => enter(1 - (depth % 2), depth % 2))
    const back = Array.from({ length: 100 }, (_, depth) => leave(depth % 2, 1 - (depth % 2)))
    expect(run({ machine, threads: () => [[...deep, ...back]] }).faults).toEqual([])
  })
})
