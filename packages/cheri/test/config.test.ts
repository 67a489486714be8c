/** The parameters, and what the package says of itself. */
import { describeDocuments } from "@isolde/testkit"
import { expect, test } from "vitest"
import { cheri } from "../src/index.ts"

describeDocuments(cheri, new URL("../", import.meta.url), { prefix: "CHERI", count: 20 })

test("a parameter out of range is refused with its name", () => {
  expect(() => cheri({ branch: 0 })).toThrow("cheri")
  expect(() => cheri({ storesPerObject: 5 })).toThrow("storesPerObject")
})

test("CHERI19 capabilities as pointers take 16 bytes, and are refused on recordings, which don't say where pointers are", () => {
  const demand = { domains: 2, exchange: "share", objects: 0, operations: [] } as const
  const pure = cheri({ pointers: "capabilities" })
  expect([cheri().traits.pointerBytes, pure.traits.pointerBytes]).toEqual([undefined, 16])
  expect(pure.refuse({ ...demand, unknownPointers: true })).toContain("doesn't say which of its data are pointers")
  expect(pure.refuse(demand)).toBeUndefined()
  expect(cheri().refuse({ ...demand, unknownPointers: true })).toBeUndefined()
})
