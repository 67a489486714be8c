/** Small machines drawn at random, with a few lines and buffers of each kind: every run ends, agrees with itself, and settles. */
import { RandomStream } from "@isolde/core/kernel/random"
import type { LlcPolicy, Protocol, Topology, TopologyKind } from "@isolde/core/machines/machine"
import { describe, expect, test } from "vitest"
import { disagreements } from "../coherence/agreement.ts"
import { hammering, Witness } from "../coherence/hammering.ts"
import { built, crampedMachine, finished, type Overrides, programmed } from "../small-system.ts"
import { randomStreams } from "./random-streams.ts"

const MACHINES = 24

function drawn(random: RandomStream) {
  const pick = <T>(...from: ReadonlyArray<T>): T => from[random.below(from.length)] as T
  const array = (sets: ReadonlyArray<number>, ways: ReadonlyArray<number>) => ({
    sets: pick(...sets),
    ways: pick(...ways)
  })
  const overrides: Overrides = {
    core: {
      width: pick(1, 2, 4, 8),
      window: pick(1, 2, 5, 32, 300),
      loadQueue: pick(1, 3, 128),
      loads: pick(1, 2, 4),
      loadBytes: pick(4, 64),
      storeBuffer: pick(1, 2, 8),
      stores: pick(1, 2),
      storeBytes: pick(4, 64),
      lineFillBuffers: pick(2, 4, 8),
      fetchBuffers: pick(1, 2),
      mispredictPerMillion: pick(0, 300_000)
    },
    l1i: array([1, 2, 3], [1, 2]),
    l1d: { ...array([1, 2, 3], [1, 2]), fill: pick(0, 32, 48, 64) },
    l2: {
      ...array([1, 2, 3, 8], [2, 3, 4]),
      transfer: pick(0, 13, 46, 64),
      writeBack: pick(0, 13, 46, 64),
      missBuffers: pick(1, 6, 12),
      pipeline: pick(0, 1, 16),
      latency: pick(0, 1, 14)
    },
    prefetch: {
      nextLine: pick(0, 1, 2),
      strideEntries: pick(0, 1, 4),
      strideDistance: pick(1, 3),
      streams: pick(0, 1, 3),
      streamDistance: pick(1, 20),
      streamDegree: pick(1, 2),
      pairs: pick(0, 1)
    },
    llc: {
      ...array([1, 2], [1, 2]),
      slices: pick(1, 3, 10),
      pipeline: pick(0, 27),
      snoopFilter: array([1, 2, 8], [1, 2, 8])
    },
    network: {
      clock: pick(0, 1.8, 5),
      columns: pick(1, 5),
      rows: pick(1, 2),
      injection: pick(1, 2),
      ejection: pick(0, 2),
      hop: pick(0, 2),
      flit: pick(0, 1, 2),
      dataFlits: pick(1, 3, 5),
      buffer: pick(1, 4, 32),
      fabric: { latency: pick(0, 3.7, 20), flit: pick(0, 1.3) },
      socket: { latency: pick(0, 40), flit: pick(0, 1.5) }
    },
    memory: {
      channels: pick(1, 6),
      ranks: pick(1, 2),
      groups: pick(1, 4),
      banks: pick(1, 4),
      rowBytes: pick(64, 1024, 8192),
      controller: pick(1, 13),
      fill: pick(0, 8),
      ticksPerLine: pick(0, 8),
      pipeline: pick(0, 16),
      tRCD: pick(0, 34),
      tCL: pick(0, 34),
      tRP: pick(0, 34),
      tWTR: pick(0, 18),
      tREFI: pick(100, 18_720),
      tRFC: pick(0, 90),
      closeAfter: pick(0, 240),
      patience: pick(0, 1200),
      readQueue: pick(1, 2, 48),
      writeQueue: pick(2, 48),
      drainAbove: pick(1, 2),
      drainBelow: pick(0, 1)
    },
    tlb: {
      itlb: array([1], [1, 2]),
      dtlb: array([1, 2], [2, 4]),
      stlb: array([1, 2], [2, 4]),
      stlbPenalty: pick(0, 9),
      walkers: pick(1, 2, 4)
    },
    interrupt: { send: pick(0, 100), flight: pick(1, 500), entry: pick(0, 100), exit: pick(0, 100) }
  }
  const cores = 1 + random.below(5)
  const topology: Topology = {
    kind: pick<TopologyKind>("mesh", "ring", "crossbar", "complexes"),
    coresPerComplex: pick(1, 2, 4),
    between: pick<Topology["between"]>("all", "ring"),
    answers: cores % 2 === 0 ? "direct" : "by home"
  }
  const joined = {
    sockets: Math.min(cores, pick(1, 2, 3)),
    topology,
    protocol: pick<Protocol>("mesi", "moesi"),
    llcPolicy: pick<LlcPolicy>("inclusive", "non-inclusive")
  }
  return { cores, threadsPerCore: pick<1 | 2>(1, 2), overrides, joined, streams: pick(true, false) }
}

describe(`${MACHINES} machines`, () => {
  test.each(Array.from({ length: 6 }, (_, batch) => batch))("batch %i", (batch) => {
    const random = new RandomStream(batch, "machines")
    for (let i = 0; i < MACHINES / 6; i++) {
      const { cores, joined, overrides, streams, threadsPerCore } = drawn(random)
      const machine = crampedMachine(cores, threadsPerCore, overrides, joined)
      const workers = cores * threadsPerCore
      const seed = random.below(1000)
      const what = JSON.stringify({ cores, threadsPerCore, overrides, joined, streams, seed })
      const run = (runAhead: boolean) => {
        const system = streams
          ? built(
              {
                machine,
                mechanisms: [],
                workload: randomStreams(seed, { instructions: 120, shared: 2, protects: 2, lines: 4 }),
                workers
              },
              { seed, runAhead }
            )
          : programmed(machine, hammering(seed, workers, 30, new Witness(), { protects: true }), { seed, runAhead })
        const { events: _, ...summary } = finished(system, 3_000_000)
        expect(disagreements(system), what).toEqual([])
        return summary
      }
      expect(run(false), what).toEqual(run(true))
    }
  })
})

describe.each([
  [1, false],
  [2, false],
  [1, true],
  [2, true]
])("snoop filters of one set, ways: %i, coherent TLBs: %s", (ways, coherent) => {
  test("eight machines come to their end", () => {
    const random = new RandomStream(ways, "tiny filters")
    for (let i = 0; i < 8; i++) {
      const { cores, joined, overrides, streams, threadsPerCore } = drawn(random)
      const llc = { ...overrides.llc, slices: 1, snoopFilter: { sets: 1, ways } }
      const one = { ...joined, sockets: 1, llcPolicy: "non-inclusive" } as const
      const machine = crampedMachine(cores, threadsPerCore, { ...overrides, llc }, one)
      const workers = cores * threadsPerCore
      const run = (runAhead: boolean) => {
        const workload = randomStreams(i, { instructions: 120, shared: 2, protects: 2, lines: 4 })
        const system = streams
          ? built({ machine, mechanisms: [], workload, workers }, { seed: i, runAhead })
          : programmed(machine, hammering(i, workers, 30, new Witness(), { protects: true }), { seed: i, runAhead })
        for (const { translation } of system.tiles) translation.coherent = coherent
        const { events: _, ...summary } = finished(system, 3_000_000)
        expect(disagreements(system), JSON.stringify({ cores, threadsPerCore, overrides, joined })).toEqual([])
        return summary
      }
      expect(run(false)).toEqual(run(true))
    }
  })
})
