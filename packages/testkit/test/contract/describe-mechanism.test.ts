import { describeMechanism } from "@isolde/testkit"
import { accessTable } from "./access-table.ts"

describeMechanism(accessTable, { readOnly: true })
