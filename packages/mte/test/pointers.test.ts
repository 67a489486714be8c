/** Pointers kept beyond the tag of their memory, and what a domain can do with instructions of its own. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { type ObservedRun, observe, type ProgramMemory, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mte } from "../src/index.ts"
import { instructions } from "../src/pointers.ts"

type Config = NonNullable<Parameters<typeof mte>[0]>
const OBJECT = 2
const machine = tinyMachine({ base: "cortex-x3", cores: 1 })

function run(config: Config, script: (memory: ProgramMemory) => ReadonlyArray<OperationRecord>): ObservedRun {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [
      { name: "private 0", kind: RegionKind.private, owner: 0 },
      { name: "private 1", kind: RegionKind.private, owner: 1 },
      { name: "object", kind: RegionKind.exchange, owner: 0, bytes: 256 }
    ],
    exchange: "borrow",
    threads: (memory) => [{ script: [...script(memory), { verb: Verb.compute, bytes: 1 }] }]
  })
  return observe({ machine, mechanisms: [mte(config)], workload })
}

const offsets = ({ faults }: ObservedRun): Array<number> => faults.map(({ offset }) => offset)
const pageOf = ({ regions }: ProgramMemory, region: number): number => regions[region]?.page ?? 0
const load = (memory: ProgramMemory, region: number, offset: number, handle = -1): OperationRecord => ({
  verb: Verb.load,
  page: pageOf(memory, region),
  offset,
  bytes: 8,
  handle
})
const pointer = (toHandle: number): OperationRecord => ({
  verb: Verb.derive,
  region: OBJECT,
  toHandle,
  rights: Right.readWrite
})
const move = (from: number, to: number): OperationRecord => ({ verb: Verb.move, region: OBJECT, from, to })
const enter: OperationRecord = { verb: Verb.enter, from: 0, to: 1, activation: 0 }
const leave: OperationRecord = { verb: Verb.leave, from: 1, to: 0, activation: 0 }
const does = (name: (typeof instructions)[number], page = 0, offset = 0): OperationRecord => ({
  verb: Verb.instruction,
  rights: instructions.indexOf(name),
  page,
  offset
})

describe("MTE18 a pointer", () => {
  test.each([0, 1])(
    "to memory that was tagged anew is stale in its register and in memory (BFI: %i)",
    (insertInstructions) => {
      const result = run({ insertInstructions }, (memory) => [
        pointer(3),
        { verb: Verb.keep, region: OBJECT, toOffset: 5, handle: 3 },
        load(memory, OBJECT, 0, 3),
        move(0, 1),
        load(memory, OBJECT, 16, 3),
        { verb: Verb.recall, toOffset: 5, handle: 4 },
        load(memory, OBJECT, 32, 4),
        move(1, 0),
        load(memory, OBJECT, 48, 4)
      ])
      expect(offsets(result)).toEqual([16, 32])
    }
  )

  test("handed to another domain opens its owner's memory there, unless BFI puts that domain's tag into it", () => {
    const script = (memory: ProgramMemory) => [pointer(3), enter, load(memory, OBJECT, 0, 3), leave]
    expect(offsets(run({ insertInstructions: 0 }, script))).toEqual([])
    expect(offsets(run({}, script))).toEqual([0])
  })

  test("that was dropped, or that nobody kept, faults", () => {
    const result = run({}, (memory) => [
      pointer(3),
      { verb: Verb.drop, region: OBJECT, handle: 3 },
      load(memory, OBJECT, 0, 3),
      { verb: Verb.recall, toOffset: 7, handle: 4 },
      load(memory, OBJECT, 16, 4)
    ])
    expect(offsets(result)).toEqual([0, 16])
  })

  test("can't be narrowed: a tag has no bounds and no permissions", () => {
    expect(() => run({}, () => [{ ...pointer(3), rights: Right.read }])).toThrow(/whose memory it leads to/)
    expect(() => run({}, () => [{ ...pointer(3), bytes: 16 }])).toThrow(/whose memory it leads to/)
  })
})

describe("MTE19 a domain that no verifier has read", () => {
  test("takes memory over with STG, and its owner loses it", () => {
    const result = run({}, (memory) => [
      enter,
      load(memory, 0, 0),
      does("STG", pageOf(memory, 0), 0),
      { verb: Verb.compute, bytes: 4000 },
      load(memory, 0, 8),
      leave,
      load(memory, 0, 4),
      load(memory, 0, 16)
    ])
    expect(offsets(result)).toEqual([0, 4])
  })

  test("reaches everything behind MSR TCO, until a gate", () => {
    const result = run({}, (memory) => [
      enter,
      does("MSR TCO", 1),
      load(memory, 0, 0),
      does("MSR TCO", 0),
      load(memory, 0, 16),
      does("MSR TCO", 1),
      leave,
      load(memory, 1, 32)
    ])
    expect(offsets(result)).toEqual([16, 32])
  })

  test("takes on another domain's tag by writing the register that holds its own", () => {
    expect(offsets(run({}, (memory) => [enter, does("MOV tag", 1), load(memory, 0, 0), leave]))).toEqual([])
  })

  test("reads a tag with LDG, and counts through them with ADDG", () => {
    const result = run({ insertInstructions: 0 }, (memory) => [
      enter,
      does("LDG", pageOf(memory, 0), 0),
      load(memory, 0, 0, 0),
      does("ADDG", 0, 1),
      load(memory, 0, 16, 0),
      load(memory, 1, 32, 0),
      leave
    ])
    expect(offsets(result)).toEqual([16])
  })

  test("guesses a tag with IRG no better than one in fifteen", () => {
    const guesses = 60
    const { faults } = run({ insertInstructions: 0 }, (memory) => [
      enter,
      ...Array.from({ length: guesses }, (_, n) => [does("IRG", 2), load(memory, 0, 16 * n, 2)]).flat(),
      leave
    ])
    expect(guesses - faults.length).toBeGreaterThan(0)
    expect(guesses - faults.length).toBeLessThan(12)
  })

  test("has no other instruction", () => {
    expect(() => run({}, () => [{ verb: Verb.instruction, rights: 8 }])).toThrow("MOV tag")
  })
})
