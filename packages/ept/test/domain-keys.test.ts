/** Keys inside contexts: the rule of three rights against the machine, what a switch costs, and how many domains there are. */
import { type OperationRecord, RegionKind, Verb } from "@isolde/core"
import { Right } from "@isolde/core/isolation/rights"
import { Entry } from "@isolde/core/memory/pages"
import { programRunner } from "@isolde/testkit"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { keyed } from "../src/domain-keys.ts"
import { ept } from "../src/index.ts"

const run = programRunner(ept)

const DOMAINS = 33
const own = (owner: number) => ({ name: `memory ${owner}`, kind: RegionKind.private, owner })
const domains = Array.from({ length: DOMAINS }, (_, domain) => `domain ${domain}`)

/** Offsets that fault as one thread goes from domain 0 to each of `visits` and tries the page of each of `tried` there. */
function faults(visits: ReadonlyArray<number>, tried: ReadonlyArray<number>) {
  const program = {
    domains,
    regions: domains.map((_, owner) => own(owner)),
    exchange: "copy" as const,
    threads: ({ regions }: { readonly regions: ReadonlyArray<{ readonly page: number }> }) => [
      {
        script: visits.flatMap(
          (to, activation): Array<OperationRecord> => [
            { verb: Verb.enter, from: 0, to, activation },
            ...tried.map((domain) => ({
              verb: Verb.load,
              page: regions[domain]?.page ?? 0,
              offset: activation * 8,
              bytes: 8
            })),
            { verb: Verb.leave, from: to, to: 0, activation },
            { verb: Verb.compute, bytes: 1 }
          ]
        )
      }
    ]
  }
  const observed = run(program, { config: { keys: true } })
  const first = observed.system.regions.extentPage[0] ?? 0
  return observed.faults.map(({ offset, page }) => `${(page - first) as number}+${offset / 8}`)
}

describe("domains with keys in contexts", () => {
  test("EPT12 a domain reaches its own memory, and neither that of its context nor the same key's in another", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: DOMAINS - 1 }), { minLength: 1, maxLength: 5 }),
        fc.uniqueArray(fc.nat(DOMAINS - 1), { minLength: 1, maxLength: 6 }),
        (visits, tried) => {
          const refused = visits.flatMap((to, at) =>
            tried.filter((domain) => domain !== to).map((domain) => `${domain}+${at}`)
          )
          expect(faults(visits, tried).sort()).toEqual(refused.sort())
        }
      ),
      { numRuns: 12, seed: 3 }
    )
  })

  test("EPT12 the key register says what PKRU says: no access, reads, all", () => {
    const entry = Entry.present | Entry.writable | (5 << Entry.keyShift)
    expect([0, 1, 2, 3].map((bits) => keyed(bits << 10, entry))).toEqual([
      Right.readWrite,
      Right.none,
      Right.read,
      Right.none
    ])
  })

  const invocation = (to: number, config = {}) =>
    run(
      {
        domains,
        regions: domains.map((_, owner) => own(owner)),
        exchange: "copy",
        threads: () => [
          {
            script: Array.from(
              { length: 9 },
              (_, activation): Array<OperationRecord> => [
                { verb: Verb.enter, from: 0, to, activation },
                { verb: Verb.leave, from: to, to: 0, activation },
                { verb: Verb.compute, bytes: 1 }
              ]
            ).flat()
          }
        ]
      },
      { inOrder: true, config: { keys: true, ...config } }
    ).summary.cyclesPerInvocation.p50

  test("a neighbour in the context costs WRPKRU alone, a domain of another context VMFUNC as well", () => {
    expect(invocation(15) - invocation(14)).toBe(2 * 134)
    expect(invocation(14, { wrpkru: 45 }) - invocation(14)).toBe(2 * 5)
    expect(invocation(14, { vmfunc: 170 })).toBe(invocation(14))
    expect(invocation(15, { vmfunc: 170 }) - invocation(15)).toBe(2 * 36)
  })

  test("15 domains to a context of 511, 14 where memory is shared", () => {
    const ask = (exchange: "share" | "copy" | "borrow", domains: number, objects = 0) =>
      ept({ keys: true }).refuse({ domains, exchange, objects, operations: [] })
    expect(ask("copy", 511 * 15)).toBeUndefined()
    expect(ask("copy", 511 * 15 + 1)).toMatch(/513 contexts.*512/)
    expect(ask("share", 511 * 14)).toBeUndefined()
    expect(ask("share", 511 * 14 + 1)).toMatch(/513 contexts/)
    expect(ask("borrow", 511 * 15, 100)).toBeUndefined()
  })
})

