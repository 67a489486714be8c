/** MTE5: from which tick another core sees a retag depends on ticks alone, however far the simulation ran ahead. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { numbersOf } from "@isolde/core/machines/machine"
import { columnOf, observe, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mte } from "../src/index.ts"

const machine = tinyMachine({ base: "cortex-x3", cores: 2 })
const { core, l2, network } = numbersOf(machine)
const BARRIER = 40
const TRAVEL = network.injection + network.ejection + l2.pipeline

/** Instructions that take `ticks` ticks. */
const wait = (ticks: number): OperationRecord => ({ verb: Verb.compute, bytes: ticks * core.width })

/** Worker 0 moves an object whose line it has in its cache; worker 1 loads from it some ticks later, or sooner. */
function race(later: number, runAhead: boolean) {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [{ name: "object", kind: RegionKind.exchange, owner: 0, bytes: 64 }],
    exchange: "borrow",
    threads: ({ regions }) => {
      const page = regions[0]?.page ?? 0
      const access = (verb: Verb, offset: number): OperationRecord => ({ verb, page, offset, bytes: 8 })
      const move: OperationRecord = { verb: Verb.move, region: 0, from: 0, to: 1, bytes: 64 }
      return [
        { script: [access(Verb.store, 0), wait(1500), move, wait(1)] },
        { script: [access(Verb.load, 2048), wait(1500 + later), access(Verb.load, 8), wait(1)] }
      ]
    }
  })
  const { faults, rows } = observe({
    machine,
    mechanisms: [mte({ barrier: BARRIER, largestTagStore: "dc gva" })],
    workload,
    runAhead
  })
  const [thread = 0, offset = 0] = [columnOf("accesses", "thread"), columnOf("accesses", "offset")]
  // The barrier begins when the tag store has drained.
  const stored = (rows.transfers[0]?.[columnOf("transfers", "completed")] ?? 0) - BARRIER
  const loaded = rows.accesses.find((row) => row[thread] === 1 && row[offset] === 8)?.[0] ?? 0
  return { after: loaded - stored, refused: faults.some((fault) => fault.thread === 1) }
}

describe("MTE5 a load on another core", () => {
  test("is checked against the new tag from one message after the tag store, with run-ahead and without", () => {
    const apart = race(0, true).after
    for (let after = -2; after <= TRAVEL + 3; after++) {
      const ahead = race(after - apart, true)
      expect(ahead).toEqual({ after, refused: after >= TRAVEL })
      expect(race(after - apart, false)).toEqual(ahead)
    }
  })
})
