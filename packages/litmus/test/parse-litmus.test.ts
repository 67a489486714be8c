import { InvalidInput } from "@isolde/core/invalid-input"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { describe, expect, test } from "vitest"
import { parseLitmus } from "../src/parse-litmus.ts"
import { matched, stepPatterns } from "../src/step-patterns.ts"

const whole = `
litmus  example   # a comment
family  examples
shows   What a file
shows   can say.
bounds  delays 2 by 10, 20 schedules 300
cores   1 threads 2
exchange share
domains app lib
region  R exchange of app 64 bytes
region  S private of lib packed
word    done flag

thread A in app          | thread B in lib on 1
load R as a              |
revoke R from lib keeping read | load S+16
                         | read flag as f
signal done = 1          | wait done = 1

final a f [done]

golden mpk, ept {"wrpkru":20} on skylake-sp
cite  some section
cite  some rule
must  a=ok f=0 done=1
may   refused
`

/** The issues of `text` as `path: expected, found actual`. */
function issuesOf(text: string): ReadonlyArray<string> {
  try {
    parseLitmus("x.litmus", text)
  } catch (error) {
    if (error instanceof InvalidInput)
      return error.issues.map((each) => `${each.path} ${each.expected} / ${each.actual}`)
    throw error
  }
  return []
}

describe("a litmus file", () => {
  test("says name, bounds, memory, columns, what is looked at, and goldens", () => {
    const parsed = parseLitmus("x.litmus", whole)
    expect(parsed).toMatchObject({
      name: "example",
      family: "examples",
      shows: "What a file can say.",
      bounds: { delays: 2, by: [10, 20], schedules: 300 },
      cores: 1,
      threadsPerCore: 2,
      exchange: "share",
      domains: ["app", "lib"],
      words: ["done", "flag"]
    })
    expect(parsed.regions).toEqual([
      { name: "R", kind: RegionKind.exchange, owner: 0, bytes: 64, packed: false },
      { name: "S", kind: RegionKind.private, owner: 1, bytes: 128, packed: true }
    ])
    const [a, b] = parsed.threads
    expect(a?.steps.map(({ verb }) => verb)).toEqual(["load", "revoke", "signal"])
    expect(a?.steps[1]).toMatchObject({ region: 0, from: 1, rights: Right.read })
    expect(b).toMatchObject({ domain: 1, on: 1 })
    expect(b?.steps[0]).toMatchObject({ verb: "load", region: 1, offset: 16 })
    expect(parsed.final).toEqual([
      { kind: "access", label: "a", thread: 0, step: 0 },
      { kind: "read", label: "f", thread: 1, step: 1 },
      { kind: "word", label: "done", word: 0 }
    ])
    expect(parsed.goldens).toEqual([
      {
        mechanisms: ["mpk", "ept"],
        config: { wrpkru: 20 },
        machine: "skylake-sp",
        cites: "some section; some rule",
        must: ["a=ok f=0 done=1"],
        may: ["refused"]
      }
    ])
  })

  test("names file and line of everything that is wrong with it, all at once", () => {
    const wrong = whole
      .replace("load S+16", "laod S")
      .replace("revoke R from lib", "revoke T from lib")
      .replace("wait done = 1", "wait done")
      .replace("cores   1 threads 2", "cores   many")
    expect(issuesOf(wrong)).toEqual([
      "x.litmus:7 cores N [threads 2] / cores   many",
      'x.litmus:16 a region: R, S / "T"',
      expect.stringMatching(/^x\.litmus:16 an operation: load, store, .* \/ "laod"$/),
      "x.litmus:18 wait WORD = VALUE / wait done"
    ])
  })

  test("has a golden for something, with a citation, about what is looked at", () => {
    expect(issuesOf(whole.replace(/golden[\s\S]*/, ""))).toHaveLength(1)
    expect(issuesOf(whole.replace(/cite.*\n/g, ""))).toEqual(["x.litmus:22 a line `cite SECTION` / none"])
    expect(issuesOf(whole.replace("a=ok f=0", "f=0 a=ok"))).toEqual([
      "x.litmus:25 a=VALUE f=VALUE done=VALUE / f=0 a=ok done=1"
    ])
  })

  test("gives each label that is looked at to one step", () => {
    expect(issuesOf(whole.replace("load R as a", "load R"))).toEqual(['x.litmus:1 one step "... as a" / 0 of them'])
  })
})

test("a pattern's brackets may be left out, and its small words may not", () => {
  const pattern = stepPatterns.revoke
  expect(matched(pattern, "revoke R from lib".split(" "))).toEqual(
    new Map([
      ["REGION", "R"],
      ["FROM", "lib"]
    ])
  )
  expect(matched(pattern, "revoke R from lib keeping read".split(" "))?.get("RIGHTS")).toBe("read")
  expect(matched(pattern, "revoke R lib".split(" "))).toBeUndefined()
  expect(matched(pattern, "revoke R from lib keeping".split(" "))).toBeUndefined()
})

test("a verdict in angles is looked at as a number of accesses, and a golden may be of two mechanisms", () => {
  const both = whole.replace("final a f [done]", "final a <leaked>").replace("golden mpk, ept", "golden pac+mte, mpk")
  const parsed = parseLitmus("x.litmus", both.replace("a=ok f=0 done=1", "a=ok leaked=0"))
  expect(parsed.final[1]).toEqual({ kind: "verdict", label: "leaked", verdict: 3 })
  expect(parsed.goldens[0]?.mechanisms).toEqual(["pac+mte", "mpk"])
  expect(issuesOf(both.replace("<leaked>", "<lost>"))[0]).toMatch(/a verdict: permitted, prevented, racing, leaked/)
})
