/** What the package says of itself is so. */
import { describeDocuments } from "@isolde/testkit"
import { language } from "../src/index.ts"

describeDocuments(language, new URL("../", import.meta.url), { prefix: "LANG", count: 9 })
