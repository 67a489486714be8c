import { RowOrder } from "@isolde/core/kernel/row-order"
import fc from "fast-check"
import { describe, expect, test } from "vitest"

interface Row {
  readonly tick: number
  readonly owner: number
}

const holding = (rows: ReadonlyArray<Row>): RowOrder => {
  const order = new RowOrder(rows.length)
  for (const { owner, tick } of rows) {
    order.tick[order.count] = tick
    order.owner[order.count++] = owner
  }
  return order
}

/** The specification: places of `rows` by tick, then owner, then place. */
const specified = (rows: ReadonlyArray<Row>): ReadonlyArray<number> =>
  rows
    .map((row, place) => ({ ...row, place }))
    .sort((x, y) => x.tick - y.tick || x.owner - y.owner || x.place - y.place)
    .map(({ place }) => place)

const ticks = fc.oneof(fc.nat(20), fc.double({ min: 0, max: 2 ** 31, noNaN: true }))
const rows = fc.array(fc.record({ tick: ticks, owner: fc.nat(3) }), { maxLength: 300 })

describe("RowOrder", () => {
  test("rows come by tick, then owner, then as they were added", () => {
    fc.assert(
      fc.property(rows, (given) => {
        const order = holding(given)
        order.sort(0)
        expect([...order.rows.subarray(0, order.count)]).toEqual(specified(given))
      })
    )
  })

  test("rows of owners that run ahead of each other come in order too", () => {
    const given = Array.from({ length: 5000 }, (_, i) => ({ tick: (i >> 3) + ((i * 7919) % 33), owner: i & 7 }))
    const order = holding(given)
    order.sort(0)
    expect([...order.rows.subarray(0, order.count)]).toEqual(specified(given))
  })

  test("as many are ready as have a tick below the safe one", () => {
    fc.assert(
      fc.property(rows, fc.nat(21), (given, safe) => {
        expect(holding(given).sort(safe)).toBe(given.filter(({ tick }) => tick < safe).length)
      })
    )
  })

  test("what has not left stays in the order in which it was added, and says where it stood", () => {
    fc.assert(
      fc.property(rows, fc.nat(21), (given, safe) => {
        const order = holding(given)
        order.keep(order.sort(safe))
        const staying = [...given.keys()].filter((place) => (given[place] as Row).tick >= safe)
        expect([...order.rows.subarray(0, order.count)]).toEqual(staying)
        expect([...order.tick.subarray(0, order.count)]).toEqual(staying.map((place) => given[place]?.tick))
        expect([...order.owner.subarray(0, order.count)]).toEqual(staying.map((place) => given[place]?.owner))
      })
    )
  })
})
