/** The package's one value: what it takes and what it refuses. */
import { InvalidInput } from "@isolde/core/invalid-input"
import { expect, test } from "vitest"
import { LIST_ENTRIES } from "../src/ept-walk.ts"
import { ept } from "../src/index.ts"

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
