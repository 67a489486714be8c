import { Columns } from "@isolde/core/kernel/columns"
import { describe, expect, test } from "vitest"

/** One column of each kind, of `length` elements. */
const each = (columns: Columns, length: number) => [
  columns.int32(length),
  columns.uint8(length),
  columns.int16(length),
  columns.uint16(length),
  columns.float64(length)
]

const ofLengths = (columns: Columns) =>
  [0, 1, 3, 7, 64, 1000, 30_000, 400_000].flatMap((length) => each(columns, length))

describe("columns", () => {
  test("have the length that was asked for, and no two of them share memory (CO2)", () => {
    const taken = ofLengths(new Columns())
    expect(taken.map(({ length }) => length).slice(-5)).toEqual(Array(5).fill(400_000))
    for (const [at, column] of taken.entries()) column.fill(at + 1)
    for (const [at, column] of taken.entries())
      expect(
        column.every((value: number) => value === (column.BYTES_PER_ELEMENT === 1 ? (at + 1) & 255 : at + 1))
      ).toBe(true)
  })

  test("are zeros, also in memory that another run has written (CO1)", () => {
    const columns = new Columns()
    for (let run = 0; run < 3; run++) {
      for (const column of ofLengths(columns)) {
        expect(column.every((value: number) => value === 0)).toBe(true)
        column.fill(77)
      }
      columns.recycle()
    }
  })

  test("of a run that asks for others than the one before it share no memory either (CO2)", () => {
    const columns = new Columns()
    for (const column of each(columns, 20)) column.fill(1)
    columns.recycle()
    const [large, small] = [columns.int32(50_000), columns.int32(5)]
    large.fill(1)
    expect([...small]).toEqual([0, 0, 0, 0, 0])
    small.fill(2)
    expect(large.every((value) => value === 1)).toBe(true)
  })
})
