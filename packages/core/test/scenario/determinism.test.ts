/** A run is a pure function of scenario and seed (law L2): whoever runs ahead, and how often it is run, changes no row. */

import { Outcome } from "@isolde/core/kernel/kernel"
import { type TableName, tableSchemas } from "@isolde/core/trace/table-schema"
import { describe, expect, test } from "vitest"
import { disagreements } from "../coherence/agreement.ts"
import { hammering, Witness } from "../coherence/hammering.ts"
import { built, type Choices, crampedMachine, finished, type Overrides, programmed } from "../small-system.ts"
import { TraceDigest } from "../trace-digest.ts"
import { randomTranslations } from "../translation/random-translations.ts"
import { randomStreams } from "./random-streams.ts"

const everyTable = Object.keys(tableSchemas) as Array<TableName>

const shapes = [
  [1, 1],
  [2, 1],
  [4, 1],
  [8, 1],
  [1, 2],
  [2, 2],
  [4, 2]
] as const

type Run = (cores: number, threadsPerCore: 1 | 2, choices: Choices) => ReturnType<typeof built>

/** Everything that asks for a line before somebody needs it. */
const prefetching: Overrides = {
  l2: { sets: 8, ways: 4, missBuffers: 8 },
  prefetch: {
    nextLine: 1,
    strideEntries: 4,
    strideDistance: 2,
    streams: 4,
    streamDistance: 6,
    streamDegree: 2,
    pairs: 1
  }
}

const words: Run = (cores, threadsPerCore, choices) =>
  programmed(
    crampedMachine(cores, threadsPerCore),
    hammering(choices.seed ?? 1, cores * threadsPerCore, 200, new Witness()),
    choices
  )

const streamsOn =
  (overrides: Overrides): Run =>
  (cores, threadsPerCore, choices) =>
    built(
      {
        machine: crampedMachine(cores, threadsPerCore, overrides),
        mechanisms: [],
        workload: randomStreams(choices.seed ?? 1, { instructions: 1000, shared: 2, protects: 6 }),
        workers: cores * threadsPerCore
      },
      choices
    )

const streams = streamsOn({})

const translations: Run = (cores, threadsPerCore, choices) =>
  programmed(crampedMachine(cores, threadsPerCore), randomTranslations(choices.seed ?? 1, 100), {
    hostPages: 4096,
    ...choices
  })

const coherentTranslations: Run = (cores, threadsPerCore, choices) => {
  const system = translations(cores, threadsPerCore, choices)
  for (const { translation } of system.tiles) translation.coherent = true
  return system
}

describe.each([
  ["words that all threads fight for", words],
  ["translations in a virtual machine that everybody changes and invalidates", translations],
  ["the same with TLBs that coherence keeps current", coherentTranslations],
  ["instruction streams and storms of mprotect", streams],
  ["instruction streams with every prefetcher on", streamsOn(prefetching)]
] as const)("%s", (_, run) => {
  test.each(shapes)("%i tiles of %i threads write the same rows, run ahead or not", (cores, threadsPerCore) => {
    const traced = (choices: Choices) => {
      const sink = new TraceDigest()
      const system = run(cores, threadsPerCore, { ...choices, sink, tables: everyTable })
      for (const tile of system.tiles) tile.port.observer.sampleEvery = 1
      const { events, ...summary } = finished(system)
      return { rows: sink.rows, digests: sink.digests, summary, events }
    }
    const { events, ...ahead } = traced({ seed: 1 })
    expect(ahead.rows.messages).toBeGreaterThan(50)
    expect(traced({ seed: 1 })).toEqual({ ...ahead, events })
    const { events: steps, ...stepwise } = traced({ seed: 1, runAhead: false })
    expect(stepwise).toEqual(ahead)
    expect(steps).toBeGreaterThan(events)
    expect(traced({ seed: 2 }).digests.messages).not.toBe(ahead.digests.messages)
  })
})

