/** What the package says of itself is so. */
import { describeDocuments } from "@isolde/testkit"
import { expect, test } from "vitest"
import { enclave } from "../src/index.ts"

describeDocuments(enclave, new URL("../", import.meta.url), { prefix: "SGX", count: 10 })

test("SGX10 what enclaves can't express is refused with the reason", () => {
  const ask = (
    domains: number,
    exchange: "share" | "borrow" | "copy",
    operations: ReadonlyArray<string>,
    config = {}
  ) => enclave(config).refuse({ domains, exchange, objects: 1, operations })
  expect(ask(3, "share", [])).toBeUndefined()
  expect(ask(2, "copy", [])).toBeUndefined()
  expect(ask(3, "copy", [])).toMatch(/no code reaches two enclaves/)
  expect(ask(2, "copy", [], { application: "enclave" })).toMatch(/no code reaches two enclaves/)
  expect(ask(2, "borrow", [])).toMatch(/for good/)
  for (const operation of ["grant", "share", "terminate", "readOnly", "free"])
    expect(ask(2, "share", [operation]), operation).toMatch(/for good/)
  expect(ask(501, "share", [])).toMatch(/501 domains.*500/)
})
