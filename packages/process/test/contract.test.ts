/** Processes obey the mechanism contract (MC1 to MC8). */
import { describeMechanism } from "@isolde/testkit"
import { processes } from "../src/index.ts"

describeMechanism(processes, { readOnly: true, runs: 8 })
describeMechanism(processes, { config: { crossing: "pipe", identifiers: "flushed" }, readOnly: true, runs: 4 })
describeMechanism(processes, { config: { crossing: "direct" }, runs: 4 })
