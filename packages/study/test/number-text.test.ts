import { differenceText, groupedText, percentText, siText, tickText } from "@isolde/study/number-text"
import fc from "fast-check"
import { describe, expect, test } from "vitest"

describe("numbers as text", () => {
  test.each([
    [0, "0"],
    [7, "7"],
    [1904, "1,904"],
    [9999, "9,999"],
    [10_000, "10.0 k"],
    [999_499, "999 k"],
    [999_500, "1.00 M"],
    [18_300_000, "18.3 M"],
    [4.1e13, "41.0 T"],
    [2.5, "2.50"],
    [-12_345, "-12.3 k"],
    [Number.NaN, "–"]
  ])("%d has the SI text %s", (value, text) => {
    expect(siText(value)).toBe(text)
  })

  test.each([
    [1, "1"],
    [1000, "1,000"],
    [100_000, "100 k"],
    [1e9, "1 G"],
    [0.5, "0.50"]
  ])("%d has the tick text %s", (value, text) => {
    expect(tickText(value)).toBe(text)
  })

  test.each([
    [0, "0 %"],
    [4.314, "+4.31 %"],
    [31.84, "+31.8 %"],
    [247.3, "+247 %"],
    [1234.5, "+1,235 %"],
    [-0.4567, "−0.46 %"],
    [0.001, "+0.00 %"],
    [Number.POSITIVE_INFINITY, "–"]
  ])("%d percent more is %s", (percent, text) => {
    expect(differenceText(percent)).toBe(text)
  })

  test("a positive share never looks like zero", () => {
    expect(percentText(0.0049)).toBe("<0.01 %")
    expect(percentText(0)).toBe("0 %")
  })

  test("grouped digits are the number's own", () => {
    fc.assert(
      fc.property(fc.nat(), (value) => {
        expect(Number(groupedText(value).replaceAll(",", ""))).toBe(value)
        expect(groupedText(value)).toMatch(/^\d{1,3}(,\d{3})*$/)
      })
    )
  })

  test("an SI text is within half a unit of its third digit", () => {
    const factors: Record<string, number> = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 }
    fc.assert(
      fc.property(fc.integer({ min: 10_000, max: Number.MAX_SAFE_INTEGER }), (value) => {
        const [digits = "", prefix = ""] = siText(value).split(" ")
        expect(digits.replace(".", "").length).toBe(3)
        expect(Math.abs(Number(digits) * (factors[prefix] ?? 0) - value)).toBeLessThanOrEqual(value * 0.00501)
      })
    )
  })
})
