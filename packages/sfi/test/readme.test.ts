/** What the package says of itself is so. */
import { describeDocuments } from "@isolde/testkit"
import { sfi } from "../src/index.ts"

describeDocuments(sfi, new URL("../", import.meta.url), { prefix: "SFI", count: 9 })
