/** Every verb leaves a domain the rights that PKRU and the keys of pages say (law L8; MPK1, MPK2, MPK20). */
import { Right } from "@isolde/core"
import { describeEveryVerb, type RuledAccess } from "@isolde/testkit"
import { describe } from "vitest"
import { mpk } from "../src/index.ts"
import { CLOSED, permits, withRights } from "../src/pkru.ts"
import { ruledRegister } from "./ruled-register.ts"

const KEY = 5

const passes = ({ rights, store }: RuledAccess): boolean =>
  permits(withRights(CLOSED, KEY, rights), KEY, store ? Right.write : Right.read)

describe.each([
  ["rights as registers have them", {}],
  ["rights that interrupts bring", { synchronise: "interrupt" }],
  ["keys of pages", { synchronise: "rekey" }],
  ["virtual keys", { synchronise: "rekey", virtualise: true }]
] as const)("%s", (_, config) => {
  describeEveryVerb(mpk(config), {
    passes,
    readOnly: !("synchronise" in config && config.synchronise === "rekey"),
    runs: 8
  })
})

describe("a register that domains write by themselves", () => {
  describeEveryVerb(mpk(), { rule: ruledRegister, readOnly: true, runs: 8 })
})