describe.each([
  ["two sockets of meshes", { sockets: 2 }, {}],
  [
    "four rings in a ring of sockets, of a clock of their own",
    { sockets: 4, topology: { kind: "ring", coresPerComplex: 0, between: "ring", answers: "direct" } },
    { network: { clock: 1.7, columns: 3, rows: 1 } }
  ],
  [
    "two sockets of two complexes",
    { sockets: 2, topology: { kind: "complexes", coresPerComplex: 1, between: "all", answers: "by home" } },
    { network: { columns: 2, rows: 1, buffer: 4, fabric: { latency: 9.3, flit: 1.1 } } }
  ]
] as const)("%s", (_, joined, overrides) => {
  test.each([4, 8])("of %i tiles write the same rows, run ahead or not, and far messages cross", (cores) => {
    const traced = (runAhead: boolean) => {
      const sink = new TraceDigest()
      const system = programmed(
        crampedMachine(cores, 1, overrides, joined),
        hammering(1, cores, 150, new Witness(), { protects: true }),
        { seed: 1, runAhead, sink, tables: everyTable }
      )
      for (const tile of system.tiles) tile.port.observer.sampleEvery = 1
      const { events: _events, ...summary } = finished(system)
      const { graph, linkBusy } = system.interconnect
      const crossed = graph.long.reduce((sum, long, link) => sum + (long === 1 ? (linkBusy[link] as number) : 0), 0)
      expect(crossed).toBeGreaterThan(1000)
      return { rows: sink.rows, digests: sink.digests, summary }
    }
    expect(traced(false)).toEqual(traced(true))
  })
})

describe.each([
  ["mesi", "inclusive"],
  ["mesi", "non-inclusive"],
  ["moesi", "inclusive"],
  ["moesi", "non-inclusive"]
] as const)("%s with an LLC that is %s", (protocol, llcPolicy) => {
  test.each([
    [3, 1],
    [4, 2]
  ] as const)(
    "%i tiles of %i threads write the same rows, run ahead or not, though lines are recalled",
    (cores, threads) => {
      const traced = (runAhead: boolean) => {
        const sink = new TraceDigest()
        const system = programmed(
          crampedMachine(
            cores,
            threads,
            { llc: { slices: 2, snoopFilter: { sets: 1, ways: 3 } } },
            { protocol, llcPolicy }
          ),
          hammering(1, cores * threads, 150, new Witness(), { protects: true }),
          { seed: 1, runAhead, sink, tables: everyTable }
        )
        for (const tile of system.tiles) tile.port.observer.sampleEvery = 1
        const { events: _events, ...summary } = finished(system)
        expect(system.homes.messages.recalls.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(100)
        expect(disagreements(system)).toEqual([])
        return { rows: sink.rows, digests: sink.digests, summary }
      }
      expect(traced(false)).toEqual(traced(true))
    }
  )
})

test("threads that shoot each other's translations down at once all come to an end", () => {
  const summary = finished(streams(4, 2, { seed: 3 }))
  expect(summary.shootdowns).toBe(8 * 6)
  expect(summary.shootdownTargets).toBe(8 * 6 * 7)
  expect(summary.interrupts).toBeGreaterThan(0)
  expect(summary.interrupts).toBeLessThanOrEqual(summary.shootdownTargets)
})

test("TT1: rows may be released every few events, wherever the tiles have run ahead to", () => {
  const rows = (slice: number) => {
    const sink = new TraceDigest()
    const system = streams(4, 2, { seed: 1, sink, tables: everyTable })
    for (const tile of system.tiles) tile.port.observer.sampleEvery = 1
    for (let outcome: Outcome = Outcome.SliceEnded; outcome !== Outcome.Settled; ) {
      outcome = system.kernel.run(slice, 1e9, 0x7f00_0000)
      for (const table of Object.values(system.tables)) table.release(system.kernel.now)
    }
    for (const table of Object.values(system.tables)) table.close()
    return sink
  }
  expect(rows(16)).toEqual(rows(1e6))
})
