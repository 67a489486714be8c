/** The rule against the vendor's diagram: two bits per key, AD below WD. */
import { Right } from "@isolde/core/isolation/rights"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { CLOSED, KEYS, permits, rightsOf, withRights } from "../src/pkru.ts"

const pkru = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const key = fc.nat(KEYS - 1)

describe("PKRU", () => {
  test("MPK1 AD refuses loads and stores, WD refuses stores, and neither refuses a fetch", () => {
    const decisions = [0b00, 0b01, 0b10, 0b11].map((bits) =>
      [Right.read, Right.write, Right.execute].map((access) => permits(bits << 6, 3, access))
    )
    expect(decisions).toEqual([
      [true, true, true],
      [false, false, true],
      [true, false, true],
      [false, false, true]
    ])
  })

  test("MPK1 the value with which Linux starts a thread opens key 0 alone", () => {
    const linux = 0x5555_5554
    expect(Array.from({ length: KEYS }, (_, each) => rightsOf(linux, each))).toEqual([3, ...Array(KEYS - 1).fill(0)])
  })

  test("MPK2 setting the rights of one key leaves the others alone", () => {
    fc.assert(
      fc.property(pkru, key, key, fc.constantFrom(0, 1, 3), (value, set, other, rights) => {
        const after = withRights(value, set, rights)
        expect(rightsOf(after, set)).toBe(rights)
        if (other !== set) expect(rightsOf(after, other)).toBe(rightsOf(value, other))
      })
    )
  })

  test("MPK2 writing without reading can't be expressed and becomes nothing", () => {
    expect(rightsOf(withRights(0, 5, Right.write), 5)).toBe(Right.none)
  })

  test("CLOSED refuses every data access of every key", () => {
    expect(Array.from({ length: KEYS }, (_, each) => rightsOf(CLOSED, each))).toEqual(Array(KEYS).fill(Right.none))
  })
})
