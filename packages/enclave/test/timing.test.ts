/** How often each instruction of SGX stands in calls, interrupts and evictions: what one tick more of it costs, exactly. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Entry } from "@isolde/core/memory/pages"
import { FlatWalk } from "@isolde/core/translation/walk-path"
import { WalkPlans } from "@isolde/core/translation/walk-plans"
import {
  fastestInvocation,
  invocations,
  type ObservedRun,
  type Overrides,
  type Program,
  privateOf,
  programRunner
} from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { EpcmWalk } from "../src/epcm-walk.ts"
import { enclave } from "../src/index.ts"
import type { EnclaveUnit } from "../src/unit.ts"

type Input = Parameters<typeof enclave>[0]

const run = programRunner(enclave, "ice-lake-sp")

/** Large enough that programs below hit in the L1 once they are warm. */
const warm: Overrides = { l1d: { sets: 64, ways: 12 }, l2: { sets: 512, ways: 8 } }

/** What is in the EPC at the end of a run. */
const cacheOf = ({ system }: ObservedRun): EnclaveUnit["cache"] => (system.unit as EnclaveUnit).cache

/** Cycles of the fastest of eight invocations of an empty enclave, one instruction at a time. */
function invocationCycles(config: Input): number {
  const program: Program = {
    domains: ["application", "enclave"],
    regions: [privateOf(0), privateOf(1)],
    threads: () => [{ script: invocations(8) }]
  }
  return fastestInvocation(run(program, { config, inOrder: true, overrides: warm }))
}

const MORE = 1000

const times = (base: Input, more: Input): number =>
  (invocationCycles({ ...base, ...more }) - invocationCycles(base)) / MORE

describe("an invocation, there and back", () => {
  test("SGX6 is one EENTER and one EEXIT, and the runtime twice", () => {
    const base = { eenter: 3800, eexit: 3300, runtimePath: 760 }
    expect(times(base, { eenter: 3800 + MORE })).toBe(1)
    expect(times(base, { eexit: 3300 + MORE })).toBe(1)
    expect(times(base, { runtimePath: 760 + MORE })).toBe(2)
    expect(times(base, { aex: 3200 })).toBe(0)
  })

  test("SGX7 between two enclaves is two of each", () => {
    const base = { application: "enclave", eenter: 3800, eexit: 3300 } as const
    expect(times(base, { eenter: 3800 + MORE })).toBe(2)
    expect(times(base, { eexit: 3300 + MORE })).toBe(2)
  })
})

const load = (page: number, offset: number): OperationRecord => ({ verb: Verb.load, page, offset, bytes: 8 })

describe("translations", () => {
  const program: Program = {
    domains: ["application", "enclave"],
    regions: [privateOf(0), privateOf(1)],
    threads: ({ regions }) => [{ script: [load(regions[0]?.page ?? 0, 0)] }]
  }

  test("SGX5 a walk to an enclave's page reads one line more, its entry of the EPCM", () => {
    const { system } = run(program)
    const [page = 0] = system.regions.pagesOf(1)
    const epcm = new EpcmWalk(system.pages, 2, [page], () => 1)
    const [tile] = system.tiles
    const plans = new WalkPlans(1)
    const referencesOf = (walk: FlatWalk | EpcmWalk, of: number): number => {
      plans.clear(0)
      if (tile !== undefined) walk.plan(plans, 0, of, 7, 0, tile.translation.caches)
      return plans.count[0] ?? 0
    }
    const flat = new FlatWalk(system.pages)
    expect(referencesOf(epcm, page)).toBe(referencesOf(flat, page) + 1)
    const [outside = 0] = system.regions.pagesOf(0)
    expect(referencesOf(epcm, outside)).toBe(referencesOf(flat, outside))
  })

  test("SGX6 every way in and out loses the translations of what was used before", () => {
    const walks = (crossings: number): number => {
      const { system } = run({
        ...program,
        threads: ({ regions }) => {
          const page = regions[0]?.page ?? 0
          const call = [{ verb: Verb.enter, from: 0, to: 1 }, { verb: Verb.leave, from: 1, to: 0 }, load(page, 0)]
          return [{ script: [load(page, 0), ...Array.from({ length: crossings }, () => call).flat()] }]
        }
      })
      return system.tiles.reduce((sum, { translation }) => sum + translation.walkers.walks, 0)
    }
    // Outside: the application's page and the gate's; inside: the gate's.
    expect(walks(4) - walks(3)).toBe(3)
  })
})

describe("an interrupt", () => {
  // Worker 1 computes while worker 0 changes a page of both: one shootdown.
  const end = (inside: boolean, config: Input): number => {
    const { system } = run(
      {
        domains: ["application", "enclave"],
        regions: [privateOf(0), privateOf(1), { name: "object", kind: RegionKind.exchange, owner: 0 }],
        threads: ({ regions }) => {
          const page = regions[2]?.page ?? 0
          const work: OperationRecord = { verb: Verb.compute, bytes: 60_000 }
          return [
            {
              script: [
                load(page, 0),
                { verb: Verb.compute, bytes: 20_000 },
                { verb: Verb.protect, page, bytes: 1, rights: Entry.present }
              ]
            },
            { domain: inside ? 1 : 0, script: [load(page, 0), work] }
          ]
        }
      },
      { config, inOrder: true, overrides: warm, workers: 2 }
    )
    return system.threads[1]?.endedAt ?? 0
  }

  test("SGX6 inside an enclave is an asynchronous exit and ERESUME more, outside it is neither", () => {
    const base = { aex: 2200, eresume: 3800 }
    for (const [name, value] of Object.entries(base)) {
      expect(end(true, { ...base, [name]: value + MORE }) - end(true, base), name).toBe(MORE)
      expect(end(false, { ...base, [name]: value + MORE }) - end(false, base), name).toBe(0)
    }
  })
})

describe("eviction", () => {
  // An enclave goes to and fro between two pages.
  const swaps = (config: Input) => {
    const memory = { ...privateOf(1), bytes: 8192 }
    return run(
      {
        domains: ["application", "enclave"],
        regions: [privateOf(0), memory],
        threads: ({ regions }) => {
          const page = regions[1]?.page ?? 0
          const round = [
            load(page, 0),
            { verb: Verb.compute, bytes: 50 },
            load(page + 1, 0),
            { verb: Verb.compute, bytes: 50 }
          ]
          return [{ domain: 1, script: Array.from({ length: 5 }, () => round).flat() }]
        }
      },
      { config, inOrder: true, overrides: warm }
    )
  }

  test("SGX8, SGX9 a page that doesn't fit takes the place of the oldest, for one EWB and one ELDU each time", () => {
    const base = { epcPages: 1, ewb: 7000, eldu: 7000, eblock: 300 }
    const one = swaps(base)
    expect(one.faults).toEqual([])
    // The first page is there; each other use brings one in.
    expect([cacheOf(one).loads, cacheOf(one).evictions]).toEqual([9, 9])
    const cycles = (over: Input) => swaps({ ...base, ...over }).summary.cycles - one.summary.cycles
    expect(cycles({ ewb: 7000 + MORE })).toBe(9 * MORE)
    expect(cycles({ eldu: 7000 + MORE })).toBe(9 * MORE)
    expect(cycles({ eblock: 300 + MORE })).toBe(2 * 9 * MORE)
  })

  test("SGX8 what fits is never evicted", () => {
    const fits = swaps({ epcPages: 2 })
    expect([cacheOf(fits).loads, cacheOf(fits).evictions]).toEqual([0, 0])
  })
})
