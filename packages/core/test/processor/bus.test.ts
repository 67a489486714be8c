/** Lines on a bus that gives each of them some ticks, or a part of one more. */
import { Columns } from "@isolde/core/kernel/columns"
import { describe, expect, test } from "vitest"
import { Bus } from "../../src/processor/bus.ts"

const LINES = 46

describe("a bus", () => {
  test.each([1, 2, 64 / 46])("of %d ticks a line moves lines that all wait one after the other", (occupancy) => {
    const bus = new Bus(occupancy, new Columns())
    const begins = Array.from({ length: LINES }, () => bus.claim(0))
    expect(begins).toEqual(begins.map((_, line) => Math.ceil(line * occupancy)))
  })

  test("moves a line at once where nothing is under way", () => {
    expect(new Bus(64 / 46, new Columns()).claim(1000)).toBe(1000)
  })

  test("without occupancy moves any number at once", () => {
    const bus = new Bus(0, new Columns())
    expect([bus.claim(7), bus.claim(7), bus.claim(7)]).toEqual([7, 7, 7])
  })
})
