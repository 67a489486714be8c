/** Objects that change hands between domains with keys: who reaches them, on the way too, and what a change costs. */
import { type OperationRecord, RegionKind, Verb } from "@isolde/core"
import { programRunner } from "@isolde/testkit"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ept } from "../src/index.ts"

const run = programRunner(ept)

const DOMAINS = 32
const domains = Array.from({ length: DOMAINS }, (_, domain) => `domain ${domain}`)
const object = { name: "object", kind: RegionKind.exchange, owner: 0 } as const
const move = (from: number, to: number): OperationRecord => ({ verb: Verb.move, region: 0, from, to, bytes: 4096 })
const wait = (bytes: number): OperationRecord => ({ verb: Verb.compute, bytes })

/** One thread moves the object along `way`, from domain 0 on; `rest` are scripts of the others. */
const moved = (
  way: ReadonlyArray<number>,
  config: object = {},
  rest: (page: number) => ReadonlyArray<ReadonlyArray<OperationRecord>> = () => []
) =>
  run(
    {
      domains,
      exchange: "borrow",
      regions: [object],
      threads: ({ regions }) => {
        const page = regions[0]?.page ?? 0
        return [
          {
            // Its mover is wherever the object is.
            script: way.flatMap((to, at) => {
              const from = way[at - 1] ?? 0
              return [
                move(from, to),
                ...(from === 0 ? [] : [{ verb: Verb.leave, from, to: 0, activation: at } as const]),
                ...(to === 0 ? [] : [{ verb: Verb.enter, from: 0, to, activation: at + 1 } as const]),
                { verb: Verb.load, page, offset: 8 * at, bytes: 8 },
                wait(1)
              ]
            })
          },
          ...rest(page).map((script) => ({ script }))
        ]
      }
    },
    {
      workers: 1 + rest(0).length,
      inOrder: true,
      // Lines on their way into the L1D are over before anything that comes at other ticks needs it.
      overrides: { l2: { transfer: 64, writeBack: 64 } },
      config: { keys: true, ...config }
    }
  )

describe("an object that changes hands between domains with keys", () => {
  test("EPT12 is its holder's wherever that is", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(DOMAINS - 1), { minLength: 1, maxLength: 6 }), (wished) => {
        const way = wished.filter((to, at) => to !== (wished[at - 1] ?? 0))
        expect(moved(way).faults).toEqual([])
      }),
      { numRuns: 15, seed: 5 }
    )
  })

  const cost = (to: number, config: object = {}) => moved([to], config).summary.cycles

  test("EPT15 goes to a neighbour by a pkey_mprotect, and into another context by two exits as well", () => {
    const callee = (to: number) => cost(to, { vmExit: 703 }) - cost(to)
    expect(callee(14)).toBe(0)
    expect(callee(15)).toBe(2 * 100)
    expect(cost(15)).toBeGreaterThan(cost(14) + 2 * (603 + 602))
  })

  test("EPT15 opens on its way to nobody who has its old key there, or its new one here", () => {
    const tries = (inside: number) => (page: number) => [
      { verb: Verb.enter, from: 0, to: inside, activation: 0 } as const,
      ...Array.from(
        { length: 300 },
        (_, at): ReadonlyArray<OperationRecord> => [{ verb: Verb.load, page, offset: 512 + 8 * at, bytes: 8 }, wait(30)]
      ).flat(),
      { verb: Verb.leave, from: inside, to: 0, activation: 0 } as const
    ]
    // Domain 0 has key 1 in context 0, domain 16 key 2 in context 1; 15 and 1 are the other two.
    const observed = moved([16], {}, (page) => [tries(15)(page), tries(1)(page)])
    expect(observed.faults.length).toBe(2 * 300)
  })

  test("EPT16 ends with one holder when two threads move it at once, and both keys' contexts forget it", () => {
    const other = (): ReadonlyArray<OperationRecord> => [wait(40), move(0, 17), wait(1)]
    const observed = moved([16], {}, () => [other()])
    const { regions, unit } = observed.system
    const reach = domains.filter((_, domain) => {
      const thread = observed.system.tiles[0]?.threads[0]
      if (thread === undefined) throw new Error("no thread")
      unit.start(thread, domain)
      return unit.allows(thread, regions.names.indexOf("object")) !== 0
    })
    expect(reach.length).toBe(1)
  })

  test("is refused where it would have two holders", () => {
    const ask = (exchange: "share" | "borrow", operations: ReadonlyArray<string>) =>
      ept({ keys: true }).refuse({ domains: 2, exchange, objects: 1, operations })
    expect(ask("borrow", ["move", "revoke", "allocate", "free", "terminate"])).toBeUndefined()
    expect(ask("borrow", ["grant"])).toContain("two holders")
    expect(ask("borrow", ["share"])).toContain("two holders")
    expect(ask("share", ["move"])).toContain("a key of its own")
  })
})
