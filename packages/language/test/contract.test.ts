import { describeMechanism } from "@isolde/testkit"
import { describe } from "vitest"
import { language } from "../src/index.ts"

describeMechanism(language)

for (const calls of ["direct", "channel"] as const) {
  describe(`with ${calls} calls`, () => {
    describeMechanism(language, { config: { calls }, runs: 3 })
  })
}
