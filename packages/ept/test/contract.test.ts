/** EPT switching obeys the mechanism contract (MC1 to MC7). */
import { describeMechanism } from "@isolde/testkit"
import { ept } from "../src/index.ts"

describeMechanism(ept, { readOnly: true })
