/** Processes obey the mechanism contract (MC1 to MC8). */
import { describeMechanism } from "@isolde/testkit"
import { process } from "../src/index.ts"

describeMechanism(process, { readOnly: true, runs: 8 })
describeMechanism(process, { config: { crossing: "pipe", identifiers: "flushed" }, readOnly: true, runs: 4 })
describeMechanism(process, { config: { crossing: "direct" }, runs: 4 })
