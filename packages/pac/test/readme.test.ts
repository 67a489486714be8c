/** What the package says of itself is so. */
import { describeDocuments } from "@isolde/testkit"
import { pac } from "../src/index.ts"

describeDocuments(pac, new URL("../", import.meta.url), { prefix: "PAC", count: 10 })
