/** What the package says of itself is so. */
import { describeDocuments } from "@isolde/testkit"
import { proposals } from "../src/index.ts"

describeDocuments(proposals, new URL("../", import.meta.url), { prefix: "PRO", count: 20 })
