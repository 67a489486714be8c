/** Every verb leaves a domain what its second-level entries say (law L8; EPT1, EPT2). */
import { Entry } from "@isolde/core/memory/pages"
import { describeEveryVerb, type RuledAccess } from "@isolde/testkit"
import { describe } from "vitest"
import { Access, permits, walkRights } from "../src/ept-walk.ts"
import { ept } from "../src/index.ts"
import { ruledContexts } from "./ruled-contexts.ts"

const guest = Entry.present | Entry.writable
const upper = Access.read | Access.write | Access.execute

const walks = (rights: number, store: boolean): boolean =>
  permits(guest, walkRights([upper, upper, upper, rights]), store ? Access.write : Access.read)

const passes = ({ rights, store }: RuledAccess): boolean => walks(rights, store)

describe.each([
  ["edits by exit", {}],
  ["edits by remapping", { edits: "remap", interrupts: "deliver" }]
] as const)("%s", (_, config) => {
  describeEveryVerb(ept(config), { passes, readOnly: true, runs: 6 })
})

describe("VMFUNC by domains themselves", () => {
  describeEveryVerb(ept(), { rule: () => ruledContexts(3, walks), readOnly: true, runs: 6 })
})
