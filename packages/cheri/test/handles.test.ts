/** Capabilities that a program names: kept, narrowed, handed on through a third domain, and what outlives a revocation. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import type { ObservedRun, ProgramMemory } from "@isolde/testkit"
import { tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { instructions } from "../src/instructions.ts"
import { compute, enter, leave, move, OBJECT, run } from "./programs.ts"

const oneCore = tinyMachine({ base: "morello", cores: 1 })
const twoCores = tinyMachine({ base: "morello", cores: 2 })
const offsets = ({ faults }: ObservedRun): Array<number> => faults.map(({ offset }) => offset).sort((x, y) => x - y)

const through = (memory: ProgramMemory, handle: number, offset: number, store = false): OperationRecord => ({
  verb: store ? Verb.store : Verb.load,
  page: memory.regions[OBJECT]?.page ?? 0,
  offset,
  bytes: 8,
  handle
})
const derive = (toHandle: number, more: Partial<OperationRecord> = {}): OperationRecord => ({
  verb: Verb.derive,
  region: OBJECT,
  toHandle,
  rights: 3,
  ...more
})
const keep = (handle: number, toOffset: number): OperationRecord => ({
  verb: Verb.keep,
  region: OBJECT,
  toOffset,
  handle
})
const recall = (handle: number, toOffset: number): OperationRecord => ({ verb: Verb.recall, toOffset, handle })
const does = (name: (typeof instructions)[number], page: number, offset: number): OperationRecord => ({
  verb: Verb.instruction,
  rights: instructions.indexOf(name),
  page,
  offset
})

test("CHERI20 a narrowed capability that outlives the others opens its part, and to who names it alone", () => {
  const result = run({
    machine: oneCore,
    threads: (memory) => [
      [
        derive(5, { offset: 64, bytes: 64 }),
        does(instructions[1], 5, 0),
        move(0, 1),
        through(memory, -1, 64),
        recall(3, 0),
        through(memory, 3, 72),
        through(memory, 3, 128),
        recall(-1, 0),
        through(memory, -1, 80)
      ]
    ]
  })
  expect(offsets(result)).toEqual([64, 80, 128])
})

test("CHERI20 a capability narrowed to all that there is opens it as before", () => {
  const all = { offset: 0, bytes: 4096 }
  const script = (memory: ProgramMemory) => [
    derive(5, all),
    does(instructions[1], 5, 0),
    move(0, 1),
    through(memory, -1, 64)
  ]
  expect(offsets(run({ machine: oneCore, threads: (memory) => [script(memory)] }))).toEqual([])
})

describe("CHERI13 an access through a handle", () => {
  test("goes by its rights and bounds, however much the thread could reach without it", () => {
    const result = run({
      machine: oneCore,
      threads: (memory) => [
        [
          derive(3),
          through(memory, 3, 0, true),
          derive(4, { handle: 3, rights: 1 }),
          through(memory, 4, 8),
          through(memory, 4, 16, true),
          derive(5, { handle: 3, offset: 64, bytes: 64 }),
          through(memory, 5, 72),
          through(memory, 5, 128),
          through(memory, 6, 24),
          through(memory, -1, 128)
        ]
      ]
    })
    expect(offsets(result)).toEqual([16, 24, 128])
  })

  test("never gains by deriving: wider rights and bounds stay what they were, or leave the register empty", () => {
    const result = run({
      machine: oneCore,
      threads: (memory) => [
        [
          derive(4, { rights: 1 }),
          derive(5, { handle: 4, rights: 3 }),
          through(memory, 5, 0, true),
          derive(6, { offset: 64, bytes: 64 }),
          derive(7, { handle: 6, offset: 0, bytes: 256 }),
          through(memory, 7, 72),
          does("SCBNDS", 6, 0),
          through(memory, 6, 80)
        ]
      ]
    })
    expect(offsets(result)).toEqual([0, 72, 80])
  })
})

describe("CHERI14 a handle", () => {
  test("passes a gate as an argument or a result, and not otherwise", () => {
    const result = run({
      machine: oneCore,
      threads: (memory) => [
        [
          derive(0),
          derive(2),
          derive(9),
          enter(1),
          through(memory, 2, 0),
          through(memory, 9, 8),
          leave(1),
          through(memory, 0, 16),
          through(memory, 2, 24)
        ]
      ]
    })
    expect(offsets(result)).toEqual([8, 24])
  })

  test("that was delegated and kept is found by tracked stores, in every domain's memory that is taken from", () => {
    const result = run({
      machine: oneCore,
      threads: (memory) => [
        [
          derive(0),
          enter(1),
          keep(0, 5),
          leave(1),
          { verb: Verb.revoke, region: OBJECT, from: 1, rights: 0 },
          enter(1),
          recall(3, 5),
          through(memory, 3, 0),
          leave(1),
          through(memory, -1, 8)
        ]
      ]
    })
    expect(offsets(result)).toEqual([0])
  })

  test("in another thread's register outlives a revocation, and a gate of that thread ends it", () => {
    const result = run({
      machine: twoCores,
      threads: (memory) => [
        [compute(40_000), move(0, 1)],
        [derive(9), compute(200_000), through(memory, 9, 0), enter(1), leave(1), through(memory, 9, 8)]
      ]
    })
    expect(offsets(result)).toEqual([8])
  })

  test("of the thread that takes the object away is cleared", () => {
    const result = run({
      machine: oneCore,
      threads: (memory) => [[derive(9), move(0, 1), through(memory, 9, 0)]]
    })
    expect(offsets(result)).toEqual([0])
  })
})

describe("CHERI15 a slot", () => {
  test("loses its tag to data that are stored over it", () => {
    const result = run({
      machine: oneCore,
      threads: (memory) => [
        [derive(3), keep(3, 5), does("STR", 0, 5), recall(4, 5), through(memory, 4, 0), through(memory, 3, 8)]
      ]
    })
    expect(offsets(result)).toEqual([0])
  })

  test("that no table knows of keeps a capability that was taken away", () => {
    const survives = (store: OperationRecord) =>
      offsets(
        run({
          machine: oneCore,
          threads: (memory) => [[derive(3), store, move(0, 1), recall(4, 5), through(memory, 4, 0)]]
        })
      )
    expect(survives(keep(3, 5))).toEqual([0])
    expect(survives(does("STR capability", 3, 5))).toEqual([])
  })
})
