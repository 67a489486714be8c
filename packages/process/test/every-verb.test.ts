/** Every verb leaves a domain what its own page table says (law L8; PR1, PR2). */
import { describeEveryVerb, type RuledAccess } from "@isolde/testkit"
import { describe } from "vitest"
import { Access, mapped, permits } from "../src/address-space-view.ts"
import { processes } from "../src/index.ts"

const passes = ({ rights, store }: RuledAccess): boolean =>
  permits(mapped([rights]), store ? Access.write : Access.read)

describe.each([
  ["system calls", {}],
  ["a flush at each switch", { identifiers: "flushed" }]
] as const)("%s", (_, config) => {
  describeEveryVerb(processes(config), { passes, readOnly: true, runs: 6 })
})
