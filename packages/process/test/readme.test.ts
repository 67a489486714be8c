/** What the package says of itself is so. */
import { describeDocuments } from "@isolde/testkit"
import { expect, test } from "vitest"
import { processes } from "../src/index.ts"

describeDocuments(processes, new URL("../", import.meta.url), { prefix: "PR", count: 11 })

test("what one address space can't express is refused with the reason, and more domains than identifiers", () => {
  const ask = (domains: number, exchange: "share" | "borrow", operations: ReadonlyArray<string>, config = {}) =>
    processes(config).refuse({ domains, exchange, objects: 1, operations })
  const shared = { crossing: "shared" } as const
  expect(ask(2, "share", [], shared)).toBeUndefined()
  expect(ask(2, "borrow", [], shared)).toMatch(/nothing can be granted/)
  expect(ask(2, "share", ["revoke"], shared)).toMatch(/nothing can be granted/)
  expect(ask(2, "borrow", ["terminate", "readOnly"])).toBeUndefined()
  expect(ask(481, "share", [])).toMatch(/481 domains.*480/)
})

test("a variant that governs nothing says so, and lets every thread reach everything", () => {
  const { traits } = processes({ crossing: "shared" })
  expect(traits.governs).toBe(0)
  expect(traits.ungoverned.join()).toMatch(/every access/)
  expect(traits.attacker).toMatch(/^none/)
})
