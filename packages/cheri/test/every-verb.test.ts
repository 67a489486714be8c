/** Every verb leaves compartments the capabilities that the rule says (law L8; CHERI1 to CHERI3, CHERI8, CHERI9, CHERI13 to CHERI15). */
import { describeEveryVerb } from "@isolde/testkit"
import { cheri } from "../src/index.ts"
import { ruledCapabilities } from "./ruled-capabilities.ts"

// Longer than a window: accesses before a change have been judged (DEVIATIONS).
describeEveryVerb(cheri(), { rule: ruledCapabilities, readOnly: true, before: 2000, runs: 12 })