describe("what a domain executes by itself", () => {
  test("EPT4 VMFUNC leads into any context of the list, and out of an invalid one nowhere", () => {
    const workload = (page: number, offset: number) => ({
      domains: ["caller", "callee"],
      regions: [own(0), own(1)],
      threads: ({ regions }: { readonly regions: ReadonlyArray<{ readonly page: number }> }) => [
        {
          script: [
            { verb: Verb.instruction, rights: 0, page, offset },
            { verb: Verb.load, page: regions[1]?.page ?? 0, offset: 8, bytes: 8 },
            { verb: Verb.load, page: regions[0]?.page ?? 0, offset: 16, bytes: 8 }
          ] as Array<OperationRecord>
        }
      ]
    })
    const reached = (leaf: number, index: number) => run(workload(leaf, index)).faults.map(({ offset }) => offset)
    expect(reached(0, 1)).toEqual([16])
    expect(reached(0, 7)).toEqual([8])
    expect(reached(1, 1)).toEqual([8])
  })
})

describe("a domain that is no more", () => {
  /** Offsets that fault where a thread goes by itself to the context of domain `to`, after `ended` were terminated. */
  const reached = (ended: ReadonlyArray<number>, to: number, config: object, read: ReadonlyArray<number> = ended) =>
    run(
      {
        domains,
        regions: domains.map((_, owner) => own(owner)),
        exchange: "copy",
        threads: ({ regions }) => [
          {
            script: [
              ...ended.map((domain): OperationRecord => ({ verb: Verb.terminate, to: domain })),
              { verb: Verb.instruction, rights: 0, page: 0, offset: to },
              ...(config === keys ? [{ verb: Verb.instruction, rights: 1, page: 0, offset: 0 } as const] : []),
              ...[0, ...read].map((domain) => ({
                verb: Verb.load,
                page: regions[domain]?.page ?? 0,
                offset: 8 * domain,
                bytes: 8
              }))
            ]
          }
        ]
      },
      { config }
    )
      .faults.map(({ offset }) => offset / 8)
      .sort((a, b) => a - b)
  const keys = { keys: true }

  test("EPT17 is off the list, and VMFUNC of its index exits", () => {
    expect(reached([], 1, {}, [1])).toEqual([0])
    expect(reached([1], 1, {})).toEqual([1])
  })

  test("EPT17 where the guest's kernel edits, its context stays and maps nothing of it", () => {
    expect(reached([1], 1, { edits: "remap" })).toEqual([0, 1])
  })

  test("EPT17 with keys, its memory is withdrawn from a context that its neighbours keep", () => {
    expect(reached([16], 1, keys, [16, 17])).toEqual([0, 16])
  })

  test("EPT17 with keys, a context is off the list when nobody is left in it", () => {
    const last = [30, 31, 32]
    expect(reached(last.slice(1), 2, keys, [30, 31])).toEqual([0, 31])
    expect(reached(last, 2, keys, [30, 31])).toEqual([30, 31])
  })
})

describe("page tables for each process", () => {
  test("EPT14 an edit exits nowhere, and targets are interrupted as a kernel does it", () => {
    const object = { name: "object", kind: RegionKind.exchange, owner: 0 } as const
    const moved = (config: object) =>
      run(
        {
          domains: ["caller", "callee"],
          exchange: "borrow",
          regions: [object],
          threads: () => [
            {
              script: [
                { verb: Verb.move, region: 0, from: 0, to: 1, bytes: 4096 },
                { verb: Verb.compute, bytes: 1 }
              ]
            }
          ]
        },
        { inOrder: true, config }
      ).summary.cycles
    expect(moved({ edits: "remap", vmExit: 700 })).toBe(moved({ edits: "remap" }))
    expect(moved({ edits: "remap", flushSpace: 196 }) - moved({ edits: "remap" })).toBe(10)
    expect(moved({ edits: "remap" })).toBeLessThan(moved({}))
  })

  test("EPT13 a delivered interrupt costs two VMFUNC in place of an exit and an entry, but INVEPT exits", () => {
    const object = { name: "object", kind: RegionKind.exchange, owner: 0 } as const
    const cost = (config: object) =>
      run(
        {
          domains: ["caller", "callee"],
          exchange: "borrow",
          regions: [object],
          threads: () => [
            { script: [{ verb: Verb.move, region: 0, from: 0, to: 1, bytes: 4096 }] },
            { script: [{ verb: Verb.compute, bytes: 30_000 }] }
          ]
        },
        { workers: 2, inOrder: true, config }
      ).summary
    const delivered = { interrupts: "deliver" } as const
    expect(cost(delivered).interrupts).toBe(1)
    expect(cost({ ...delivered, vmfunc: 144 }).cycles).toBeGreaterThanOrEqual(cost(delivered).cycles)
  })
})
