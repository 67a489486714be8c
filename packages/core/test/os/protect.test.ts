/** mprotect with its shootdown, counted in closed form: every other thread of the process is interrupted once per call. */
import { describe, expect, test } from "vitest"
import { operationScript, Verb } from "../../src/isolation/operation-script.ts"
import { numbersOf } from "../../src/machines/machine.ts"
import { tigerLake } from "../../src/machines/tiger-lake.ts"
import { Entry } from "../../src/memory/pages.ts"
import type { Workload } from "../../src/scenario/workload.ts"
import { type OpenSink, simulate } from "../../src/simulate.ts"

/** Worker 0 makes a shared page read-only and writable by turns, `calls` times; all workers read it before. */
function protectStorm(calls: number): Workload {
  return {
    name: "mprotect storm",
    package: "@isolde/core",
    version: "0.1.0",
    config: { calls },
    exchange: "share",
    dependences: "decoded",
    demand: { domains: 1, exchange: "share", objects: 0, operations: [] },
    place: (pages, workers) => {
      const page = pages.reserve(1)
      const read = { verb: Verb.load, page, bytes: 8 }
      const protect = (at: number) => ({
        verb: Verb.protect,
        page,
        bytes: 1,
        rights: at % 2 === 0 ? Entry.present : Entry.present | Entry.writable
      })
      const caller = [read, ...Array.from({ length: calls }, (_, at) => protect(at)), read]
      return {
        domains: ["application"],
        regions: [],
        threads: () =>
          Array.from({ length: workers }, (_, worker) => ({
            domain: 0,
            start: worker * 11,
            script: operationScript(worker === 0 ? caller : [read, { verb: Verb.compute, bytes: 20_000 }, read])
          }))
      }
    }
  }
}

const storm = (threads: number, calls: number) =>
  simulate({ machine: tigerLake({ cores: threads }), mechanisms: [], workload: protectStorm(calls) }).summary

describe("mprotect of a shared page by one thread", () => {
  test.each([1, 2, 4, 8])(
    "n calls among %d threads make (threads - 1) x n shootdown targets and interrupts",
    (threads) => {
      for (const calls of [1, 3, 10]) {
        const { interrupts, shootdownTargets, shootdowns } = storm(threads, calls)
        expect(shootdownTargets).toBe((threads - 1) * calls)
        expect(interrupts).toBe((threads - 1) * calls)
        expect(shootdowns).toBe(threads === 1 ? 0 : calls)
      }
    }
  )

  test("OS1, OS2 the caller goes on after every acknowledgement, and none comes before its target can have been told", () => {
    const machine = tigerLake({ cores: 4 })
    const { entry, flight, send } = numbersOf(machine).interrupt
    const rows: Array<ReadonlyArray<number>> = []
    const sink: OpenSink = () => ({
      write: (table, columns, count) => {
        const wanted = ["begin", "acknowledged", "end"].map((name) =>
          table.columns.findIndex((each) => each.name === name)
        )
        for (let row = 0; row < count; row++) rows.push(wanted.map((column) => columns[column]?.[row] ?? Number.NaN))
      }
    })
    simulate({ machine, mechanisms: [], workload: protectStorm(10) }, { sink, tables: ["shootdowns"] })
    expect(rows.length).toBe(3 * 10)
    for (const [begin, acknowledged, end] of rows as Array<[number, number, number]>) {
      expect(acknowledged - begin).toBeGreaterThan(send + flight + entry)
      expect(end).toBeGreaterThan(acknowledged)
    }
  })

  test("threads that have ended are interrupted all the same, since the CPU mask still names them", () => {
    const { interrupts } = storm(2, 40)
    expect(interrupts).toBe(40)
  })
})
