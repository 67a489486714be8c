/** EPT switching obeys the mechanism contract (MC1 to MC7). */
import { describeMechanism } from "@isolde/testkit"
import { ept } from "../src/index.ts"

describeMechanism(ept, { readOnly: true })
describeMechanism(ept, { config: { edits: "remap", interrupts: "deliver" }, readOnly: true, runs: 4 })
describeMechanism(ept, { config: { keys: true }, readOnly: true, runs: 6 })
