/** The rule of Arm's domains against the machine that enforces PKRU's bits for it: client or no access, nothing between. */
import { Right } from "@isolde/core"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { DOMAINS, dacrOf, permits } from "../src/dacr.ts"
import { mpk } from "../src/index.ts"
import { CLOSED, permits as keyPermits, withRights } from "../src/pkru.ts"

describe("DACR", () => {
  test("MPK12 no access refuses all, a client has what the entry gives, a manager has everything", () => {
    const decisions = [0, 1, 3].map((field) =>
      [true, false].map((writable) =>
        [Right.read, Right.write].map((access) => permits(field << 10, 5, writable, access))
      )
    )
    expect(decisions).toEqual([
      [
        [false, false],
        [false, false]
      ],
      [
        [true, true],
        [true, false]
      ],
      [
        [true, true],
        [true, true]
      ]
    ])
  })

  test("MPK12 what the machine enforces for open and closed keys is what a client of those domains may do", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: DOMAINS, maxLength: DOMAINS }), (open) => {
        const pkru = open.reduce((value, is, key) => (is ? withRights(value, key, Right.readWrite) : value), CLOSED)
        for (let domain = 0; domain < DOMAINS; domain++)
          for (const access of [Right.read, Right.write])
            expect(permits(dacrOf(pkru), domain, true, access)).toBe(keyPermits(pkru, domain, access))
      })
    )
  })

  test("rights to read alone are refused, since DACR can't say them", () => {
    const demand = { domains: 2, exchange: "copy", objects: 0, operations: ["readOnly"] } as const
    expect(mpk({ hardware: "dacr" }).refuse(demand)).toContain("read only")
    expect(mpk().refuse(demand)).toBeUndefined()
  })
})
