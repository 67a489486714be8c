/** The package's one value: its quantities, what it refuses, and what it says of itself. */
import { readFileSync } from "node:fs"
import { InvalidInput } from "@isolde/core/invalid-input"
import { listQuantities } from "@isolde/core/mechanism"
import { expect, test } from "vitest"
import { LIST_ENTRIES } from "../src/ept-walk.ts"
import { ept } from "../src/index.ts"

test("every quantity has a unit, a meaning, a source and a range that contains its default", () => {
  const quantities = listQuantities(ept)
  expect(quantities.map(({ name }) => name)).toContain("vmfunc")
  for (const each of quantities) {
    const [least, most] = each.range ?? [1, 0]
    expect(least, each.name).toBeLessThanOrEqual(each.default)
    expect(most, each.name).toBeGreaterThanOrEqual(each.default)
    expect(each.source, each.name).toMatch(/^(F\d|assumed: |System V ABI)/)
    expect(each.meaning.length, each.name).toBeGreaterThan(0)
  }
})

test("the README lists every quantity as the schema has it", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
  const cells = readme.split("\n").map((line) => line.split("|").map((cell) => cell.trim()))
  for (const { default: value, meaning, name, range, source, unit } of listQuantities(ept)) {
    const row = cells.find((each) => each[1] === `\`${name}\``)
    expect(row?.slice(2, 6), name).toEqual([`${value} ${unit}`, range?.join(" to "), meaning, source])
  }
})

test("a quantity outside its range is refused by name", () => {
  expect(() => ept({ vmfunc: 1 })).toThrow(InvalidInput)
  expect(() => ept({ eptpList: LIST_ENTRIES + 1 })).toThrow(/eptpList/)
})

test("EPT4 a run with more domains than the list has room for is refused with the number", () => {
  const ask = (domains: number, config = {}) =>
    ept(config).refuse({ domains, exchange: "share", objects: 0, operations: [] })
  expect(ask(LIST_ENTRIES - 1)).toBeUndefined()
  expect(ask(LIST_ENTRIES)).toMatch(/513 contexts.*512/)
  expect(ask(3, { eptpList: 3 })).toMatch(/4 contexts.*3/)
})

test("every exchange policy can be expressed, however many objects there are", () => {
  for (const exchange of ["share", "borrow", "copy"] as const)
    expect(ept().refuse({ domains: 2, exchange, objects: 100_000, operations: [] })).toBeUndefined()
})
