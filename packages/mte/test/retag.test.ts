/** MTE6: which tag stores a retag issues, by the rule, as program actions, and in a run. */
import { Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Operation, ROW } from "@isolde/core/processor/operation"
import { Program } from "@isolde/core/processor/program"
import { observe, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mte } from "../src/index.ts"
import { appendTagStores, countTagStores, type TagStores, tagStores, tagStoresOf } from "../src/retag.ts"

type Config = NonNullable<Parameters<typeof mte>[0]>
const storesFor = (config: Config, clearing = false): TagStores => tagStoresOf(mte(config).config as never, clearing)
const [lines, pairs, granule] = (["dc gva", "st2g", "stg"] as const).map((largestTagStore) =>
  storesFor({ largestTagStore })
) as [TagStores, TagStores, TagStores]
const count = (offset: number, bytes: number, stores: TagStores): number => tagStores(offset, bytes, stores).length

describe("MTE6 the rule", () => {
  test("takes DC GVA for aligned lines, ST2G for aligned pairs of granules, STG for the rest", () => {
    expect(count(0, 16, lines)).toBe(1)
    expect(count(0, 48, lines)).toBe(2)
    expect(count(0, 64, lines)).toBe(1)
    expect(count(16, 64, lines)).toBe(3)
    expect(count(48, 64, lines)).toBe(3)
    expect(count(0, 4096, lines)).toBe(64)
    expect(count(0, 4096, pairs)).toBe(128)
    expect(count(0, 4096, granule)).toBe(256)
  })

  test("takes what is fastest per byte: ST2G by Noh's throughputs, DC GVA by those of ATC'24, one granule by STG", () => {
    const total = (stores: TagStores) => tagStores(0, 4096, stores).reduce((sum, { ticks }) => sum + ticks, 0)
    expect([count(0, 4096, storesFor({})), total(storesFor({}))]).toEqual([128, 128])
    expect([count(0, 4096, storesFor({ retag: "atc24" })), total(storesFor({ retag: "atc24" }))]).toEqual([64, 64])
    expect(count(16, 32, storesFor({}))).toBe(2)
  })

  test("clears as well where memory comes alive: STZG is faster per byte than STZ2G, DC GZVA than neither", () => {
    expect(storesFor({}, true)).toEqual([
      { bytes: 16, ticks: 1 },
      { bytes: 32, ticks: 3 },
      { bytes: 64, ticks: 8 }
    ])
    expect(storesFor({ retag: "atc24" }, true)[0]).toEqual({ bytes: 64, ticks: 1 })
  })

  test("tags whole granules: bytes are rounded outwards", () => {
    expect(count(8, 1, lines)).toBe(1)
    expect(count(15, 2, lines)).toBe(1)
    expect(count(0, 65, lines)).toBe(2)
  })

  test("as program actions tags every granule once, nothing else, with stores aligned to their size", () => {
    for (const usable of [lines, pairs, granule, storesFor({}), storesFor({}, true)]) {
      for (let offset = 0; offset < 160; offset += 8) {
        for (let bytes = 1; bytes <= 300; bytes += 7) {
          const program = new Program()
          appendTagStores(program, 5, offset, bytes, 3, usable)
          const issued = countTagStores(offset, bytes, usable)
          const stores = storesOf(program)
          const first = offset & ~15
          expect(stores.length).toBe(issued)
          expect(issued).toBe(count(offset, bytes, usable))
          expect(stores.every(([at, size]) => at % size === 0)).toBe(true)
          expect(stores.flatMap(([at, size]) => granules(at, size))).toEqual(
            granules(first, Math.ceil((offset + bytes - first) / 16) * 16)
          )
        }
      }
    }
  })
})

describe("MTE6 a run", () => {
  test.each([
    { bytes: 64, packed: false },
    { bytes: 100, packed: true },
    { bytes: 4096, packed: false },
    { bytes: 10_000, packed: false }
  ])("that moves $bytes bytes issues the tag stores that the rule says", ({ bytes, packed }) => {
    for (const largestTagStore of ["dc gva", "st2g", "stg"] as const) {
      const retagInstructions = 4
      const config = { largestTagStore, retagInstructions, loopInstructions: 0 }
      const { extents, slots, stores } = movedOnce(mte(config), bytes, packed)
      const rule = extents.reduce((sum, [at, size]) => sum + count(at, size, storesFor({ largestTagStore })), 0)
      expect(stores).toBe(rule)
      // The barrier, the routine's own instructions, its call, its two branches and its return are of the same class.
      expect(slots).toBe(rule + 1 + retagInstructions + 4)
    }
  })

  test("that moves 4 KB issues 64 DC GVA, 128 ST2G or 256 STG", () => {
    const stores = (largestTagStore: "dc gva" | "st2g" | "stg") =>
      movedOnce(mte({ largestTagStore }), 4096, false).stores
    expect([stores("dc gva"), stores("st2g"), stores("stg")]).toEqual([64, 128, 256])
  })
})

/** Offset and size of each tag store of a program. */
function storesOf(program: Program): Array<readonly [number, number]> {
  const stores: Array<readonly [number, number]> = []
  for (let at = 0; at < program.length; at += ROW) {
    const [operation, , size = 0, , offset = 0, bytes = 0] = program.rows.subarray(at, at + ROW)
    expect(operation).toBe(Operation.tagStore)
    for (let done = 0; done < bytes; done += size) stores.push([offset + done, size])
  }
  return stores
}

const granules = (at: number, size: number): Array<number> => Array.from({ length: size / 16 }, (_, n) => at + n * 16)

/** Move one object of `bytes` bytes; what its retag issued. */
function movedOnce(instance: ReturnType<typeof mte>, bytes: number, packed: boolean) {
  const object = { kind: RegionKind.exchange, owner: 0 }
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      { ...object, name: "before", bytes: 24 },
      { ...object, name: "moved", bytes, packed }
    ],
    exchange: "borrow",
    threads: () => [{ script: [{ verb: Verb.move, region: 1, from: 0, to: 1, bytes }] }]
  })
  const machine = tinyMachine({ base: "cortex-x3", cores: 1 })
  let stores = 0
  const counting = {
    ...instance,
    build: (...parts: Parameters<typeof instance.build>) => {
      const unit = instance.build(...parts)
      const tagged = unit.tagged?.bind(unit)
      unit.tagged = (...store) => {
        stores++
        tagged?.(...store)
      }
      return unit
    }
  }
  const { summary, system } = observe({ machine, mechanisms: [counting], workload })
  const { extentBytes, extentOffset, extentStart } = system.regions
  const extents: Array<readonly [number, number]> = []
  for (let at = extentStart[1] ?? 0; at < (extentStart[2] ?? 0); at++)
    extents.push([extentOffset[at] ?? 0, extentBytes[at] ?? 0])
  return { stores, slots: summary.slots.retag, extents }
}
