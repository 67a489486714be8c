import { type TableSchema, type TraceColumn, tableSchemas } from "@isolde/core/trace/table-schema"
import { BATCH_ROWS, type TraceSink, TraceTable, WIDEST } from "@isolde/core/trace/trace-table"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { allTypes } from "./trace-of-rows.ts"

const schema: TableSchema = tableSchemas.counters

/** Copies what it is given, as the law of TraceSink says. */
class Collected implements TraceSink {
  readonly batches: Array<number> = []
  readonly rows: Array<ReadonlyArray<number>> = []
  write(_: TableSchema, columns: ReadonlyArray<TraceColumn>, rows: number): void {
    this.batches.push(rows)
    for (let row = 0; row < rows; row++) this.rows.push(columns.map((column) => column[row] as number))
  }
}

interface Emitted {
  readonly tick: number
  readonly owner: number
  /** Release after this row, `slack` ticks short of what would be allowed. */
  readonly release: boolean
  readonly slack: number
}

/** The specification: sort once. The last value of a row is its place in the order of emission. */
const specified = (emitted: ReadonlyArray<Emitted>): Array<ReadonlyArray<number>> =>
  emitted
    .map(({ tick, owner }, i) => [tick, owner, i, 7 - i, 2 ** 40 + i] as const)
    .sort((x, y) => x[0] - y[0] || x[1] - y[1] || x[2] - y[2])

/** Emit all, releasing where the rows say: up to the least tick that is still to come. */
const through = (emitted: ReadonlyArray<Emitted>): Collected => {
  const sink = new Collected()
  const table = new TraceTable(schema, sink)
  const stillToCome = new Float64Array(emitted.length + 1).fill(Number.POSITIVE_INFINITY)
  for (let i = emitted.length - 1; i >= 0; i--)
    stillToCome[i] = Math.min(stillToCome[i + 1] as number, (emitted[i] as Emitted).tick)
  for (const [i, { tick, owner, release, slack }] of emitted.entries()) {
    table.emit(tick, owner, i, 7 - i, 2 ** 40 + i)
    if (release) table.release((stillToCome[i + 1] as number) - slack)
  }
  table.close()
  expect(table.emitted).toBe(emitted.length)
  return sink
}

const row = fc.record({ tick: fc.nat(30), owner: fc.nat(4), release: fc.boolean(), slack: fc.nat(5) })

/** `count` rows of owners that run ahead of each other by up to 40 ticks; released now and then, or never. */
const longRun = (count: number, seed: number, everyNth: number): Array<Emitted> => {
  let state = seed
  const next = (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state % bound
  }
  return Array.from({ length: count }, (_, i) => ({
    tick: (i >> 2) + next(40),
    owner: next(7),
    release: everyNth > 0 && i % everyNth === 0,
    slack: next(3)
  }))
}

describe("TraceTable", () => {
  test("rows leave by tick, then owner, then order of emission, wherever rows were released", () => {
    fc.assert(
      fc.property(fc.array(row), (emitted) => {
        expect(through(emitted).rows).toEqual(specified(emitted))
      }),
      { numRuns: 500 }
    )
  })

  test.each([0, 1000, 7, 16_384])(
    "batches are the same whether rows are released every %i rows or never",
    (everyNth) => {
      const rows = 2 * BATCH_ROWS + 1234
      for (const seed of [1, 2]) {
        const collected = through(longRun(rows, seed, everyNth))
        expect(collected.batches).toEqual([BATCH_ROWS, BATCH_ROWS, 1234])
        expect(collected.rows).toEqual(specified(longRun(rows, seed, 0)))
      }
    }
  )

  test("a row at the tick up to which rows were released is in time", () => {
    const sink = new Collected()
    const table = new TraceTable(schema, sink)
    table.emit(10, 1)
    table.emit(9, 1)
    table.release(10)
    table.emit(10, 0)
    table.close()
    expect(sink.rows.map(([tick, owner]) => [tick, owner])).toEqual([
      [9, 1],
      [10, 0],
      [10, 1]
    ])
  })

  test("TT1: a row below a tick that was released is a defect", () => {
    const table = new TraceTable(schema, new Collected())
    table.emit(5, 0)
    table.release(20)
    table.emit(19, 3)
    expect(() => table.release(21)).toThrow(
      "TT1: a row of owner 3 in counters at tick 19 came after tick 20 was released"
    )
  })

  test("TR2: a number that its column can't hold is a defect, never another number", () => {
    const write = (...values: ReadonlyArray<number>) => {
      const table = new TraceTable(allTypes, new Collected())
      const [from, to, delta, flag] = values
      table.emit(0, 0, from, to, delta, flag)
      table.close()
    }
    expect(() => write(0, 0, 2 ** 31, 0)).toThrow("TR2: everything.delta can't hold 2147483648")
    expect(() => write(0, 0, 0.5, 0)).toThrow("TR2: everything.delta can't hold 0.5")
    expect(() => write(0, 0, 0, 256)).toThrow("TR2: everything.flag can't hold 256")
  })

  test("is full when a batch could be written, and no longer once it has been", () => {
    const table = new TraceTable(schema, new Collected())
    for (let i = 0; i < BATCH_ROWS - 1; i++) table.emit(i, 0)
    expect(table.full).toBe(false)
    table.emit(BATCH_ROWS, 0)
    expect(table.full).toBe(true)
    table.release(100)
    expect(table.full).toBe(false)
  })

  test("without a sink nothing is kept", () => {
    const table = new TraceTable(schema, undefined)
    table.emit(1, 2, 3)
    table.release(10)
    table.close()
    expect([table.on, table.emitted, table.full]).toEqual([false, 0, false])
  })

  test("every table of the design fits a row, and begins with tick and owner", () => {
    for (const table of Object.values(tableSchemas)) {
      expect(table.columns.slice(0, 2).map((column) => column.name)).toEqual(["tick", "owner"])
      expect(table.columns.length).toBeLessThanOrEqual(WIDEST)
      expect(new Set(table.columns.map((column) => column.name)).size).toBe(table.columns.length)
    }
  })
})
