/** PAC4, PAC9: pointers in registers and slots, after their object was taken away, and of a domain's own making. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { observe, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { pac } from "../src/index.ts"
import { instructions } from "../src/pointer-registers.ts"

const machine = tinyMachine({ base: "cortex-x3", cores: 2 })
const OBJECT = 2

/** Offsets at which the first worker faulted. */
function faults(
  script: (load: (offset: number, handle?: number) => OperationRecord) => ReadonlyArray<OperationRecord>
) {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      { name: "private 0", kind: RegionKind.private, owner: 0 },
      { name: "private 1", kind: RegionKind.private, owner: 1 },
      { name: "object", kind: RegionKind.exchange, owner: 0, bytes: 64 }
    ],
    exchange: "borrow",
    threads: ({ regions }) => {
      const page = regions[OBJECT]?.page ?? 0
      const load = (offset: number, handle = -1) => ({ verb: Verb.load, page, offset, bytes: 8, handle })
      return [{ script: script(load) }]
    }
  })
  return observe({ machine, mechanisms: [pac()], workload }).faults.map(({ offset }) => offset)
}

const move: OperationRecord = { verb: Verb.move, region: OBJECT, from: 0, to: 1 }
const back: OperationRecord = { verb: Verb.move, region: OBJECT, from: 1, to: 0 }
const authenticate = (handle: number, from = -1): OperationRecord => ({
  verb: Verb.derive,
  region: OBJECT,
  handle: from,
  toHandle: handle,
  rights: Right.readWrite
})
const keep = (toOffset: number, handle = -1): OperationRecord => ({ verb: Verb.keep, region: OBJECT, toOffset, handle })
const recall = (toOffset: number, handle: number): OperationRecord => ({ verb: Verb.recall, toOffset, handle })
const drop = (handle: number): OperationRecord => ({ verb: Verb.drop, handle })
const instruction = (name: (typeof instructions)[number], page: number, offset: number): OperationRecord => ({
  verb: Verb.instruction,
  rights: instructions.indexOf(name),
  page,
  offset
})

describe("PAC9 a register", () => {
  test("with an authenticated pointer survives the move of its object, until it is dropped", () => {
    expect(faults((load) => [authenticate(3), move, load(0), load(8, 3), drop(3), load(16, 3)])).toEqual([0, 16])
  })

  test("with a signed pointer, recalled from memory, does not, and is stale when the object comes back", () => {
    expect(
      faults((load) => [keep(1), recall(1, 4), load(0, 4), move, load(8, 4), back, load(16, 4), load(24)])
    ).toEqual([8, 16])
  })

  test("authenticated, kept and recalled is a signed pointer again", () => {
    expect(faults((load) => [authenticate(2), keep(0, 2), move, recall(0, 5), load(0, 5), load(8, 2)])).toEqual([0])
  })

  test("authenticated after the move is empty", () => {
    expect(faults((load) => [keep(0), move, recall(0, 1), authenticate(2, 1), load(0, 2)])).toEqual([0])
  })

  test("parts of an object, and rights to read alone, are refused as input", () => {
    expect(() => faults(() => [{ ...authenticate(1), bytes: 16 }])).toThrow(/the whole object/)
    expect(() => faults(() => [{ ...authenticate(1), rights: Right.read }])).toThrow(/reading and writing/)
  })
})

describe("instructions that a domain executes by itself", () => {
  test("PAC1 PACDA guesses the number, and doesn't find it", () => {
    expect(faults((load) => [instruction("PACDA", OBJECT, 1), load(0, 1)])).toEqual([0])
  })

  test("AUTDA authenticates what is in a register, and XPACD leaves an address that proves nothing", () => {
    const signed = [keep(0), recall(0, 1)]
    expect(faults((load) => [...signed, instruction("AUTDA", 0, 1), move, load(0, 1)])).toEqual([])
    expect(faults((load) => [...signed, instruction("XPACD", 0, 1), load(0, 1)])).toEqual([0])
  })
})

test("PAC10 what other domains have stays when one loses it, and reading alone is refused", () => {
  const grant: OperationRecord = { verb: Verb.grant, region: OBJECT, from: 0, to: 1, rights: Right.readWrite }
  const revoke: OperationRecord = { verb: Verb.revoke, region: OBJECT, from: 1, to: 0, rights: Right.none }
  expect(faults((load) => [grant, revoke, load(0)])).toEqual([])
  expect(() => faults(() => [{ ...grant, rights: Right.read }])).toThrow(/reading and writing/)
  const demand = { domains: 2, exchange: "borrow", objects: 1, operations: ["readOnly"] } as const
  expect(pac().refuse(demand)).toMatch(/loads and stores alike/)
  expect(pac().refuse({ ...demand, objects: 40_000, operations: [] })).toMatch(/65536/)
})
