/** A random tester on small real systems: the values of words are the oracle, the directory must agree afterwards. */
import { describe, expect, test } from "vitest"
import { randomStreams } from "../scenario/random-streams.ts"
import { built, crampedMachine, finished, programmed } from "../small-system.ts"
import { disagreements } from "./agreement.ts"
import { hammering, type Seen, Witness } from "./hammering.ts"

/** Reads that no order of the operations, each at some tick of its interval, explains. */
function unexplained(history: ReadonlyArray<Seen>): Array<Seen> {
  const writes = new Map(history.filter((seen) => seen.write).map((seen) => [seen.value, seen]))
  // For each read: the write it saw must begin before the read ends, and no later write lies wholly between them.
  const byEnd = [...writes.values()].sort((x, y) => x.to - y.to)
  return history.filter((read) => {
    if (read.write) return false
    const seen = writes.get(read.value)
    if (read.value !== 0 && (seen === undefined || seen.from > read.to)) return true
    const after = seen?.to ?? -1
    return byEnd.some((write) => write !== seen && write.from > after && write.to < read.from)
  })
}

describe.each([
  ["words under fire", false],
  ["words under fire and interrupts", true]
] as const)("%s", (_, protects) => {
  test.each([
    [1, 1, 1],
    [2, 1, 2],
    [4, 1, 3],
    [8, 1, 4],
    [1, 2, 5],
    [2, 2, 6],
    [4, 2, 7]
  ] as const)("%i tiles of %i threads, seed %i", (cores, threadsPerCore, seed) => {
    const witness = new Witness()
    const threads = cores * threadsPerCore
    const steps = protects ? 400 : 1200
    const system = programmed(
      crampedMachine(cores, threadsPerCore),
      hammering(seed, threads, steps, witness, { protects }),
      { seed }
    )
    const summary = finished(system)
    expect(summary.interrupts > 0).toBe(protects && threads > 1)
    const value = (word: number) => system.words.values[word] as number
    expect(
      witness.counters.reduce((sum, word) => sum + value(word), 0),
      "increments under a lock"
    ).toBe(witness.increments)
    expect(witness.increments).toBeGreaterThan((steps / 16) * threads)
    expect(witness.bitsTwice).toBe(0)
    const bits = witness.bits.reduce((sum, word) => sum + (value(word) >>> 0).toString(2).replaceAll("0", "").length, 0)
    expect(bits, "bits set by fetch-and-or").toBe(witness.bitsSet)
    const chain = [...witness.found, value(witness.swap)].sort((x, y) => x - y)
    expect(chain, "every value that was swapped in is found once").toEqual([0, ...witness.left].sort((x, y) => x - y))
    expect(unexplained(witness.history)).toEqual([])
    expect(disagreements(system)).toEqual([])
  })
})

describe("a million accesses by instruction streams to a few lines", () => {
  // Translations stay, so that lines are what tiles fight for.
  const tlb = { dtlb: { sets: 1, ways: 16 }, itlb: { sets: 1, ways: 4 }, stlb: { sets: 1, ways: 16 }, walkers: 1 }
  test.each([
    [2, 1, 200_000],
    [4, 1, 150_000],
    [8, 1, 60_000],
    [4, 2, 65_000]
  ] as const)("%i tiles of %i threads", (cores, threadsPerCore, instructions) => {
    const system = built({
      machine: crampedMachine(cores, threadsPerCore, { tlb }),
      mechanisms: [],
      workload: randomStreams(cores, { instructions, shared: 2, protects: 0, lines: 4 }),
      workers: cores * threadsPerCore
    })
    const summary = finished(system)
    expect(summary.simulatedAccesses).toBeGreaterThan(200_000)
    expect(disagreements(system)).toEqual([])
  })
})
