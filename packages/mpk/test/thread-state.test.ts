/** PKRU as the thread's: what a domain can do to it by itself, and what signals and context switches do. */
import { type OperationRecord, RegionKind, Verb } from "@isolde/core"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Operation, ROW } from "@isolde/core/processor/operation"
import { advance } from "@isolde/core/scenario/run"
import { Scenario } from "@isolde/core/scenario/scenario"
import { System } from "@isolde/core/scenario/system"
import { observe, privateOf, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mpk } from "../src/index.ts"
import { CLOSED, LINUX_START } from "../src/pkru.ts"

const domains = ["application", "library"]

describe("a write of PKRU outside every gate", () => {
  test.each([
    ["WRPKRU", 0],
    ["XRSTOR", 1]
  ])("MPK10 %s opens another domain's memory at once, until the next gate", (_name, code) => {
    const workload = programWorkload({
      domains,
      regions: [privateOf(0), privateOf(1)],
      threads: ({ regions }) => {
        const load = (offset: number): OperationRecord => ({
          verb: Verb.load,
          page: regions[1]?.page ?? 0,
          offset,
          bytes: 8
        })
        return [
          {
            script: [
              load(0),
              { verb: Verb.instruction, rights: code, page: 0 },
              load(8),
              { verb: Verb.enter, from: 0, to: 1, activation: 0 },
              { verb: Verb.leave, from: 1, to: 0, activation: 0 },
              load(16)
            ]
          }
        ]
      }
    })
    const run = observe({ machine: tinyMachine({ cores: 1 }), mechanisms: [mpk()], workload })
    expect(run.faults.map(({ offset }) => offset)).toEqual([0, 16])
  })
})

describe("signals", () => {
  test("MPK18 the handler starts with key 0 alone, signals nest, and sigreturn restores what was", () => {
    const workload = programWorkload({
      domains,
      regions: [privateOf(0), privateOf(1)],
      threads: () => [{ script: [] }]
    })
    const machine = tinyMachine({ cores: 1 })
    const { threads, unit } = new System(Scenario.make({ machine, mechanisms: [mpk()], workload }), undefined)
    const t = threads[0] as HardwareThread
    const before = t.keyRights
    expect(before).not.toBe(CLOSED)
    const seen = ["signal", "instruction", "signal", "sigreturn", "sigreturn"].map((hook) => {
      if (hook === "signal") unit.signal?.(t.pushProgram(), t)
      else if (hook === "sigreturn") unit.sigreturn?.(t.pushProgram(), t)
      else unit.instruction?.(t.pushProgram(), t, 0, 12, 0)
      const program = t.programs[t.depth]
      for (let at = 0; program !== undefined && at < program.length; at += ROW)
        if (program.rows[at] === Operation.act)
          unit.act(t, program.rows[at + 6] as number, program.rows[at + 7] as number, program.rows[at + 3] as number, 0)
      t.popProgram()
      return t.keyRights
    })
    expect(seen).toEqual([LINUX_START, 12, LINUX_START, 12, before])
  })
})

describe("a thread that waits for its turn", () => {
  /** Offsets that fault when an object goes while its thread waits: worker 2 runs meanwhile, worker 1 moves it. */
  const faults = (synchronise: "none" | "interrupt" | "rekey") => {
    const workload = programWorkload({
      domains,
      regions: [privateOf(0), privateOf(1), { name: "object", kind: RegionKind.exchange, owner: 0 }],
      exchange: "borrow",
      threads: ({ regions }) => {
        const load = (offset: number): OperationRecord => ({
          verb: Verb.load,
          page: regions[2]?.page ?? 0,
          offset,
          bytes: 8
        })
        const wait = (bytes: number): OperationRecord => ({ verb: Verb.compute, bytes })
        return [
          { script: [load(8), { verb: Verb.yield }, load(16)] },
          { script: [wait(200_000), { verb: Verb.move, region: 2, from: 0, to: 1, bytes: 4096 }, wait(1)] },
          { script: [wait(800_000)] },
          { script: [wait(1)] }
        ]
      }
    })
    const machine = tinyMachine({ cores: 2 })
    const scenario = Scenario.make({ machine, mechanisms: [mpk({ synchronise })], workload, workers: 4 })
    const system = new System(scenario, undefined)
    const found: Array<number> = []
    system.monitor.fault = (_t, _page, offset) => found.push(offset)
    while (advance(system, 1_000_000) === undefined);
    return found
  }

  test("MPK11 keeps its right in the saved PKRU where nobody synchronises", () => {
    expect(faults("none")).toEqual([])
  })

  test("MPK11 rewrites PKRU before it runs on where changes are synchronised, and finds the page re-keyed otherwise", () => {
    expect(faults("interrupt")).toEqual([16])
    expect(faults("rekey")).toEqual([16])
  })
})
