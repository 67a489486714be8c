/** MTE10: what the insertion of tags adds to a stream of instructions, and which accesses of a stream are checked. */
import { operationScript } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import type { Instrumentation } from "@isolde/core/isolation/unit"
import type { MechanismInstance } from "@isolde/core/mechanism"
import { Entry, type Pages } from "@isolde/core/memory/pages"
import { AccessKind, instructionTable } from "@isolde/core/processor/instruction-table"
import type { Workload } from "@isolde/core/scenario/workload"
import { observe, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mte } from "../src/index.ts"

const machine = tinyMachine({ base: "cortex-x3", cores: 1 })

/** The register through which every load of a chain gets its address, as a packed field. */
const POINTER = 2

/** `loads` loads of one word of the owner's memory, each waiting for the one before; stack-relative or not. */
function chain(loads: number, owner: number, stackRelative: boolean): Workload {
  const place = (pages: Pages) => {
    const code = pages.map(1000, Entry.present)
    const page = pages.reserve(1)
    return {
      domains: ["application", "library"],
      regions: [{ name: "memory", kind: RegionKind.private, owner, worker: -1, extents: [[page, 0, 4096] as const] }],
      threads: (_numbers: unknown, added: Instrumentation | undefined) => {
        const spared = stackRelative && added?.sparesStack === true
        const one = (value: number) => Uint8Array.of(value)
        const table = instructionTable({
          count: 1,
          page: Int32Array.of(code),
          line: Int32Array.of(pages.line(code, 0)),
          latency: new Uint16Array(1),
          control: new Uint8Array(1),
          addressSources: Int32Array.of(POINTER),
          dataSources: new Int32Array(1),
          destinations: Int32Array.of(POINTER),
          accessStart: Int32Array.of(0, 1),
          stores: new Uint8Array(1),
          accessKind: one(AccessKind.load),
          accessSize: Uint16Array.of(8),
          addedInstructions: one(spared ? 0 : (added?.instructions ?? 0)),
          addedLatency: one(spared ? 0 : (added?.latency ?? 0)),
          exempt: one(spared ? 1 : 0)
        })
        const stream = {
          table,
          blockStart: Uint32Array.of(0, 1),
          blockInstructions: Uint32Array.of(0),
          blocks: new Uint32Array(loads),
          first: 0,
          last: loads,
          accessPage: new Int32Array(loads),
          accessOffset: new Uint16Array(loads),
          firstAccess: 0,
          pageOf: Int32Array.of(page),
          operationAt: new Uint32Array(0)
        }
        return [{ domain: 0, start: 0, stream, script: operationScript([]) }]
      }
    }
  }
  return {
    name: "chain of loads",
    package: "test",
    version: "0",
    config: {},
    exchange: "borrow",
    dependences: "decoded",
    demand: { domains: 2, exchange: "borrow", objects: 0, operations: [] },
    place
  }
}

const summaryOf = (mechanisms: ReadonlyArray<MechanismInstance>, loads: number, stackRelative = false, owner = 0) =>
  observe({ machine, mechanisms, workload: chain(loads, owner, stackRelative) }).summary

/** Ticks that 300 more loads take, once the first are done. */
const ticksOf300 = (mechanisms: ReadonlyArray<MechanismInstance>, stackRelative = false) =>
  summaryOf(mechanisms, 400, stackRelative).cycles - summaryOf(mechanisms, 100, stackRelative).cycles

describe("MTE10 tag insertion", () => {
  test("puts its latency on the address path: a chain of loads is longer by it for every load", () => {
    for (const tagInsert of [1, 2, 3]) expect(ticksOf300([mte({ tagInsert })]) - ticksOf300([])).toBe(300 * tagInsert)
  })

  test("adds one instruction to every load, and none to a stack-relative one", () => {
    expect(summaryOf([mte()], 400).slots.instrumentation).toBe(400)
    expect(summaryOf([mte()], 400).instructions).toBe(400)
    expect(summaryOf([mte()], 400, true).slots.instrumentation).toBe(0)
    expect(ticksOf300([mte()], true)).toBe(ticksOf300([]))
  })

  test("MTE1 a stack-relative access is not checked, any other one is", () => {
    expect(summaryOf([mte()], 50, false, 1).faults).toBe(50)
    expect(summaryOf([mte()], 50, true, 1).faults).toBe(0)
    expect(summaryOf([mte()], 50, false, 0).faults).toBe(0)
  })

  test("what reserved registers cost is in no timing", () => {
    const cycles = (reservedRegisters: number) => summaryOf([mte({ reservedRegisters })], 400).cycles
    expect(cycles(5)).toBe(cycles(2))
  })
})
