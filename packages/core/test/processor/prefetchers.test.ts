/** PF1: no prefetch leaves the page of the access that caused it, not even at the first line of memory. */
import { skylakeSp } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { Prefetch, Prefetchers } from "@isolde/core/processor/prefetchers"
import { describe, expect, test } from "vitest"

/** The lines that accesses to `lines` ask for, on a core that completes `pairs` or not. */
function asked(lines: ReadonlyArray<number>, pairs: 0 | 1 = 0): ReadonlyArray<number> {
  const found: Array<number> = []
  const note = (line: number): boolean => found.push(line) > 0
  const prefetchers = new Prefetchers(numbersOf(skylakeSp({ overrides: { prefetch: { pairs } } })), {
    prefetchData: note,
    prefetchStream: (line) => (note(line) ? Prefetch.asked : Prefetch.refused)
  })
  for (const [tick, line] of lines.entries()) {
    prefetchers.loaded(line, tick, 1)
    prefetchers.requested(line, tick)
  }
  return found
}

describe("PF1", () => {
  test.each([
    ["down to the first line of memory", 0, [5, 4, 3, 2, 1, 0]],
    ["down to the first line of a page", 1, [69, 68, 67, 66, 65, 64]],
    ["up to the last line of a page", 0, [58, 59, 60, 61, 62, 63]]
  ])("%s", (_, page, lines) => {
    const found = asked(lines)
    expect(found.length).toBeGreaterThan(0)
    for (const line of found) expect(Math.floor(line / 64)).toBe(page)
  })
})

test("what jumps about in a page is no stream", () => {
  expect(asked([3, 40, 9, 61, 22, 50, 14, 33])).toEqual([])
  expect(asked([3, 40, 41, 42]).filter((line) => line > 42).length).toBeGreaterThan(0)
})

describe("pairs", () => {
  test.each([
    ["the first line of a pair brings the second", 40, 41],
    ["the second line of a pair brings the first", 41, 40]
  ])("%s", (_, line, other) => {
    const found: Array<number> = []
    const prefetchStream = (asked: number) => (found.push(asked), Prefetch.asked)
    const target = { prefetchData: () => true, prefetchStream }
    new Prefetchers(numbersOf(skylakeSp({ overrides: { prefetch: { pairs: 1 } } })), target).fetched(line, 0)
    new Prefetchers(numbersOf(skylakeSp()), target).fetched(line, 0)
    expect(found).toEqual([other])
  })

  test("PF3: a line that the streamer asks for stands for its pair, so that it gets ahead of steps of two lines", () => {
    const steps = [0, 2, 4, 6, 8, 10]
    const furthest = (pairs: 0 | 1) => Math.max(...asked(steps, pairs))
    expect({ lines: furthest(0), pairs: furthest(1) }).toEqual({ lines: 12, pairs: 20 })
  })
})
