/** The mechanism contract holds for MTE. */
import { describeMechanism } from "@isolde/testkit"
import { mte } from "../src/index.ts"

describeMechanism(mte)
