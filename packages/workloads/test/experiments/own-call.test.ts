/** A mechanism's own calls, timed: pairs on warm caches. */
import { simulate, skylakeSp } from "@isolde/core"
import { describe, expect, test } from "vitest"
import { ownCall } from "../../src/experiments/own-call.ts"

describe("own-call", () => {
  test("asks a mechanism for what it has, and says so where there is none", () => {
    const parameters = { ...ownCall.defaults, rounds: 2 }
    expect(() => simulate(ownCall.scenario(skylakeSp({ cores: 1 }), parameters, []))).toThrow(/instruction/)
  })
})
