/** The flush of a range of pages alone: page by page, and everything at once above the ceiling. */
import { ivyBridge, simulate } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { describe, expect, test } from "vitest"
import { type RangeFlushParameters, rangeFlush } from "../../src/experiments/range-flush.ts"

const OFF = 64

const ticksOf = (flushCeiling: number, chosen: Partial<RangeFlushParameters>): number => {
  const machine = ivyBridge({ cores: 1, overrides: { kernel: { flushCeiling } } })
  const parameters = { ...rangeFlush.defaults, ...chosen } as RangeFlushParameters
  return rangeFlush.read(simulate(rangeFlush.scenario(machine, parameters, [])), parameters).ticks as number
}

describe("a flush of a range", () => {
  const { kernel } = numbersOf(ivyBridge())

  test("takes one invalidation for each page while the ceiling is off", () => {
    for (const pages of [2, 33, 34, 35])
      expect(ticksOf(OFF, { pages }) - ticksOf(OFF, { pages: 1 })).toBe((pages - 1) * kernel.invalidatePage)
  })

  test("falls at 34 pages to the full flush, which is one whatever the range", () => {
    const [below, above, more] = [33, 34, 35].map((pages) => ticksOf(kernel.flushCeiling, { pages }))
    expect(below).toBe(ticksOf(OFF, { pages: 33 }))
    expect(above).toBe(ticksOf(OFF, { pages: 1 }) - kernel.invalidatePage + kernel.invalidateAll)
    expect(more).toBe(above)
  })

  test("of a program that has read more than the L2 holds waits for the kernel's lines", () => {
    expect(ticksOf(OFF, { between: 1 << 19 })).toBeGreaterThan(ticksOf(OFF, {}))
  })
})
