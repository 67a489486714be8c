/** Every verb leaves a domain's pointers with or without the number that they were signed with (law L8; PAC1 to PAC4, PAC9). */
import { describeEveryVerb } from "@isolde/testkit"
import { pac } from "../src/index.ts"
import { ruledPointers } from "./ruled-pointers.ts"

describeEveryVerb(pac(), { rule: ruledPointers, runs: 20 })
