/** The tables of mesi-cache.ts and mesi-directory.ts, explored: every order of messages, two caches and three. */
import { mesiCache } from "@isolde/core/coherence/mesi-cache"
import { mesiDirectory } from "@isolde/core/coherence/mesi-directory"
import { Impossible, type ProtocolTable } from "@isolde/core/coherence/protocol-table"
import { RandomStream } from "@isolde/core/kernel/random"
import { describe, expect, test } from "vitest"
import { type Coverage, ProtocolModel } from "./protocol-model.ts"
import { identity, type Situation } from "./protocol-situation.ts"

interface Explored {
  readonly situations: number
  /** Those from which nothing leads back to rest. */
  readonly lost: number
  readonly coverage: Coverage
}

/** Every situation that can be reached; throws a Violation where a table goes wrong. */
function explore(model: ProtocolModel): Explored {
  const numbers = new Map<string, number>()
  const predecessors: Array<Array<number>> = []
  const resting: Array<number> = []
  const known = (situation: Situation): number => {
    const key = identity(situation)
    const found = numbers.get(key)
    if (found !== undefined) return found
    numbers.set(key, predecessors.push([]) - 1)
    frontier.push(situation)
    return predecessors.length - 1
  }
  let frontier: Array<Situation> = []
  known(model.initial())
  for (let done = 0; frontier.length > 0; ) {
    const layer = frontier
    frontier = []
    for (const situation of layer) {
      const at = done++
      if (model.isQuiescent(situation)) resting.push(at)
      for (const next of model.successors(situation)) predecessors[known(next)]?.push(at)
    }
  }
  const safe = new Uint8Array(predecessors.length)
  for (let at = resting.pop(); at !== undefined; at = resting.pop()) {
    if (safe[at] === 1) continue
    safe[at] = 1
    resting.push(...(predecessors[at] ?? []))
  }
  return { situations: safe.length, lost: safe.filter((is) => is === 0).length, coverage: model.coverage }
}

/** Cells that the table defines and nothing reached. What a busy line does to the processor is no cell of ours. */
function unreached(table: ProtocolTable<string, string, string>, reached: ReadonlySet<string>): Array<string> {
  const processor = ["load", "store", "replace"]
  return table.states.flatMap((state, row) =>
    table.events.flatMap((event, column) => {
      const defined = table.next[row * table.events.length + column] !== Impossible
      const busy = processor.includes(event) && state.includes("_")
      return defined && !busy && !reached.has(`${state} x ${event}`) ? [`${state} x ${event}`] : []
    })
  )
}

const covered: Coverage = { cache: new Set(), home: new Set() }
const note = ({ cache, home }: Coverage) => {
  for (const cell of cache) covered.cache.add(cell)
  for (const cell of home) covered.home.add(cell)
}

describe("directory MESI", () => {
  test("two caches, with a slice that evicts: one writer or many readers, no old value, no deadlock", () => {
    const { coverage, lost, situations } = explore(new ProtocolModel(2))
    note(coverage)
    expect(situations).toBeGreaterThan(10_000)
    expect(lost, "situations that never come to rest").toBe(0)
  })

  test("three caches, with a slice that keeps the line", () => {
    const { coverage, lost, situations } = explore(new ProtocolModel(3, { evicts: false }))
    note(coverage)
    expect(situations).toBeGreaterThan(100_000)
    expect(lost).toBe(0)
  })

  test("four caches, at random", () => {
    const model = new ProtocolModel(4)
    const random = new RandomStream(1, "walk")
    let situation = model.initial()
    for (let step = 0; step < 40_000; step++) {
      model.isQuiescent(situation)
      const successors = model.successors(situation)
      situation = successors[random.below(successors.length)] as Situation
    }
    note(model.coverage)
  })

  test("between them they reach every cell that is not impossible", () => {
    expect(unreached(mesiCache, covered.cache)).toEqual([])
    expect(unreached(mesiDirectory, covered.home)).toEqual([])
  })
})
