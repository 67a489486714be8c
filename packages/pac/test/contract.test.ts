import { describeMechanism } from "@isolde/testkit"
import { pac } from "../src/index.ts"

describeMechanism(pac)
