/** What is wrong with a request is found before anything runs, all of it at once. */
import { InvalidInput, machineNames } from "@isolde/core"
import { type CompareRequest, checkRequest } from "@isolde/study/compare/request"
import { describe, expect, test } from "vitest"

const sound: CompareRequest = {
  recording: import.meta.filename,
  isolate: { crypto: ["libcrypto.so.3"] },
  shared: [],
  mechanisms: ["mpk"],
  exchange: ["share"],
  cores: [1],
  seed: 1
}

function issuesOf(request: Partial<CompareRequest>): InvalidInput["issues"] {
  try {
    checkRequest({ ...sound, ...request })
  } catch (error) {
    if (error instanceof InvalidInput) return error.issues
    throw error
  }
  return []
}

describe("a request", () => {
  test("that is sound passes, without its duplicates", () => {
    const checked = checkRequest({ ...sound, cores: [1, 4, 1], exchange: ["copy", "copy"] })
    expect(checked.cores).toEqual([1, 4])
    expect(checked.exchange).toEqual(["copy"])
    expect(checked.threads).toBeGreaterThanOrEqual(1)
  })

  test.for([
    ["recording", { recording: "/nowhere/at.arrow" }, "a file"],
    ["recording", { recording: import.meta.dirname }, "a file, not a folder"],
    ["isolate", { isolate: {} }, "at least one domain"],
    ["mechanisms", { mechanisms: [] }, "at least one entry"],
    ["exchange[0]", { exchange: ["sahre"] }, "one of share, borrow, copy"],
    ["cores[1]", { cores: [1, 0] }, "a whole number from 1 to 256"],
    ["cores[0]", { cores: [1.5] }, "a whole number from 1 to 256"],
    ["cores[0]", { cores: [257] }, "a whole number from 1 to 256"],
    ["seed", { seed: 2 ** 40 }, "a 32-bit whole number"],
    ["threads", { threads: 0 }, "a whole number from 1 to 1024"],
    ["machine", { machine: "tigerlake" }, `one of ${machineNames.join(", ")}`]
  ] as const)("is refused for a wrong %s: %j", ([path, wrong, expected]) => {
    expect(issuesOf(wrong).map((issue) => [issue.path, issue.expected])).toEqual([[path, expected]])
  })

  test("with a name that is nearly right is answered with the nearest", () => {
    expect(issuesOf({ exchange: ["barrow"] })[0]?.remedy).toContain("borrow")
    expect(issuesOf({ machine: "cortexx3" })[0]?.remedy).toContain("cortex-x3")
  })

  test("with several wrong values has all their issues", () => {
    const issues = issuesOf({ cores: [0], exchange: ["x"], machine: "y", seed: Number.NaN })
    expect(issues.map((issue) => issue.path)).toEqual(["exchange[0]", "cores[0]", "seed", "machine"])
  })
})
