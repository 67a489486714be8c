/** Rights that one tag can and can't express, and what the monitor says of a failed check. */
import { InvalidInput } from "@isolde/core/invalid-input"
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { Place } from "@isolde/core/isolation/unit"
import { Verdict } from "@isolde/core/isolation/verdict"
import { advance } from "@isolde/core/scenario/run"
import { Scenario } from "@isolde/core/scenario/scenario"
import type { Summary } from "@isolde/core/scenario/summary"
import { System } from "@isolde/core/scenario/system"
import { columnOf, observe, type ProgramMemory, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mte } from "../src/index.ts"

const machine = tinyMachine({ base: "cortex-x3", cores: 1 })

const workload = (script: (memory: ProgramMemory) => ReadonlyArray<OperationRecord>) =>
  programWorkload({
    domains: ["application", "library"],
    regions: [
      { name: "private 0", kind: RegionKind.private, owner: 0 },
      { name: "private 1", kind: RegionKind.private, owner: 1 },
      { name: "object", kind: RegionKind.exchange, owner: 0, bytes: 64 },
      { name: "runtime", kind: RegionKind.shared, owner: 0 }
    ],
    exchange: "borrow",
    threads: (memory) => [{ script: script(memory) }]
  })

const run = (script: (memory: ProgramMemory) => ReadonlyArray<OperationRecord>) =>
  observe({ machine, mechanisms: [mte()], workload: workload(script) })

const load = ({ regions }: ProgramMemory, region: number, offset = 0): OperationRecord => ({
  verb: Verb.load,
  page: regions[region]?.page ?? 0,
  offset,
  bytes: 8
})

describe("MTE12 rights beyond one tag", () => {
  const grant = (rights: number, to: number) => () => [{ verb: Verb.grant, region: 2, from: 0, to, rights }]

  test("a grant beside another holder, or for reading only, is refused as input and never downgraded", () => {
    expect(() => run(grant(Right.readWrite, 1))).toThrow(InvalidInput)
    expect(() => run(grant(Right.read, 0))).toThrow(/one holder, for reading and writing/)
    expect(() => run(grant(Right.readWrite, 0))).not.toThrow()
  })

  test("a revocation leaves memory that nobody reaches, until it is granted again", () => {
    const { faults, rows } = run((memory) => [
      { verb: Verb.revoke, region: 2, from: 0, to: 0, rights: Right.none },
      load(memory, 2, 0),
      { verb: Verb.grant, region: 2, from: 0, to: 0, rights: Right.readWrite },
      load(memory, 2, 8),
      { verb: Verb.compute, bytes: 1 }
    ])
    expect(faults.map(({ offset }) => offset)).toEqual([0])
    const [place = 0, domain = 0, before = 0, after = 0] = ["place", "domain", "before", "after"].map((name) =>
      columnOf("rights", name)
    )
    const enforced = rows.rights.filter((row) => row[place] === Place.memoryTag)
    expect(enforced.map((row) => [row[domain], row[before], row[after]])).toEqual([
      [0, Right.readWrite, Right.none],
      [0, Right.none, Right.readWrite]
    ])
  })

  test("an exchange by sharing, and a sixteenth domain, are refused with the reason", () => {
    const instance = mte()
    expect(instance.refuse({ domains: 2, exchange: "share", objects: 0, operations: [] })).toMatch(/one allocation tag/)
    expect(instance.refuse({ domains: 1, exchange: "share", objects: 0, operations: [] })).toBeUndefined()
    expect(instance.refuse({ domains: 15, exchange: "borrow", objects: 1, operations: [] })).toBeUndefined()
    expect(instance.refuse({ domains: 16, exchange: "borrow", objects: 1, operations: [] })).toMatch(/15 beside tag 0/)
  })

  test("a mode that the architecture doesn't have is refused", () => {
    expect(() => mte({ mode: "precise" as "asynchronous" })).toThrow(InvalidInput)
  })
})

describe("MTE13 a failed check", () => {
  test("is detected, not prevented: the access took effect before it is reported", () => {
    const script = (memory: ProgramMemory) => [load(memory, 1), load(memory, 0), load(memory, 3)]
    const system = new System(Scenario.make({ machine, mechanisms: [mte()], workload: workload(script) }), undefined)
    let summary: Summary | undefined
    while (summary === undefined) summary = advance(system, 1e6)
    expect(summary.faults).toBe(1)
    expect(system.monitor.judge.verdicts[Verdict.detected]).toBe(1)
    expect(system.monitor.judge.verdicts[Verdict.prevented]).toBe(0)
  })
})
