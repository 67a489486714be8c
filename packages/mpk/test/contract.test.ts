import { describeMechanism } from "@isolde/testkit"
import { mpk } from "../src/index.ts"

describeMechanism(mpk, { readOnly: true })
describeMechanism(mpk, { config: { synchronise: "interrupt", cet: false, extendedRegisters: true }, readOnly: true })
