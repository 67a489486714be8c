/** Every verb leaves granules and pointers the tags that the rule says (law L8; MTE1, MTE2, MTE18, MTE19). */
import { describeEveryVerb } from "@isolde/testkit"
import { describe } from "vitest"
import { mte } from "../src/index.ts"
import { ruledTags } from "./ruled-tags.ts"

describe.each([
  ["asynchronous checks", { mode: "asynchronous" }, true],
  ["synchronous checks", { mode: "synchronous" }, true],
  ["pointers that have their own tags", { insertInstructions: 0 }, false]
] as const)("%s", (_, config, inserts) => {
  describeEveryVerb(mte(config), { rule: () => ruledTags(inserts), runs: 8 })
})
