import { describeMechanism } from "@isolde/testkit"
import { describe } from "vitest"
import { sfi } from "../src/index.ts"
import { variants } from "../src/variants.ts"

for (const variant of Object.keys(variants) as Array<keyof typeof variants>) {
  describe(`as ${variant}`, () => {
    describeMechanism(sfi, { config: { variant }, runs: 2 })
  })
}

describe("zero-cost transitions", () => {
  describeMechanism(sfi, { config: { transition: "zero-cost" }, runs: 2 })
})
