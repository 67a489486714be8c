import { describe, expect, test } from "vitest"
import type { Claim, JudgedCase } from "../../src/principles/claim.ts"
import { verdictOf } from "../../src/principles/claim.ts"
import { allClaims } from "../../src/principles/claims/all-claims.ts"
import { proposalClaims } from "../../src/principles/claims/proposals.ts"
import { ends, machineAt, quantitiesAt } from "../../src/principles/constants.ts"
import { rightsChangeOn, visitOf } from "../../src/principles/measured.ts"
import { studyPrinciples } from "../../src/principles/study-principles.ts"

const judged = (holds: boolean | null): JudgedCase => ({
  at: {},
  measured: {},
  value: holds === null ? null : 1,
  holds
})

const claim = (cases: Claim["cases"]): Claim => ({
  id: "claim",
  text: "a claim",
  source: "a source",
  threshold: "a threshold",
  cases
})

describe("the verdict on a claim", () => {
  test("is confirmed if every case holds, refuted if none does, undecided if some do", () => {
    expect(verdictOf([judged(true), judged(true)])).toBe("confirmed")
    expect(verdictOf([judged(false), judged(false)])).toBe("refuted")
    expect(verdictOf([judged(true), judged(false)])).toBe("undecided")
  })

  test("is undecided while a run is missing, or without any case", () => {
    expect(verdictOf([judged(true), judged(null)])).toBe("undecided")
    expect(verdictOf([])).toBe("undecided")
  })
})

describe("a proposal's credit", () => {
  test("needs the limit on the hardware that there is, and its absence with the proposal", () => {
    const [each] = proposalClaims.find(({ id }) => id === "proxy-repairs-revocation")?.cases ?? []
    const costs = (built: number, proposed: number) =>
      each?.value({ builtNone: 100, built, proposedNone: 100, proposed }) ?? -1
    expect([costs(1000, 100), costs(1000, 1000), costs(100, 100)].map((value) => each?.holds(value))).toEqual([
      true,
      false,
      false
    ])
  })

  test("is given for the tag register, without which a load that waits for another takes a cycle more", async () => {
    const claims = proposalClaims.filter(({ id }) => id === "tag-register-repairs-instrumentation")
    const [judgedOne] = (await studyPrinciples({ threads: 1 }, claims, [])).claims
    expect(judgedOne?.verdict).toBe("confirmed")
    expect(judgedOne?.cases[0]?.measured).toEqual({ none: 4, built: 5, proposed: 4 })
  })
})

describe("constants at the ends of their ranges", () => {
  test("are the quantities' own, and nothing is overridden at the defaults", async () => {
    const { mpk } = await import("@isolde/mpk")
    expect(quantitiesAt(mpk as never, ["wrpkru"], "least")).toEqual({ wrpkru: 11 })
    expect(quantitiesAt(mpk as never, ["wrpkru"], "greatest")).toEqual({ wrpkru: 49 })
    expect(() => quantitiesAt(mpk as never, ["cet"], "least")).toThrow("no quantity cet")
    expect(machineAt("skylake-sp", "interrupt", "default")).toEqual({})
    expect(ends.slice(1).map((end) => Object.keys(machineAt("skylake-sp", "interrupt", end)))).toEqual([
      ["interrupt"],
      ["interrupt"]
    ])
  })
})

describe("a study of principles", () => {
  const growth = {
    at: {},
    terms: {
      few: rightsChangeOn(
        { mechanism: "mpk", config: { synchronise: "interrupt" }, machine: "skylake-sp", threads: 2 },
        "ticks"
      ),
      interrupts: rightsChangeOn(
        { mechanism: "mpk", config: { synchronise: "interrupt" }, machine: "skylake-sp", threads: 4 },
        "interrupts"
      )
    }
  }

  test("measures each case and holds its value against the threshold", async () => {
    const value = ({ interrupts = 0 }: Readonly<Record<string, number>>): number => interrupts
    const { claims, runs } = await studyPrinciples(
      { threads: 1 },
      [
        claim([{ ...growth, value, holds: (count) => count === 3 }]),
        claim([{ ...growth, value, holds: (count) => count > 3 }])
      ],
      []
    )
    expect(runs, "equal runs are made once").toBe(2)
    expect(claims.map(({ verdict }) => verdict)).toEqual(["confirmed", "refuted"])
    expect(claims[0]?.cases[0]).toMatchObject({ value: 3, holds: true, measured: { interrupts: 3 } })
  })

  test("counts what a mechanism refuses as infinite where the claim is about that, and is undecided elsewhere", async () => {
    const terms = { many: visitOf({ mechanism: "mpk", machine: "tiger-lake" }, 64) }
    const refused = {
      at: {},
      terms,
      value: ({ many = 0 }: Readonly<Record<string, number>>) => many,
      holds: (value: number) => value > 1e6
    }
    const { claims } = await studyPrinciples(
      { threads: 1 },
      [claim([{ ...refused, refusalCounts: true }]), claim([refused])],
      []
    )
    expect(claims.map(({ verdict }) => verdict)).toEqual(["confirmed", "undecided"])
    expect(claims[0]?.cases[0]).toMatchObject({ measured: { many: "refused" }, value: null })
    expect(claims[0]?.cases[0]?.missing).toContain("keys")
  })

  test("has a source, a threshold and cases for every claim, under a name of its own", () => {
    expect(new Set(allClaims.map(({ id }) => id)).size).toBe(allClaims.length)
    for (const { cases, id, source, threshold } of allClaims) {
      expect(cases.length, id).toBeGreaterThan(0)
      expect(source, id).toMatch(/\d/)
      expect(threshold, id).not.toBe("")
    }
  })
})
