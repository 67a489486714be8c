/** Keys of pages, and what is refused for want of keys. */
import { type Exchange, InvalidScenario, RegionKind, Right, Scenario } from "@isolde/core"
import { Entry } from "@isolde/core/memory/pages"
import { System } from "@isolde/core/scenario/system"
import { type ProgramRegion, privateOf, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mpk } from "../src/index.ts"
import { rightsOf } from "../src/pkru.ts"

const object = (name: string, more: Partial<ProgramRegion> = {}): ProgramRegion => ({
  name,
  kind: RegionKind.exchange,
  owner: 0,
  ...more
})
const runtime: ProgramRegion = { name: "runtime", kind: RegionKind.shared, owner: 0 }

function built(exchange: Exchange, regions: ReadonlyArray<ProgramRegion>, workers = 1): System {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions,
    exchange,
    threads: () => Array.from({ length: workers }, (_, worker) => ({ domain: worker % 2, script: [] }))
  })
  return new System(
    Scenario.make({ machine: tinyMachine({ cores: workers }), mechanisms: [mpk()], workload }),
    undefined
  )
}

const keysIn = ({ pages, regions }: System): Array<Array<number>> =>
  Array.from({ length: regions.count }, (_, region) =>
    regions.pagesOf(region).map((page) => ((pages.entry[page] ?? 0) >>> Entry.keyShift) & Entry.keyMask)
  )

const refusal = (domains: number, exchange: Exchange, objects: number): string | undefined =>
  mpk().refuse({ domains, exchange, objects, operations: [] })

describe("keys", () => {
  test("MPK3 each domain has a key for all its private pages, and the runtime has key 0", () => {
    const system = built("copy", [privateOf(0), { ...privateOf(1), bytes: 9000 }, runtime, object("a")])
    expect(keysIn(system)).toEqual([[1], [2, 2, 2], [0], [1]])
  })

  test("MPK4 shared exchange memory has one key, which every domain's PKRU opens", () => {
    const system = built("share", [privateOf(0), privateOf(1), object("a"), object("b")], 2)
    expect(keysIn(system)).toEqual([[1], [2], [3], [3]])
    expect(system.threads.map((t) => [1, 2, 3, 4].map((key) => rightsOf(t.keyRights, key)))).toEqual([
      [3, 0, 3, 0],
      [0, 3, 3, 0]
    ])
  })

  test("MPK4 each borrowed object has a key of its own, which only its holder's PKRU opens", () => {
    const system = built("borrow", [privateOf(0), privateOf(1), object("a"), object("b", { owner: 1 })], 2)
    expect(keysIn(system)).toEqual([[1], [2], [3], [4]])
    expect(system.threads.map((t) => [3, 4].map((key) => rightsOf(t.keyRights, key)))).toEqual([
      [3, 0],
      [0, 3]
    ])
  })

  test("MPK5 objects on one page share a key, and whoever holds one of them reaches the others", () => {
    const packed = { bytes: 64, packed: true }
    const regions = [
      privateOf(0),
      privateOf(1),
      object("a", { bytes: 64 }),
      object("b", { ...packed, owner: 1 }),
      object("c", packed)
    ]
    const system = built("borrow", regions, 2)
    expect(keysIn(system)).toEqual([[1], [2], [3], [3], [3]])
    expect(system.threads.map((t) => system.unit.allows(t, 2))).toEqual([Right.readWrite, Right.readWrite])
  })

  test("MPK6 the workers' objects have keys of their own while they last, then the n-th ones share a key", () => {
    const of = (worker: number, count: number) =>
      Array.from({ length: count }, (_, at) => object(`${worker}-${at}`, { worker }))
    const few = [privateOf(0), privateOf(1), ...of(0, 2), ...of(1, 2)]
    expect(keysIn(built("borrow", few, 2)).slice(2)).toEqual([[3], [4], [5], [6]])
    const many = [privateOf(0), privateOf(1), ...of(0, 9), ...of(1, 9)]
    const keys = keysIn(built("borrow", many, 2))
      .slice(2)
      .flat()
    expect(keys).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  test("MPK6 a worker's thread doesn't open the keys of another worker's objects", () => {
    const system = built(
      "borrow",
      [privateOf(0), privateOf(1), object("a", { worker: 0 }), object("b", { worker: 1, owner: 1 })],
      2
    )
    const allowed = system.threads.map((t) => [2, 3].map((region) => system.unit.allows(t, region)))
    expect(allowed).toEqual([
      [Right.readWrite, Right.none],
      [Right.none, Right.readWrite]
    ])
  })
})

describe("what is refused", () => {
  test("15 keys are usable: one per domain, one for shared memory, one per borrowed object", () => {
    expect(refusal(15, "copy", 0)).toBeUndefined()
    expect(refusal(14, "share", 0)).toBeUndefined()
    expect(refusal(2, "borrow", 13)).toBeUndefined()
    expect(refusal(16, "copy", 0)).toContain("16 domains need 16 keys")
    expect(refusal(15, "share", 0)).toContain("15 domains and their shared memory need 16 keys")
  })

  test("MPK4 15 domains run when they copy: what an object's owner copies from has the owner's key", () => {
    const domains = Array.from({ length: 15 }, (_, domain) => `domain ${domain}`)
    const regions = [...domains.keys()].map(privateOf)
    const workload = programWorkload({
      domains,
      regions: [...regions, object("a")],
      exchange: "copy",
      threads: () => [{ domain: 14, script: [] }]
    })
    const machine = tinyMachine({ cores: 1 })
    const system = new System(Scenario.make({ machine, mechanisms: [mpk()], workload }), undefined)
    expect(keysIn(system).flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1])
  })

  test("the reason gives the numbers, and Scenario.make throws it", () => {
    const objects = Array.from({ length: 14 }, (_, at) => object(`object ${at}`))
    expect(() => built("borrow", [privateOf(0), privateOf(1), ...objects])).toThrow(InvalidScenario)
    expect(() => built("borrow", [privateOf(0), privateOf(1), ...objects])).toThrow(
      "2 domains and 14 borrowed objects need 16 keys; of 16 keys 15 are usable, since key 0 is everybody's"
    )
  })
})
