/** What the package says of itself is so. */
import { describeDocuments } from "@isolde/testkit"
import { mte } from "../src/index.ts"

describeDocuments(mte, new URL("../", import.meta.url), { prefix: "MTE", count: 19 })
