/** The mechanism contract holds for MTE, in every variant that changes how a right ends or how it is told. */
import { describeMechanism } from "@isolde/testkit"
import { mte } from "../src/index.ts"

describeMechanism(mte)
describeMechanism(mte, { config: { mode: "synchronous", beyond: "share" }, runs: 4 })
