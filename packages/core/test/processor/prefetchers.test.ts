/** PF1: no prefetch leaves the page of the access that caused it, not even at the first line of memory. */
import { skylakeSp } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { Prefetchers } from "@isolde/core/processor/prefetchers"
import { describe, expect, test } from "vitest"

/** The lines that accesses to `lines` ask for. */
function asked(lines: ReadonlyArray<number>): ReadonlyArray<number> {
  const found: Array<number> = []
  const note = (line: number): boolean => found.push(line) > 0
  const prefetchers = new Prefetchers(numbersOf(skylakeSp()), { prefetchData: note, prefetchStream: note })
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
