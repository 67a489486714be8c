/** The parameters, and what the package says of itself. */
import { describeDocuments } from "@isolde/testkit"
import { expect, test } from "vitest"
import { cheri } from "../src/index.ts"

describeDocuments(cheri, new URL("../", import.meta.url), { prefix: "CHERI", count: 18 })

test("a parameter out of range is refused with its name", () => {
  expect(() => cheri({ branch: 0 })).toThrow("cheri")
  expect(() => cheri({ storesPerObject: 5 })).toThrow("storesPerObject")
})
