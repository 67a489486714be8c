import { cheri } from "@isolde/cheri"
import { describeMechanism } from "@isolde/testkit"

describeMechanism(cheri, { readOnly: true })
describeMechanism(cheri, { config: { revocation: "sweep" }, readOnly: true, runs: 4 })
