/** MP4: accesses that straddle two lines own or read both; those that cross a page translate both pages. */
import { CacheState } from "@isolde/core/coherence/cache-protocol"
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { describe, expect, test } from "vitest"
import { finished, programmed } from "../small-system.ts"
import { oneStopMachine } from "./ten-instructions.ts"

/** State in the L2 of the lines of two pages, and the walks, once `access` is over. */
function after(access: (program: Program, data: number) => void) {
  let data = 0
  const system = programmed(oneStopMachine(), {
    steps: 1,
    build: ({ pages }) => {
      data = pages.reserve(2)
      return { emit: (program) => access(program.as(Cause.application), data) }
    }
  })
  const { cycles } = finished(system)
  const [tile] = system.tiles
  if (tile === undefined) throw new Error("a system has a tile")
  const { l2 } = tile.caches.levels
  const stateOf = (page: number, offset: number): number => {
    const line = system.pages.line(data + page, offset)
    const row = l2.find(l2.setOf(line), line)
    return row < 0 ? CacheState.I : (l2.state[row] as number)
  }
  return { stateOf, cycles, walks: tile.translation.walkers.walks }
}

describe("two lines", () => {
  test("a store owns both, whichever comes first", () => {
    for (const first of [0, 64, 128]) {
      const { stateOf } = after((program, data) => {
        if (first > 0) program.load(data, first).serialise(Serialise.drain, 1)
        program.store(data, 124, 8)
      })
      expect([stateOf(0, 64), stateOf(0, 128)]).toEqual([CacheState.M, CacheState.M])
    }
  })

  test("their misses overlap", () => {
    const one = after((program, data) => program.store(data, 120, 8)).cycles
    const two = after((program, data) => program.store(data, 124, 8)).cycles
    expect(two - one).toBeLessThan(one / 4)
  })
})

describe("two pages", () => {
  test("a load translates both and brings a line of each", () => {
    const one = after((program, data) => program.load(data, 4088, 8))
    const two = after((program, data) => program.load(data, 4092, 8))
    expect(two.walks).toBe(one.walks + 1)
    expect(two.stateOf(1, 0)).not.toBe(CacheState.I)
    expect(one.stateOf(1, 0)).toBe(CacheState.I)
  })

  test("a store translates both and owns a line of each", () => {
    const { stateOf, walks } = after((program, data) => program.store(data, 4092, 8))
    expect(walks).toBe(after((program, data) => program.load(data, 4092, 8)).walks)
    expect([stateOf(0, 4095), stateOf(1, 0)]).toEqual([CacheState.M, CacheState.M])
  })
})
