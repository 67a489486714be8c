import { cheri } from "@isolde/cheri"
import { describeMechanism } from "@isolde/testkit"

describeMechanism(cheri, { readOnly: true })
