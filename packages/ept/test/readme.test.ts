/** What the package says of itself is so. */
import { describeDocuments } from "@isolde/testkit"
import { ept } from "../src/index.ts"

describeDocuments(ept, new URL("../", import.meta.url), { prefix: "EPT", count: 17 })
