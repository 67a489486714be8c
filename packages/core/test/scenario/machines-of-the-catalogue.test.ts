/** Every machine of the catalogue runs, with the network, protocol and LLC that it says: on four cores, in two sockets where it has them. */

import { InvalidInput } from "@isolde/core/invalid-input"
import { machineByName, machineNames } from "@isolde/core/machines/catalogue"
import type { Machine } from "@isolde/core/machines/machine"
import { describe, expect, test } from "vitest"
import { disagreements } from "../coherence/agreement.ts"
import { hammering, Witness } from "../coherence/hammering.ts"
import { built, finished, programmed } from "../small-system.ts"
import { TraceDigest } from "../trace-digest.ts"
import { randomStreams } from "./random-streams.ts"

/** Caches have their own sizes but for the LLC and its filter, which would take most of the time to lay out. */
const options = { cores: 4, overrides: { llc: { sets: 64, snoopFilter: { sets: 64 } } } } as const

function inTwoSockets(name: string): Machine {
  try {
    return machineByName(name)({ ...options, sockets: 2 })
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInput)
    return machineByName(name)(options)
  }
}

describe.each(machineNames)("%s", (name) => {
  test("runs what all cores fight for, agrees with itself, and writes the same rows, run ahead or not", () => {
    const run = (runAhead: boolean) => {
      const sink = new TraceDigest()
      const choices = { seed: 1, runAhead, sink, tables: ["messages"] as const }
      const system = programmed(inTwoSockets(name), hammering(1, 4, 50, new Witness(), { protects: true }), choices)
      const { events: _, ...summary } = finished(system)
      expect(disagreements(system)).toEqual([])
      expect(sink.rows.messages).toBeGreaterThan(50)
      return { summary, digests: sink.digests }
    }
    expect(run(false)).toEqual(run(true))
  })

  test("runs instruction streams with mprotect", () => {
    const workload = randomStreams(1, { instructions: 500, shared: 2, protects: 2 })
    const system = built({ machine: inTwoSockets(name), mechanisms: [], workload, workers: 4 }, { seed: 1 })
    expect(finished(system).cycles).toBeGreaterThan(0)
    expect(disagreements(system)).toEqual([])
  })
})
